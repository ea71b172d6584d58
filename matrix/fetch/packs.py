"""Names of objects -> a pack file that holds them, streamed from a server by git's protocol v2.

    pack = await fetch_pack(client, linux, able, wants=[commit], haves=[old], shallow=[old], depth=1,
                            filter="blob:none", into=cache.incoming())

What is asked for in one request comes in one pack, or not at all.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from matrix.errors import FetchError
from matrix.fetch.packstream import PackStream, disk_fault
from matrix.fetch.pktline import BarePacket, encode
from matrix.fetch.refs import HEADERS
from matrix.fetch.response import GIT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import IO

    from matrix.fetch.client import Client
    from matrix.fetch.packstream import PackInfo
    from matrix.fetch.policy import Endpoint
    from matrix.fetch.refs import Capabilities


async def fetch_pack(
    client: Client,
    repository: Endpoint,
    able: Capabilities,
    *,
    wants: Iterable[str],
    into: Path,
    haves: Iterable[str] = (),
    shallow: Iterable[str] = (),
    depth: int = 0,
    filter: str = "",  # noqa: A002 - git's own word
) -> PackInfo:
    """Ask for objects (commits, or blobs by name) and write the pack to `into`, which is gone again after a failure.

    haves are commits that are here with all their trees; shallow those that are here without parents. depth counts
    commits (1: none but the wanted), 0 for all. filter is git's: "blob:none" leaves out what files hold.

    Raises: FetchError; StoreError where the pack cannot be written.
    """
    host = repository.host
    _check_able(host, able, shallow=depth > 0, filtered=bool(filter))
    known = tuple(haves)
    question = encode(
        *able.command("fetch", client.policy.agent),
        BarePacket.DELIMITER,
        # A thin pack leaves out what its deltas rest on: with nothing here, there is nothing to rest on.
        *(["thin-pack"] if known else []),
        "no-progress",
        "ofs-delta",
        *(f"want {oid}" for oid in wants),
        *(f"have {oid}" for oid in known),
        *(f"shallow {oid}" for oid in shallow),
        *([f"deepen {depth}"] if depth else []),
        *([f"filter {filter}"] if filter else []),
        "done",
        BarePacket.FLUSH,
    )
    try:
        with _opened(into) as file:
            sinks: list[PackStream] = []

            def sink() -> PackStream:
                sinks.append(PackStream(host, file, into))
                return sinks[-1]

            await client.request(
                "POST",
                repository.at("/git-upload-pack"),
                expects=GIT,
                limits=client.policy.pack,
                headers=HEADERS,
                content=question,
                sink=sink,
            )
            return sinks[-1].info()
    except BaseException:
        _discard(into)
        raise


def _check_able(host: str, able: Capabilities, *, shallow: bool, filtered: bool) -> None:
    if shallow and not able.supports("fetch", "shallow"):
        raise FetchError(host, "its git cannot send a commit without the history before it")
    if filtered and not able.supports("fetch", "filter"):
        raise FetchError(host, "its git cannot leave out what files hold (no filter)")


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    try:
        # Unbuffered: what a full disk did not take would be written again at closing, and fail again there.
        file = path.open("wb", buffering=0)
    except OSError as error:
        raise disk_fault(path, error) from None
    with file:
        yield file


def _discard(path: Path) -> None:
    path.unlink(missing_ok=True)
