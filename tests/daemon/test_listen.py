"""--listen: what is served, what is not, and that nobody can take it down."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from matrix.daemon.due import Now
from matrix.daemon.health import health
from matrix.daemon.ledger import Overview
from matrix.daemon.listen import Bounds, Listener
from matrix.daemon.metrics import Metrics
from matrix.daemon.site import Served
from matrix.daemon.state import State
from matrix.model import Schedule
from tests.contract import breaches
from tests.daemon.conftest import LAST_RESORT, until

START = datetime(2026, 11, 20, 12, 0, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)
SCHEDULES = {
    "linux": Schedule(every=6 * HOUR, budget=48 * HOUR),
    "gcc": Schedule(every=12 * HOUR, budget=72 * HOUR),
}


class Clock:
    def __init__(self):
        self.since = timedelta(0)

    def __call__(self):
        return Now(START + self.since, timedelta(seconds=100) + self.since)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def state(clock):
    found = State(started=clock(), schedules=SCHEDULES)
    found.adopt({})
    found.picture = Overview(generation=7, event=3, held={"gcc": 2}, failing={"gcc": 3})
    return found


@pytest.fixture
def reports(tmp_path):
    folder = tmp_path / "reports"
    (folder / "arch").mkdir(parents=True)
    (folder / "README.md").write_text("# Matrix\n")
    (folder / "arch/arm.md").write_text("# arm\n")
    (folder / "feed.atom").write_text("<feed/>")
    (folder / "big.bin").write_bytes(b"x" * 5_000_000)
    (folder / ".git").mkdir()
    (folder / ".git/config").write_text("secret")
    (tmp_path / "outside.md").write_text("secret")
    (folder / "link.md").symlink_to(tmp_path / "outside.md")
    (folder / "inner").symlink_to(tmp_path)
    (folder / "own.md").symlink_to(folder / "README.md")
    os.mkfifo(folder / "pipe.md")
    return folder


@pytest.fixture
def pages(tmp_path):
    """Not there yet: what is written for browsers comes with the first refresh."""
    return tmp_path / "facts.db.pages"


@pytest.fixture
def serve(state, clock, pages, reports):
    """Run a coroutine function with the port of a listener, and its site."""

    def work(client, **bounds):
        async def run():
            metrics = Metrics(state, clock)
            site = Served(lambda: health(state, clock()), metrics.body, lambda: (pages, reports))
            listener = Listener(site, lambda: START, replace(Bounds(), **bounds))
            await listener.open("127.0.0.1", 0)
            try:
                return await client(listener.port)
            finally:
                await listener.close()

        return asyncio.run(run())

    return work


async def raw(port, data, *, end=False):
    """Everything that comes back for these bytes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    if end:
        writer.write_eof()
    try:
        return await asyncio.wait_for(reader.read(), LAST_RESORT)
    except ConnectionError:
        return b""
    finally:
        writer.close()


def get(serve, path, method="GET", **headers):
    """Status, headers and body."""

    async def ask(port):
        lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        return await raw(port, f"{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{lines}\r\n".encode())

    head, _, body = serve(ask).partition(b"\r\n\r\n")
    first, *rest = head.decode().split("\r\n")
    return int(first.split()[1]), dict(line.lower().split(": ", 1) for line in rest), body


# --- files -----------------------------------------------------------------------------------------------------------


def test_a_browser_sees_pages(serve, pages):
    """Written for it; beside them the reports are served as they are, and either folder's links work."""
    (pages / "arch").mkdir(parents=True)
    (pages / "index.html").write_text("<h1>Matrix</h1>")
    (pages / "arch/arm.html").write_text("<h1>arm</h1>")
    (pages / "style.css").write_text("body {}")
    for path, kind, body in (
        ("/", "text/html; charset=utf-8", b"<h1>Matrix</h1>"),
        ("/arch/arm.html", "text/html; charset=utf-8", b"<h1>arm</h1>"),
        ("/style.css", "text/css; charset=utf-8", b"body {}"),
        ("/README.md", "text/markdown; charset=utf-8", b"# Matrix\n"),
        ("/arch/arm.md", "text/markdown; charset=utf-8", b"# arm\n"),
        ("/feed.atom", "application/atom+xml; charset=utf-8", b"<feed/>"),
    ):
        status, headers, found = get(serve, path)
        assert (status, headers["content-type"], found) == (200, kind, body)
        policy = headers["content-security-policy"].split("; ")
        assert policy[:3] == ["default-src 'none'", "style-src 'self'", "img-src 'self'"]
    assert get(serve, "/arch/")[0] == 404


def test_where_nothing_is_it_says_what_there_is(serve, reports):
    """Somebody who opens it before the first refresh is done, for one."""
    (reports / "README.md").unlink()
    assert get(serve, "/")[::2] == (
        404,
        b"nothing is here; /healthz and /metrics are, and so are the reports, once they are written\n",
    )


