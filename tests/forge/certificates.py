"""A throw-away certificate authority -> TLS contexts for the forge's hosts, right and wrong ones."""

from __future__ import annotations

import ssl
from datetime import datetime, timezone
from functools import cached_property

import trustme

LONG_AGO = datetime(2020, 1, 1, tzinfo=timezone.utc)
NAMES = ("127.0.0.1", "localhost")


class Certificates:
    """`trusted` is what clients are told to trust; `server` makes what a host of that kind shows."""

    @cached_property
    def trusted(self) -> trustme.CA:
        return trustme.CA(key_type=trustme.KeyType.ECDSA)

    def client(self) -> ssl.SSLContext:
        """A client's context that trusts this authority alone."""
        context = ssl.create_default_context(cadata=self.trusted.cert_pem.bytes().decode())
        context.set_alpn_protocols(["h2", "http/1.1"])
        return context

    def server(self, kind: str) -> ssl.SSLContext:
        """kind: https (as it should be), untrusted (another authority's), misnamed (another host's), expired."""
        authority = trustme.CA(key_type=trustme.KeyType.ECDSA) if kind == "untrusted" else self.trusted
        names = ("elsewhere.example",) if kind == "misnamed" else NAMES
        end = LONG_AGO.replace(year=2021) if kind == "expired" else None
        certificate = authority.issue_cert(*names, key_type=trustme.KeyType.ECDSA, not_before=LONG_AGO, not_after=end)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        context.set_alpn_protocols(["h2", "http/1.1"])
        return context
