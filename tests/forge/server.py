"""Repositories -> hosts on 127.0.0.1 that serve them as the public ones do, in a thread of their own.

    with Forge() as forge:
        forge.add("torvalds/linux", repository)
        httpx.get(f"{forge.url}/torvalds/linux/raw/main/MAINTAINERS")
        forge.log[-1].status

Hosts, each at its own port and opened when first asked for: `http` (HTTP/1.1), `other` (the same again: another host),
`https` (HTTP/2 or 1.1, as the client wishes), and https hosts with a wrong certificate: `untrusted` (of an unknown
authority), `misnamed` (of another host), `expired`. All serve the same repositories.
"""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, TypeVar

from tests.forge import endpoints, http1, http2
from tests.forge.endpoints import Hosted
from tests.forge.faults import Exchange, Faults
from tests.forge.message import Entry, Traffic, plain
from tests.forge.rest import PREFIX, Rest

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Coroutine, Iterator
    from pathlib import Path

    from tests.forge.certificates import Certificates
    from tests.forge.message import Request, Response, Wire
    from tests.forge.repos import Repository

T = TypeVar("T")
ADDRESS = "127.0.0.1"
BACKLOG = 512
KINDS = ("http", "other", "https", "untrusted", "misnamed", "expired")


@dataclass
class Host:
    """One listening port."""

    name: str
    port: int
    context: ssl.SSLContext | None
    server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """Scheme, address and port."""
        return f"http{'s' if self.context else ''}://{ADDRESS}:{self.port}"


