"""Every fault of the network, and of what comes over it: the error is exact, and nothing that is known is lost.

Each test has polled once. Then both heads move, the fault happens to the kernel's repository alone, and is over at the
poll after it. `told` may name {host}, which is the kernel's, and {other}, which is LLVM's.
"""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass, replace
from datetime import timedelta
from email.utils import format_datetime
from functools import partial
from typing import TYPE_CHECKING

import pytest

from matrix.fetch import Client
from tests.forge import faults
from tests.forge.message import Response, plain
from tests.poll.driver import MIB, POLICY
from tests.poll.made import CHANGED, DAY, GOOD, LLVM, SUPPORT, TARGETS, TOOL, Fared, targets
from tests.sampling import one_in

if TYPE_CHECKING:
    from collections.abc import Callable

# Each polls a forge twice; tests/poll/test_refresh.py and test_network.py run by default.
pytestmark = pytest.mark.slow

LINUX = ("linux-arch-support", "linux-changes", "linux-llvm", "linux-min-tools")
RESULT = "application/x-git-upload-pack-result"
BROKE = "broke off, or broke the rules of HTTP"


def big(size=2 << 30, *, length=True):
    """A body of git's own type that does not end before `size` bytes."""

    async def fault(exchange):
        headers = (("content-type", RESULT), *((("content-length", str(size)),) if length else ()))
        await exchange.wire.head(Response(200, headers, framing="length" if length else "chunked"))
        for _ in range(size >> 16):
            await exchange.wire.data(bytes(65536))
        await exchange.wire.end()

    return fault


def packed(body):
    return faults.says(Response(200, (("content-type", RESULT), ("content-encoding", "gzip")), body))


@dataclass(frozen=True)
class Case:
    """A fault at one of git's requests; told is the whole error, without its host. hurried: it ends by a time limit."""

    name: str
    fault: Callable[[], faults.Fault]
    command: str
    told: str
    hurried: bool = False


HURRIED = replace(
    POLICY,
    read=timedelta(seconds=0.7),
    file=replace(POLICY.file, total=timedelta(seconds=2)),
    pack=replace(POLICY.pack, total=timedelta(seconds=2)),
)


class Hurried(Client):
    """Waits little for the answers to one of git's commands at one host, which never come whole; else as ever.

    So no answer that does come has to be in time, however busy the machine is.
    """

    def __init__(self, policy, *, host, command, **more):
        super().__init__(policy, **more)
        self._short, self._host, self._command = Client(HURRIED, **more), host, f"command={command}".encode()

    async def __aenter__(self):
        await self._short.__aenter__()
        return await super().__aenter__()

    async def __aexit__(self, *error):
        await super().__aexit__(*error)
        await self._short.__aexit__(*error)

    async def request(self, method, endpoint, *, content=b"", **more):
        if endpoint.host == self._host and self._command in content:
            more["limits"] = HURRIED.file
            return await self._short.request(method, endpoint, content=content, **more)
        return await super().request(method, endpoint, content=content, **more)