@pytest.mark.parametrize(
    ("path", "kind", "body"),
    [
        ("/README.md", "text/markdown; charset=utf-8", b"# Matrix\n"),
        ("/", "text/markdown; charset=utf-8", b"# Matrix\n"),
        ("/?a=b", "text/markdown; charset=utf-8", b"# Matrix\n"),
        ("/arch/arm.md", "text/markdown; charset=utf-8", b"# arm\n"),
        ("/arch/%61rm.md", "text/markdown; charset=utf-8", b"# arm\n"),
        ("/feed.atom", "application/atom+xml; charset=utf-8", b"<feed/>"),
        ("/big.bin", "application/octet-stream", b"x" * 5_000_000),
    ],
)
def test_files_have_their_types(serve, path, kind, body):
    status, headers, found = get(serve, path)
    assert (status, headers["content-type"], found) == (200, kind, body)
    assert headers["content-length"] == str(len(body))
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "/../outside.md", "/arch/../../outside.md", "/%2e%2e/outside.md", "/..%2foutside.md",
        "/arch/..%2f..%2foutside.md",
        "//etc/passwd", "/./README.md", "/arch//arm.md", "/link.md", "/own.md", "/inner/outside.md", "/.git/config",
        "/.git/", "/pipe.md", "/none.md", "/README.md/", "/README.md/x", "/README.md%00", "/a%00b/c", "/%ff", "/arch/",
        "/" + "a" * 2000, "/" + "a/" * 300, "/%", "/%zz", "x", "http://127.0.0.1/README.md", "/\\..\\outside.md",
    ],
)  # fmt: skip
def test_nothing_else_is_served(serve, path):
    """Not what lies outside, no link wherever it leads, nothing hidden, nothing that is no file."""
    status, _, body = get(serve, path)
    assert (status, body[:16]) == (404, b"nothing is here;")


def test_a_folder_has_a_slash(serve):
    status, headers, _ = get(serve, "/arch")
    assert (status, headers["location"]) == (301, "/arch/")


def test_etags(serve, reports):
    """The same until the file is replaced; what is unchanged is not sent again."""
    etag = get(serve, "/README.md")[1]["etag"]
    for said in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        status, headers, body = get(serve, "/README.md", if_none_match=said)
        assert (status, headers["etag"], body) == (304, etag, b"")
    new = reports / "new"
    new.write_text("# Matrix\n")
    new.replace(reports / "README.md")
    assert get(serve, "/README.md", if_none_match=etag)[0] == 200


@pytest.mark.parametrize("path", ["/README.md", "/healthz", "/metrics", "/none"])
def test_head_is_get_without_a_body(serve, path):
    status, headers, body = get(serve, path, "HEAD")
    same, full, whole = get(serve, path)
    assert (status, body) == (same, b"")
    if path != "/metrics":
        assert headers["content-length"] == full["content-length"] == str(len(whole))


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"])
def test_only_reading(serve, method):
    status, headers, _ = get(serve, "/README.md", method)
    assert (status, headers["allow"]) == (405, "get, head")


# --- health and metrics ----------------------------------------------------------------------------------------------


def test_health_flips_and_comes_back(serve, state, clock):
    """Well until a project is older than its budget; well again when it succeeded."""
    assert get(serve, "/healthz")[0] == 200
    clock.since = 49 * HOUR
    status, headers, body = get(serve, "/healthz")
    assert (status, headers["content-type"]) == (503, "application/json")
    assert b'"stale": [\n    "linux"\n  ]' in body
    clock.since = 80 * HOUR
    assert health(state, clock())[1]["stale"] == ["linux", "gcc"]
    assert breaches(health(state, clock())[1]) == []
    for project in SCHEDULES:
        state.jobs[project] = replace(state.jobs[project], succeeded=clock().wall)
        state.seen[project] = replace(state.seen[project], succeeded=clock().steady)
    assert get(serve, "/healthz")[0] == 200
    assert health(state, clock())[1]["projects"][1]["held"] == 2