class Forge:
    """All hosts and what they know; `log`, `faults`, `latency`, `rest` may be read and changed while it serves.

    latency: seconds that every answer waits before it begins. peak: per host, the most requests there were at once.
    crashes: exceptions of the forge itself, which no test should see.
    """

    def __init__(self) -> None:
        self.hosted: dict[str, Hosted] = {}
        self.hosts: dict[str, Host] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="forge", daemon=True)
        self._forget()

    def _forget(self) -> None:
        self.log: list[Entry] = []
        self.crashes: list[BaseException] = []
        self.faults = Faults()
        self.rest = Rest()
        self.traffic = Traffic()
        self.latency = 0.0
        self.peak: Counter[str] = Counter()
        self._running: Counter[str] = Counter()

    # --- for tests --------------------------------------------------------------------------------------------------

    def add(self, name: str, repository: Repository, **known: Any) -> Hosted:
        """Serve a repository under a name (more than one is fine); see Hosted for what else is known of it."""
        self.hosted[name] = Hosted(name, repository, **known)
        return self.hosted[name]

    def host(self, name: str) -> Host:
        """The host of that name, opened if it is not yet."""
        if name not in KINDS:
            raise KeyError(name)
        if name not in self.hosts:
            tls = name not in ("http", "other")
            host = Host(name, 0, self.certificates.server(name) if tls else None)
            self._do(self._listen(host))
            self.hosts[name] = host
        return self.hosts[name]

    http = property(lambda self: self.host("http"))
    other = property(lambda self: self.host("other"))
    https = property(lambda self: self.host("https"))
    untrusted = property(lambda self: self.host("untrusted"))
    misnamed = property(lambda self: self.host("misnamed"))
    expired = property(lambda self: self.host("expired"))

    @property
    def url(self) -> str:
        """The plain host's address."""
        return str(self.http.url)

    @cached_property
    def certificates(self) -> Certificates:
        from tests.forge.certificates import Certificates  # noqa: PLC0415 - plain tests need no TLS

        return Certificates()

    def client_context(self) -> ssl.SSLContext:
        """A client's TLS context that trusts the forge: `httpx.Client(verify=forge.client_context(), http2=True)`."""
        return self.certificates.client()

    def write_authority(self, path: Path) -> Path:
        """The authority's certificate as a file, for SSL_CERT_FILE, GIT_SSL_CAINFO and `curl --cacert`."""
        self.certificates.trusted.cert_pem.write_to_path(str(path))
        return path

    @contextmanager
    def refused(self, name: str = "http") -> Iterator[None]:
        """Within, that host's port is closed and what was open is reset."""
        host = self.host(name)
        holder = self._do(self._close(host))
        try:
            yield
        finally:
            holder.close()
            self._do(self._listen(host))

    def requests(self, path: str = "", *, command: str | None = None, status: int | None = None) -> list[Entry]:
        """The log's entries whose path contains `path`, with that git command and status."""
        return [
            entry
            for entry in list(self.log)
            if path in entry.path and command in (None, entry.command) and status in (None, entry.status)
        ]

    def settle(self, timeout: float = 300) -> None:
        """Wait until no request runs: a client can have its answer before the log has its end.

        Raises: TimeoutError.
        """
        deadline = time.monotonic() + timeout
        while not all(entry.ended for entry in list(self.log)):
            if time.monotonic() > deadline:
                raise TimeoutError([entry.path for entry in self.log if not entry.ended])
            time.sleep(0.005)

    def forget(self) -> None:
        """An empty log and no traffic so far; all else stays."""
        self.log = []
        self.traffic = Traffic()
        self.peak = Counter(self._running)

    def reset(self) -> None:
        """As it began: no repositories, faults, latency, quota used or connection."""
        self._do(self._drop())
        for hosted in self.hosted.values():
            hosted.repository.close()
        self.hosted.clear()
        self._forget()

    # --- life -------------------------------------------------------------------------------------------------------

    def __enter__(self) -> Forge:  # noqa: PYI034 - Self came with Python 3.11
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.reset()
        for host in self.hosts.values():
            self._do(self._close(host)).close()
        self._do(self._loop.shutdown_asyncgens())
        self._do(self._loop.shutdown_default_executor())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    async def _listen(self, host: Host) -> None:
        host.server = await asyncio.start_server(
            partial(self._connected, host), ADDRESS, host.port, ssl=host.context, backlog=BACKLOG
        )
        host.port = host.server.sockets[0].getsockname()[1]

    async def _close(self, host: Host) -> socket.socket:
        """Stop listening; the socket given back holds the port, so that nobody else gets it meanwhile."""
        assert host.server is not None
        host.server.close()
        await self._drop()
        await host.server.wait_closed()
        holder = socket.socket()
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind((ADDRESS, host.port))
        return holder

    async def _drop(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # --- serving ----------------------------------------------------------------------------------------------------

    async def _connected(self, host: Host, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.traffic.connections += 1
        tls = writer.get_extra_info("ssl_object")
        kind = http2.serve if tls and tls.selected_alpn_protocol() == "h2" else http1.serve
        try:
            await kind(
                reader,
                writer,
                host=host.name,
                connection=self.traffic.connections,
                traffic=lambda: self.traffic,
                answer=self._handle,
            )
        except asyncio.CancelledError:
            http1.reset(writer)
        except OSError:
            pass
        finally:
            self._tasks.discard(task)
            writer.close()
            with suppress(OSError, asyncio.TimeoutError):
                await asyncio.wait_for(writer.wait_closed(), 1)
            writer.transport.abort()

    async def _handle(self, request: Request, wire: Wire) -> None:
        entry = Entry(
            method=request.method,
            path=request.target,
            host=request.host,
            protocol=request.protocol,
            connection=request.connection,
            headers=request.headers,
            command=request.command,
            began=time.monotonic(),
            bytes_in=request.size,
        )
        self.log.append(entry)
        wire.entry = entry
        running = self._running
        running[request.host] += 1
        self.peak[request.host] = max(self.peak[request.host], running[request.host])
        try:
            if self.latency:
                await asyncio.sleep(self.latency)
            fault = self.faults.take(request)
            if fault is None:
                await wire.send(await self.answer(request))
            else:
                entry.fault = fault.__qualname__.split(".")[0]
                await fault(Exchange(self, request, wire))
        except (OSError, asyncio.CancelledError):
            entry.broken = True
            raise
        except Exception as error:  # noqa: BLE001 - the fixture fails the test with it
            self.crashes.append(error)
            await wire.cut()
        finally:
            entry.ended = time.monotonic()
            running[request.host] -= 1

    async def answer(self, request: Request) -> Response:
        """What an unfaulty forge says."""
        origin = self.hosts[request.host].url
        if request.path.startswith(PREFIX):
            return self.rest.answer(request, self.hosted, origin)
        if request.path == "/":
            return plain(200, "forge")
        return await endpoints.answer(request, self.hosted, origin)


def serve_forever(forge: Forge, tell: Callable[[str], None]) -> None:
    """Say where it is, then wait for Ctrl-C."""
    tell(f"http {forge.http.url}\nhttps {forge.https.url}")
    with suppress(KeyboardInterrupt):
        threading.Event().wait()