POST = "/torvalds/linux.git/git-upload-pack"
CUT = f"{BROKE} (peer closed connection without sending complete message body"
LARGEST = f"expected at most {MIB}"
# "fetch" is the request for commits and trees: the body is a pack there, with an end of its own. <N> is any number.
CASES = (
    Case("reset", faults.reset, "ls-refs", "the connection broke"),
    Case("reset in the headers", faults.reset_in_head, "ls-refs", "the connection broke"),
    Case("reset in the body", faults.reset_in_body, "fetch", "the connection broke"),
    Case("no answer", faults.hang, "ls-refs", "was silent for too long", hurried=True),
    Case("slow headers", faults.slow_head, "ls-refs", "took longer than 2 seconds in all", hurried=True),
    Case("a dripping body", faults.drip, "fetch", "took longer than 2 seconds in all", hurried=True),
    Case("half a body, its length announced", faults.half, "fetch", f"{CUT} (received <N> bytes, expected <N>))"),
    Case("half a body, in chunks", lambda: faults.half("chunked"), "fetch", f"{CUT} (incomplete chunked read))"),
    Case("half a body, of no length", lambda: faults.half("close"), "fetch", "git's answer ended within a packet"),
    Case("half the refs, of no length", lambda: faults.half("close"), "ls-refs", "git's answer ended within a packet"),
    Case("a length too large", lambda: faults.wrong_length(100), "fetch", f"{CUT} (received <N> bytes, expected <N>))"),
    Case("a length too small", lambda: faults.wrong_length(-100), "fetch", "git's answer ended within a packet"),
    Case("half a gzip stream", faults.half_gzip, "fetch", "the gzip stream was cut short"),
    Case("a part", faults.partial, "fetch", f"answered 206 at {POST}: a part of what was asked for whole"),
    Case("nothing", faults.empty, "ls-refs", "git's answer was cut short: it has no end mark"),
    Case("nothing, as a pack", faults.empty, "fetch", "git's answer was cut short: it has no end mark"),
    Case("500", lambda: faults.status(500), "ls-refs", f"answered 500 at {POST}"),
    Case("404", lambda: faults.status(404), "ls-refs", f"answered 404 at {POST}"),
    Case("403", lambda: faults.status(403), "fetch", f"answered 403 at {POST}"),
    Case("another host", faults.elsewhere, "ls-refs", "redirects to {other}, expected only {host}"),
    Case("a redirect loop", faults.redirect_loop, "ls-refs", "redirected more than 5 times"),
    Case("an HTML page", faults.html, "ls-refs", f"found text/html, expected {RESULT}"),
    Case("an HTML page as a pack", faults.html, "fetch", f"found text/html, expected {RESULT}"),
    Case(
        "an HTML page that says it is git's",
        lambda: faults.changed(lambda _: faults.PAGE),
        "ls-refs",
        "found an HTML page, expected git's answer",
    ),
    Case(
        "a gzip bomb", lambda: packed(faults.bomb(64 << 20)), "ls-refs", f"the answer unpacks to more than {MIB} bytes"
    ),
    Case("2 GB, announced", big, "ls-refs", f"the answer has {2 << 30} bytes, {LARGEST}"),
    Case("2 GB, not announced", lambda: big(length=False), "ls-refs", f"the answer has <N> bytes or more, {LARGEST}"),
    Case("2 GB as a pack", big, "fetch", f"the answer has {2 << 30} bytes, expected at most {16 * MIB}"),
    Case("2 GB of text", lambda: faults.endless(framing="chunked"), "fetch", f"found text/plain, expected {RESULT}"),
    Case("an error in git's words", faults.git_error, "fetch", "git refused: upload-pack: not our ref"),
)


@pytest.fixture
def moved(polled):
    """Polled once; then both heads moved, the kernel's in every file that is read."""
    world = polled
    world.linux.commit({p: world.linux.read(p) + b"\n# More words.\n" for p in (SUPPORT, CHANGED, LLVM, TOOL)})
    world.llvm.commit({TARGETS: targets("AArch64", "ARM", "RISCV", "X86", major=23, suffix="git")})
    return world


def fails(world, told):
    """One poll at which the kernel's repository cannot be brought up to date, and what it leaves."""
    known, before = world.facts(), world.revisions("linux")
    polled = world.poll()
    error = polled["linux"].error
    pattern = re.escape(told.format(host=world.host, other=world.other)).replace("<N>", "[0-9]+")
    assert re.fullmatch(pattern, error), error
    assert (polled["linux"].failed, polled["llvm"].failed) == (True, False)
    # Nothing that was known is gone, of the kernel nothing is new, and LLVM's new head is there.
    assert world.facts("linux") == {fact for fact in known if fact[0] == "linux"}
    assert world.facts() >= known
    assert (world.revisions("linux"), world.revisions("llvm")[-1]) == (before, world.label(world.llvm))
    assert world.fared() == {**dict.fromkeys(LINUX, Fared(1, error, DAY)), "llvm-targets": GOOD}
    assert list((world.caches / "linux.git" / "incoming").iterdir()) == []


def recovers(world):
    """The next poll, the fault being over."""
    world.forge.faults.clear()
    assert not any(p.failed for p in world.poll().values())
    assert world.revisions("linux")[-1] == world.label(world.linux)
    assert world.fared() == dict.fromkeys((*LINUX, "llvm-targets"), GOOD)


@pytest.mark.parametrize("case", one_in(5, CASES), ids=lambda case: case.name.replace(" ", "-"))
def test_a_fault(moved, case):
    """The table above."""
    if case.hurried:
        moved.client = partial(Hurried, host=moved.host, command=case.command)
    moved.forge.faults.add(case.fault(), "/torvalds/*", command=case.command, times=None)
    fails(moved, f"{{host}}: {case.told}")
    moved.client = Client
    recovers(moved)


def test_a_bit_changed_on_the_way(moved):
    """HTTP has nothing to say; git hashes what arrives. Which of its words it takes depends on the bit."""
    moved.forge.faults.add(faults.altered(), "/torvalds/*", command="fetch", times=None)
    known = moved.facts("linux")
    error = moved.poll()["linux"].error
    assert error.startswith(f"{moved.host}: sent what is not a pack that git accepts (")
    assert moved.facts("linux") == known
    recovers(moved)


# --- no connection -------------------------------------------------------------------------------------------------


def test_a_connection_refused(moved):
    """As with a host that is down."""
    with moved.forge.refused():
        fails(moved, "{host}: the connection was refused")
    recovers(moved)