def test_metrics_are_read_by_the_clients_own_parser(serve, state, clock):
    state.runs["linux", "complete"] = 4
    state.told["exec", "failed"] = 2
    clock.since = HOUR
    status, headers, body = get(serve, "/metrics")
    assert (status, headers["content-type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    families = {family.name: family for family in text_string_to_metric_families(body.decode())}
    samples = {(s.name, *sorted(s.labels.values())): s.value for f in families.values() for s in f.samples}
    assert samples["archmatrix_refreshes_total", "complete", "linux"] == 4
    assert samples["archmatrix_hook_deliveries_total", "exec", "failed"] == 2
    assert samples["archmatrix_project_age_seconds", "gcc"] == 3600
    assert samples["archmatrix_project_sources_held", "gcc"] == 2
    assert samples["archmatrix_generation",] == 7
    assert families["archmatrix_project_failures_in_a_row"].type == "gauge"
    assert samples["process_resident_memory_bytes",] > 1e6


# --- who means harm --------------------------------------------------------------------------------------------------


def test_huge_heads_are_refused(serve):
    """In one header, in many, in the first line, without an end."""

    async def ask(port):
        return [
            await raw(port, b"GET / HTTP/1.1\r\nhost: x\r\na: " + b"a" * 100_000 + b"\r\n\r\n"),
            await raw(port, b"GET / HTTP/1.1\r\nhost: x\r\n" + b"aa: bb\r\n" * 7_000 + b"\r\n"),
            await raw(port, b"GET /" + b"a" * 1_000_000),
            await raw(port, b"x" * 100_000),
        ]

    for answer in serve(ask):
        # A client that is still writing may lose the answer with the connection.
        assert answer == b"" or answer.startswith((b"HTTP/1.1 431", b"HTTP/1.1 400")), answer[:100]


@pytest.mark.parametrize(
    "data",
    [b"\x16\x03\x01\x02\x00\x01", b"GET\r\n\r\n", b"GET / HTTP/x\r\n\r\n",
     b"GET / HTTP/1.1\r\n\r\n", b"\0" * 100 + b"\r\n\r\n",
     b"GET / HTTP/1.1\r\nhost: x\r\ncontent-length: x\r\n\r\n", b"GET / HTTP/1.1\r\nhost: x\r\nhost: y\r\n\r\n"],
)  # fmt: skip
def test_what_is_no_request(serve, data):
    async def ask(port):
        return await raw(port, data, end=True), await raw(port, b"GET / HTTP/1.0\r\n\r\n")

    answer, after = serve(ask)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 4")
    assert after.startswith(b"HTTP/1.1 200")


def test_bodies_are_not_read_as_requests(serve):
    """What follows a body that nobody reads is not answered."""

    async def ask(port):
        smuggled = b"GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n"
        head = b"GET /none HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % len(smuggled)
        return await raw(port, head + smuggled + smuggled)

    assert serve(ask).count(b"HTTP/1.1") == 1


def test_many_requests_on_one_connection(serve):
    async def ask(port):
        one = b"GET /arch/arm.md HTTP/1.1\r\nhost: x\r\n"
        return await raw(port, (one + b"\r\n") * 99 + one + b"connection: close\r\n\r\n")

    assert serve(ask).count(b"# arm\n") == 100


def test_slow_clients_are_dropped(serve):
    """One that drips, one that reads nothing of a large file; others are served meanwhile."""

    async def drip(port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\n")
        for _ in range(1000):
            if reader.at_eof():
                break
            writer.write(b"a: b\r\n")
            await asyncio.sleep(0.05)
        else:
            raise AssertionError
        writer.close()

    async def deaf(port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
        writer.write(b"GET /big.bin HTTP/1.1\r\nhost: x\r\n\r\n" * 4)
        # Reading nothing, it learns by writing that it was dropped.
        while not writer.transport.is_closing():
            writer.write(b"x")
            await asyncio.sleep(0.05)
        read = 0
        try:
            while chunk := await reader.read(65536):
                read += len(chunk)
        except ConnectionError:
            pass
        assert read < 20_000_000
        writer.close()

    async def ask(port):
        slow = [asyncio.create_task(work(port)) for work in (drip, deaf) for _ in range(10)]
        answer = await raw(port, b"GET / HTTP/1.0\r\n\r\n")
        assert answer.endswith(b"# Matrix\n")
        await asyncio.gather(*slow)

    serve(ask, head=1, idle=1, piece=1)


@pytest.mark.slow
def test_two_hundred_at_once(serve):
    """All of them are answered, and no file is left open."""

    def opened():
        return len(list(Path("/proc/self/fd").iterdir()))

    async def ask(port):
        before = opened()
        for _ in range(3):
            answers = await asyncio.gather(
                *(raw(port, b"GET /arch/arm.md HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n") for _ in range(200))
            )
            assert all(answer.endswith(b"# arm\n") for answer in answers)
        await until(lambda: opened() <= before + 2)

    serve(ask)


def test_so_many_and_no_more(serve):
    """Beyond the bound a connection is closed; when others have left there is room again."""

    async def ask(port):
        held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(5)]
        await asyncio.sleep(0.05)
        assert await raw(port, b"GET / HTTP/1.0\r\n\r\n") == b""
        for _, writer in held:
            writer.close()
        while not (answer := await raw(port, b"GET / HTTP/1.0\r\n\r\n")):  # noqa: ASYNC110 - the listener says nothing
            await asyncio.sleep(0.01)
        return answer

    assert serve(ask, connections=5).startswith(b"HTTP/1.1 200")
