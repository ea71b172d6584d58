"""What the caller allows -> the limits that every request keeps, and the addresses it may be sent to.

    policy = Policy(home="https://example.org/archmatrix", token=token, token_host="api.github.com")
    linux = Endpoint("https://github.com/torvalds/linux.git")
    gcc = Endpoint("https://gcc.gnu.org/git/gcc.git", frozenset({"sourceware.org"}))

A host is written as in an address: its name, and `:PORT` where the port is not the scheme's own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

from matrix import __version__
from matrix.retry import Retry

MIB = 1024 * 1024
# Each drawn from nothing up: what a host refused to many at once does not come back at once.
_RETRY = Retry(first=timedelta(seconds=1), ceiling=timedelta(seconds=8), jitter=1.0)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address, and the hosts that its answer may come from.

    hosts are those that a redirect may lead to; the address's own is always among them.
    """

    url: str
    hosts: frozenset[str] = frozenset()

    def at(self, path: str) -> Endpoint:
        """The address with `path` (and query) after it: `/info/refs?service=git-upload-pack`."""
        return Endpoint(self.url.rstrip("/") + path, self.hosts)

    @property
    def host(self) -> str:
        """The host of the address, without a name and password that may stand before it."""
        try:
            parts = urlsplit(self.url)
        except ValueError:  # brackets that hold no IPv6 address
            return "(no host)"
        own = {"https": ":443", "http": ":80"}.get(parts.scheme, "")
        return parts.netloc.rpartition("@")[2].lower().removesuffix(own) or "(no host)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The most that one answer may cost: bytes as sent, bytes once decompressed, and the time until it is complete.

    The time holds for the request as a whole: its redirects, its retries, and the pauses between them.
    """

    raw: int = 16 * MIB
    decoded: int = 16 * MIB
    total: timedelta = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How the network is used. home is the project's page, named to every host.

    connect and read bound one connection and one silence; `file` bounds one file, feed or list of refs, `api` one
    answer of a REST API, `pack` one pack of git objects. per_host is how many requests one host has under way at once.
    retries follow a first attempt that failed in passing, with the pauses of retry between them.

    token is sent to token_host (see Endpoint for how a host is written) and nowhere else.
    """

    home: str
    connect: timedelta = timedelta(seconds=10)
    read: timedelta = timedelta(seconds=20)
    file: Limits = Limits()
    # A parsed JSON value takes up to thirty times its text; the largest page asked for is well under 1 MiB.
    api: Limits = Limits(raw=2 * MIB, decoded=2 * MIB)
    pack: Limits = Limits(raw=256 * MIB, decoded=256 * MIB, total=timedelta(minutes=10))
    per_host: int = 8
    retries: int = 3
    retry: Retry = _RETRY
    # For a host that says "too many" without saying until when, and for one that names a moment out of all reason.
    default_backoff: timedelta = timedelta(minutes=1)
    longest_backoff: timedelta = timedelta(days=1)
    token: str = field(default="", repr=False)
    token_host: str = ""

    @property
    def agent(self) -> str:
        """The User-Agent: `archmatrix/0.1.0 (+https://example.org/archmatrix)`, without a page where there is none."""
        return f"archmatrix/{__version__}{f' (+{self.home})' if self.home else ''}"