def test_a_name_that_is_not_found(moved, monkeypatch):
    """.invalid never is. The address is another one, so that it is asked what its host can do."""
    for name in ("ALL_PROXY", "HTTPS_PROXY", "all_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("forge.invalid", 443)
    right = moved.asked.copy()
    moved.asked["linux"] = (f"{faults.UNRESOLVABLE}/linux.git",)
    fails(moved, "forge.invalid: the name was not found (DNS)")
    moved.asked = right
    recovers(moved)


@pytest.mark.parametrize("kind", ["untrusted", "misnamed", "expired"])
def test_a_certificate_that_is_not_right(moved, kind, tmp_path, monkeypatch):
    """Of another authority, of another host, of another time; the right one is accepted."""
    monkeypatch.setenv("SSL_CERT_FILE", str(moved.forge.write_authority(tmp_path / "authority.pem")))
    host = moved.forge.host(kind).url
    moved.asked["linux"] = (f"{host}/torvalds/linux.git",)
    why = {
        "untrusted": "unable to get local issuer certificate",
        "misnamed": "IP address mismatch, certificate is not valid for '127.0.0.1'.",
        "expired": "certificate has expired",
    }
    fails(moved, f"{host[8:]}: its certificate was not accepted ({why[kind]})")
    moved.asked["linux"] = (f"{moved.forge.https.url}/torvalds/linux.git",)
    recovers(moved)
    assert {e.protocol for e in moved.forge.log if e.host == "https"} == {"HTTP/2"}


# --- what passes by itself, and what asks for time -------------------------------------------------------------------


@pytest.mark.parametrize("command", ["ls-refs", "fetch"])
@pytest.mark.parametrize("fault", one_in(2, [lambda: faults.status(500), faults.reset, faults.half_gzip]))
def test_what_passes_is_asked_again(moved, command, fault):
    """500, then 200: nothing has failed."""
    moved.forge.faults.add(fault(), "/torvalds/*", command=command)
    recovered = moved.poll()
    assert not any(p.failed for p in recovered.values())
    assert moved.forge.faults.pending == 0
    assert moved.revisions("linux")[-1] == moved.label(moved.linux)


def _asks(world, how):
    """An answer that asks to be left alone for two days and an hour, and until when that is believed: one day."""
    then = world.now + 3 * DAY
    quota = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(then.timestamp()))}
    return {
        "429 in seconds": lambda: plain(429).with_headers(retry_after=str(3600)),
        "429 at a date": lambda: plain(429).with_headers(
            retry_after=format_datetime(world.now + DAY * 1.5, usegmt=True)
        ),
        "429 without a word": lambda: plain(429),
        "503 in seconds": lambda: plain(503).with_headers(retry_after="3600"),
        "403 with an exhausted quota": lambda: plain(403).with_headers(**quota),
    }[how]()


@pytest.mark.parametrize(
    ("how", "status", "wait"),
    one_in(
        3,
        [
            ("429 in seconds", 429, timedelta(hours=1)),
            ("429 at a date", 429, timedelta(hours=12)),
            ("429 without a word", 429, timedelta(minutes=1)),
            ("503 in seconds", 503, timedelta(hours=1)),
            ("403 with an exhausted quota", 403, DAY),
        ],
        several=True,
    ),
)
def test_a_host_that_wants_to_be_left_alone_is(moved, how, status, wait):
    """Until the moment it named (a day at most), by the next process too; the next refresh after that asks again."""
    moved.forge.faults.add(faults.says(_asks(moved, how)), "/torvalds/*", times=None)
    until = moved.now + DAY + wait
    said = f"{until:%Y-%m-%d %H:%M:%S} UTC"
    fails(moved, f"{{host}}: answered {status}: it wants to be left alone until {said}")
    moved.forge.faults.clear()
    moved.forge.forget()
    # Another refresh, a second before that moment.
    moved.now = until - DAY - timedelta(seconds=1)
    assert moved.poll()["linux"].error == f"{moved.host}: was not asked: it wants to be left alone until {said}"
    assert moved.requests() == [("llvm", "ls-refs")]
    moved.now = until - DAY
    recovers(moved)


# --- what changes upstream at the wrong moment -----------------------------------------------------------------------


def test_a_head_that_moves_between_refs_and_objects(moved):
    """What was asked for comes, whole and of one commit; the newer head is for the next poll."""
    first = moved.label(moved.linux)
    change = {SUPPORT: "none", CHANGED: "", LLVM: None}
    moved.forge.faults.add(faults.moving(lambda: moved.linux.commit(change)), "/torvalds/*", command="fetch")
    assert not any(p.failed for p in moved.poll().values())
    assert moved.forge.faults.pending == 0
    assert moved.revisions("linux")[-1] == first
    assert moved.fared() == dict.fromkeys((*LINUX, "llvm-targets"), GOOD)


