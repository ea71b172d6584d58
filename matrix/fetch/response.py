"""What an answer must be to be taken: its status, its type, and whether it is a page for people instead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from matrix.errors import FetchError
from matrix.fetch.faults import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping

_HTML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html[\s>])", re.IGNORECASE)
_PAGES = ("text/html", "application/xhtml+xml")


class Expects(NamedTuple):
    """A kind of answer: its name for messages, the Accept header, and the one Content-Type it must have ("": any)."""

    name: str
    accept: str
    type: str = ""


_ADVERTISEMENT = "application/x-git-upload-pack-advertisement"
_RESULT = "application/x-git-upload-pack-result"
# git's own client insists on these two as well.
GIT_CAPABILITIES = Expects("git's capabilities", _ADVERTISEMENT, _ADVERTISEMENT)
GIT = Expects("git's answer", _RESULT, _RESULT)
FEED = Expects("an Atom feed", "application/atom+xml, application/xml;q=0.9, text/xml;q=0.8")
JSON = Expects("JSON", "application/vnd.github+json, application/json;q=0.9")
PLAIN_TEXT = Expects("text", "text/plain, */*;q=0.5")


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """status is 200, or 304 to a conditional question. headers are by lower-case name.

    body is decompressed, and b"" where a sink took it. host is the one that answered, after redirects.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    host: str


def check_status(host: str, status: int, path: str, *, conditional: bool, token_sent: bool) -> None:
    """Nothing, for an answer to go on with.

    Raises: FetchError.
    """
    if status == 200 or (status == 304 and conditional):
        return
    said = f"answered {status} at {one_line(path)}"
    match status:
        case 304:
            raise FetchError(host, f"{said}: unchanged since nothing, for the question was not conditional")
        case 206:
            raise FetchError(host, f"{said}: a part of what was asked for whole")
        case 401 if token_sent:
            raise FetchError(host, f"{said}: it does not accept the token")
        case _:
            raise FetchError(host, said, passing=status >= 500)


def check_type(host: str, expects: Expects, headers: Mapping[str, str]) -> None:
    """Nothing, where the answer says that it is what was asked for.

    Raises: FetchError.
    """
    found = headers.get("content-type", "").partition(";")[0].strip().lower()
    if expects.type and found != expects.type:
        raise FetchError(host, f"found {one_line(found) or 'no Content-Type'}, expected {expects.type}")
    if found in _PAGES:
        raise page(host, expects)


def check_start(host: str, expects: Expects, body: bytes) -> None:
    """Nothing, where the body does not begin as a page for people does, whatever its type says.

    Raises: FetchError.
    """
    if _HTML.match(body[:512]):
        raise page(host, expects)


def page(host: str, expects: Expects) -> FetchError:
    """A sign-in form, a challenge or an error page, sent as if it were the thing asked for."""
    return FetchError(host, f"found an HTML page, expected {expects.name}")
