"""What went wrong below HTTP -> a FetchError that says it in one sentence.

The words of a host or of a library are never quoted as they come: they may be long, and hold control characters.
"""

from __future__ import annotations

import re
import ssl
from socket import gaierror
from typing import TYPE_CHECKING

import httpx
from h2.errors import ErrorCodes
from h2.events import ConnectionTerminated
from h2.exceptions import H2Error, ProtocolError

from matrix.errors import FetchError

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST = 200
# Asked again, they would go wrong in the same way.
_LASTING = (httpx.LocalProtocolError, httpx.UnsupportedProtocol, UnicodeError)


def one_line(text: str) -> str:
    """Foreign words as one short printable line."""
    words = "".join(c if c.isprintable() else " " for c in text).split()
    line = " ".join(words)
    return line if len(line) <= _LONGEST else line[: _LONGEST - 3] + "..."


def fault(host: str, error: Exception) -> FetchError:
    """The error of httpx (or of the system under it) as ours."""
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return FetchError(host, f"its certificate was not accepted ({one_line(cause.verify_message)})")
    for cause in causes:
        if isinstance(cause, ssl.SSLError):
            return FetchError(
                host, f"the TLS connection failed ({one_line(cause.reason or 'no reason given')})", passing=True
            )
        if isinstance(cause, gaierror):
            return FetchError(host, "the name was not found (DNS)", passing=True)
        if isinstance(cause, ConnectionRefusedError):
            return FetchError(host, "the connection was refused", passing=True)
        # httpx looks at where a redirect leads even if it is not to follow it.
        if isinstance(cause, httpx.InvalidURL):
            return FetchError(host, "gave an address that cannot be read")
    return FetchError(host, _happened(error), passing=not isinstance(error, _LASTING))


def went_away(error: Exception) -> bool:
    """Whether a host ended an HTTP/2 connection as it may: GOAWAY without an error, as nginx does after some requests.

    What is written after that fails in h2, before httpcore has looked at why.
    """
    for cause in _causes(error):
        if isinstance(cause, ProtocolError):
            return True
        said = cause.args[0] if cause.args else None
        if isinstance(said, ConnectionTerminated) and said.error_code == ErrorCodes.NO_ERROR:
            return True
    return False


def unusable_environment(error: Exception) -> FetchError:
    """The error of a client that could not be made. Variables are named and never quoted: one may hold a password."""
    if isinstance(error, OSError):  # ssl.SSLError is one
        why = one_line(getattr(error, "reason", None) or error.strerror or "no reason given")
        return FetchError(
            "this machine",
            f"cannot use the certificates that SSL_CERT_FILE, SSL_CERT_DIR or SSLKEYLOGFILE name ({why})",
        )
    if isinstance(error, ImportError):
        return FetchError("this machine", "a SOCKS proxy is named, which takes pip install 'httpx[socks]'")
    return FetchError(
        "this machine", "cannot read an address that HTTPS_PROXY, HTTP_PROXY, ALL_PROXY or NO_PROXY names"
    )


def _happened(error: Exception) -> str:
    match error:
        case httpx.ConnectTimeout():
            return "did not accept a connection in time"
        case httpx.ReadTimeout():
            return "was silent for too long"
        case httpx.WriteTimeout():
            return "did not take the question in time"
        case httpx.PoolTimeout():
            return "no connection to it was free in time"
        case httpx.ConnectError():
            return "no connection could be made"
        case httpx.LocalProtocolError():
            return "the question cannot be written as HTTP"
        # httpcore passes on what h2 found while a body arrived.
        case httpx.RemoteProtocolError() | H2Error():
            return f"broke off, or broke the rules of HTTP ({one_line(str(error)) or 'without a word'})"
        case httpx.ProxyError():
            return f"the proxy refused{_status(str(error))}"
        case UnicodeError():
            return "gave an address that cannot be read"
        case _:
            return "the connection broke"


def _status(said: str) -> str:
    """What a proxy's own answer begins with: "407 Proxy Authentication Required"."""
    status = re.match(r"[1-5][0-9]{2}\b", said)
    if status is None:
        return ""
    return f" (it answered {status[0]}{', and wants a name and a password' if status[0] == '407' else ''})"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it came from; a group (of the addresses tried) member by member."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        cause = waiting.pop()
        if cause is None or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        waiting += [cause.__cause__, cause.__context__, *getattr(cause, "exceptions", ())]