@pytest.mark.parametrize("fetch", [0, 1], ids=["before-the-commits", "before-the-files"])
def test_a_head_that_is_rewritten_and_gone(moved, fetch):
    """Pushed over and collected between two requests: nothing of it is recorded."""

    def gone():
        moved.linux.rewrite({SUPPORT: moved.linux.read(SUPPORT) + b"\nOther words.\n"})
        moved.linux.prune()

    wanted = [moved.linux.head, *(moved.linux.tree(moved.linux.head)[p] for p in (SUPPORT, CHANGED, LLVM, TOOL))]
    moved.forge.faults.add(faults.moving(gone), "/torvalds/*", command="fetch", skip=fetch)
    fails(moved, "{host}: git refused: upload-pack: not our ref " + (wanted[0] if not fetch else min(wanted[1:])))
    recovers(moved)


def test_a_branch_that_is_gone(moved):
    """The releases are still told; the head that is known stays, and was not checked."""
    known, label = moved.facts("linux"), moved.revisions("linux")[-1]
    moved.linux.delete_ref("refs/heads/main")
    done = moved.poll()["linux"]
    assert done.error == f"{moved.host}: found no HEAD among the refs of /torvalds/linux.git"
    assert moved.facts("linux") == known
    assert [moved.checked("linux", v) for v in ("7.1", label)] == [moved.now, moved.now - DAY]
    assert {moved.fared()[source].failures for source in LINUX} == {1}


SHAPES = {
    "a file that vanished": (
        TOOL,
        None,
        "linux-min-tools",
        f"{TOOL}: found no such file (moved?), expected at least 1",
    ),
    "an empty file": (
        CHANGED,
        "",
        "linux-changes",
        f"{CHANGED}: found 0 tables, expected one table headed Program, Minimal version, Command to check the version",
    ),
    "a table whose header changed": (
        SUPPORT,
        "Level of support  ",
        "linux-arch-support",
        f"{SUPPORT}: found 0 tables, expected one table headed Architecture, Level of support, Constraints",
    ),
    "bytes that are no text": (
        LLVM,
        b"\xff\xfe" * 100,
        "linux-llvm",
        f"{LLVM}:1: found byte 0xff, expected UTF-8 text",
    ),
    "a page": (LLVM, faults.PAGE, "linux-llvm", f"{LLVM}:1: found an HTML page, expected the file itself"),
    "a list that ends too early": (
        SUPPORT,
        -60,
        "linux-arch-support",
        f"{SUPPORT}:13: found a table that cannot be read, expected as many cells in each row, and its end",
    ),
}


@pytest.mark.parametrize("shape", one_in(3, SHAPES))
def test_a_source_that_changed_its_shape(moved, shape):
    """It keeps what it said of the last good head; the others are recorded of the new one."""
    path, change, source, told = SHAPES[shape]
    body = moved.linux.read(path)
    if isinstance(change, int):
        change = body[:change]
    elif shape.startswith("a table"):
        change = body.replace(change.encode(), b"Support           ")
    moved.linux.commit({path: change})
    known = moved.facts()
    polled = moved.poll()
    assert (polled["linux"].failed, polled["linux"].error, polled["llvm"].failed) == (True, "", False)
    assert [(o.source.id, str(o.error)) for r in polled["linux"].reads for o in r.failures] == [(source, told)]
    assert moved.facts() >= known
    label = moved.label(moved.linux)
    assert {f[2] for f in moved.facts("linux") if f[1] == label} == {*LINUX} - {source}
    assert moved.fared() == {**dict.fromkeys((*LINUX, "llvm-targets"), GOOD), source: Fared(1, told, DAY)}
    # As long as it stands there, it is tried again, without asking for more than refs.
    moved.forge.forget()
    assert moved.poll()["linux"].failed
    assert moved.requests() == [("llvm", "ls-refs"), ("torvalds", "ls-refs")]
    assert moved.fared()[source] == Fared(2, told, 2 * DAY)
    moved.linux.commit({path: body})
    recovers(moved)


def test_a_version_that_cannot_be_told(moved):
    """Without its Makefile a head has no name: it is not recorded, and the release is not lost with it."""
    moved.linux.commit({"Makefile": "all:\n"})
    moved.linux.move_tag("v7.1", moved.linux.commit({SUPPORT: "\n"}, branch="x", onto=moved.linux.resolve("v7.1")))
    polled = moved.poll()["linux"]
    place = moved.caches / "linux.git"
    error = (
        f"{place} at {moved.linux.head[:8]}: Makefile: found another text, "
        "expected VERSION, PATCHLEVEL and SUBLEVEL, each a number"
    )
    assert (polled.error, [r.snapshot.revision.label for r in polled.reads]) == (error, ["7.1"])
    # The release had succeeded a moment before.
    assert moved.fared()["linux-llvm"] == Fared(1, error, timedelta(0))
