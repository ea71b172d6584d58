"""An address as text -> one that may be asked, or the reason why it may not."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

import httpx

from matrix.errors import FetchError
from matrix.fetch.faults import fault, one_line

if TYPE_CHECKING:
    from collections.abc import Collection


def safe_address(address: str, host: str) -> httpx.URL:
    """The address: https, or http to this machine itself. host stands in messages.

    Raises: FetchError.
    """
    url = _parsed(address, host)
    if url.userinfo:
        raise FetchError(host, "found an address with a name or password in it, expected none")
    if not url.host or not (url.scheme == "https" or (url.scheme == "http" and _is_loopback(url.host))):
        raise FetchError(host, f"found the scheme {one_line(url.scheme)!r}, expected https")
    return url


def followed(url: httpx.URL, location: str, allowed: Collection[str]) -> str:
    """Where an answer from `url` redirects to, within the allowed hosts and never away from https.

    Raises: FetchError.
    """
    host = authority(url)
    target = _parsed(location, host, base=url)
    if url.scheme == "https" and target.scheme != "https":
        raise FetchError(host, f"redirects from https to {one_line(target.scheme)!r}")
    if authority(target) not in allowed:
        names = ", ".join(sorted(allowed))
        raise FetchError(host, f"redirects to {one_line(authority(target)) or 'nowhere'}, expected only {names}")
    return str(target)


def authority(url: httpx.URL) -> str:
    """The host, with the port where it is not the scheme's own: "example.org", "127.0.0.1:8080"."""
    return url.netloc.decode("ascii").lower()


def _parsed(address: str, host: str, base: httpx.URL | None = None) -> httpx.URL:
    try:
        return base.join(address) if base else httpx.URL(address)
    except (httpx.InvalidURL, ValueError) as error:
        raise fault(host, error) from None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
