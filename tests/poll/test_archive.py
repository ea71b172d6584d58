"""The package index of a distribution, read from an archive on a forge: what is asked for, believed and kept."""

from __future__ import annotations

import asyncio
import json
import lzma
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from matrix.cli import surroundings
from matrix.cli.commands import daemon
from matrix.cli.main import main
from matrix.debian import FEWEST_PACKAGES
from matrix.fetch import Client
from matrix.model import DistroArch
from matrix.operations.ask import Wish
from matrix.operations.distros import with_distro, with_indexes
from matrix.operations.workplace import Workplace
from matrix.poll.archive import Indexing
from matrix.poll.index import IndexState, index_states
from matrix.registry import data_folder
from matrix.store import Store
from matrix.value import replace
from tests.forge import faults
from tests.forge.repos import Repository
from tests.poll.archive_driver import sand, sand_archive
from tests.poll.driver import POLICY
from tests.sampling import one_in
from tests.test_debian import PACKAGES

if TYPE_CHECKING:
    from matrix.model import Archive, Registry
    from matrix.poll.archive import Indexed
    from tests.forge.server import Forge

# Each publishes an archive and asks for it; tests/test_debian.py reads indexes by default.
pytestmark = pytest.mark.slow

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=timezone.utc)
NASTY = "\x1b]0;owned\x07 \u202egnp.exe"
CHECKOUT = Path(__file__).parent.parent.parent


def packages(bindgen: str = "0.71.1", without: str = "") -> str:
    """A list with this bindgen, and not one package."""
    whole = PACKAGES.replace("0.71.1-6+b1", f"{bindgen}-1").split("\n\n")
    return "\n\n".join(p for p in whole if not without or not p.startswith(f"Package: {without}\n")) + "\n"


@dataclass
class Dune:
    """An archive on a forge with one suite, and one user's store. Each refresh is a day after the one before."""

    forge: Forge
    folder: Path
    names: dict[str, object]
    lists: dict[str, str] = field(default_factory=lambda: {"amd64": packages(), "riscv64": packages("0.70.1")})
    moment: datetime = datetime(2026, 11, 21, 9, 15, tzinfo=timezone.utc)
    by_hash: bool = True
    more: str = ""
    now: datetime = NOW
    repository: Repository | None = None
    asked: list[str] = field(default_factory=list)

    def __post_init__(self):
        self.distro = sand()

    @property
    def archive(self) -> Archive:
        return sand_archive(f"{self.forge.url}/sand/raw/main")

    @property
    def store(self) -> Path:
        return self.folder / "facts.db"

    def publish(self, **later: object) -> None:
        """Put it there, with what is other than before."""
        for name, value in later.items():
            setattr(self, name, value)
        files, sums = {}, ""
        for arch, text in self.lists.items():
            body = text.encode()
            packed = lzma.compress(body, preset=0)
            path = f"main/binary-{arch}/Packages"
            for name, content in ((path, body), (f"{path}.xz", packed)):
                sums += f" {sha256(content).hexdigest()} {len(content)} {name}\n"
            place = f"main/binary-{arch}/by-hash/SHA256/{sha256(packed).hexdigest()}" if self.by_hash else f"{path}.xz"
            files[f"dists/dune/{place}"] = packed
        files["dists/dune/InRelease"] = (
            f"Suite: stable\nVersion: 13.8\nCodename: dune\nDate: {self.moment:%a, %d %b %Y %H:%M:%S} UTC\n"
            f"Acquire-By-Hash: {'yes' if self.by_hash else 'no'}\n"
            f"Architectures: all {' '.join(self.lists)}{self.more}\nSHA256:\n{sums}"
        ).encode()
        if self.repository is None:
            self.repository = Repository.create(self.folder / "sand.git", files)
            self.forge.add("sand", self.repository)
        else:
            self.repository.commit(files)

    def refresh(self, *, due: bool = False, fewest: int = 1) -> Indexed:
        """One refresh; `asked` are the paths that it asked for, below the suite."""
        self.now += timedelta(days=1)
        self.forge.forget()
        try:
            with Store.open(self.store) as store:
                return asyncio.run(self._refresh(store, due=due, fewest=fewest))
        finally:
            self.forge.settle()
            self.asked = [entry.path.partition("/dune/")[2] for entry in self.forge.log]

    async def _refresh(self, store: Store, *, due: bool, fewest: int) -> Indexed:
        async with Client(POLICY, clock=lambda: self.now, backoffs=store.polls.waits()) as client:
            asking = Indexing(
                store=store,
                client=client,
                clock=lambda: self.now,
                archives={"sand": self.archive},
                names=self.names,
                fewest=fewest,
            )
            try:
                (done,) = await asking.run([self.distro], due=due)
            finally:
                for host, until in client.backoffs.items():
                    store.polls.record_host(host, "", until)
            return done

    @property
    def state(self) -> IndexState:
        with Store.open(self.store, readonly=True) as store:
            assert store.faults() == []
            return index_states(store)["sand-1"]

    def bindgen(self) -> dict[str, str]:
        """The bindgen of each architecture, as it is known."""
        return {arch: one.tools["bindgen"] for arch, one in self.state.index.lists.items()}


def whole(lists: dict[str, str]) -> dict[str, str]:
    """The same with so many packages that they make a list."""
    others = "\n" + "".join(f"\nPackage: other{number}\nVersion: 1\n" for number in range(FEWEST_PACKAGES))
    return {arch: text + others for arch, text in lists.items()}


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """What was published and read once, for each test to have a copy: its folder, and the repository."""
    return SimpleNamespace(folder=tmp_path_factory.mktemp("first"), repository=None)


@pytest.fixture
def dune(forge, tmp_path, registry, first):
    """The archive, published; nothing was read yet."""
    made = Dune(forge, tmp_path, registry.names)
    if first.repository is None:
        made.publish()
        first.repository = made.repository.copy(first.folder / "sand.git")
    else:
        made.repository = first.repository.copy(tmp_path / "sand.git")
        forge.add("sand", made.repository)
    return made


@pytest.fixture
def known(dune, first):
    """The same, read once. The forge has the same ports all the time, so that one first refresh will do."""
    store = first.folder / "facts.db"
    if store.exists():
        shutil.copy(store, dune.store)
        dune.now += timedelta(days=1)
    else:
        assert dune.refresh().outcome == "read"
        shutil.copy(dune.store, store)
    return dune


def test_an_index_is_read_list_by_list(dune):
    """With its moment, its place and the versions of each architecture; those that mean nothing here are named."""
    dune.publish(more=" hurd-sand")
    done = dune.refresh()
    assert (done.outcome, done.lists, done.unknown, done.error) == ("read", 2, ("hurd-sand",), "")
    assert dune.asked[0] == "InRelease"
    assert [path.partition("by-hash/SHA256/")[0] for path in dune.asked[1:]] == [
        "main/binary-amd64/",
        "main/binary-riscv64/",
    ]
    state = dune.state
    assert (state.index.date, state.index.version) == (dune.moment, "13.8")
    assert (state.since, state.checked_at, state.fault) == (dune.now, dune.now, "")
    assert state.url == f"{dune.archive.url}/dists/dune/InRelease"
    assert dune.bindgen() == {"amd64": "0.71.1", "riscv64": "0.70.1"}
    assert state.index.lists["amd64"].tools["kernel"] == "6.12.117"


def test_what_did_not_change_costs_one_request(known):
    """By its ETag; and without one, what InRelease names was read already."""
    since = known.now
    assert known.refresh().outcome == "unchanged"
    assert (known.asked, known.forge.log[0].status) == (["InRelease"], 304)
    assert (known.state.since, known.state.checked_at) == (since, known.now)
    with Store.open(known.store) as store:
        store.polls.drop_cached()
    assert known.refresh().outcome == "unchanged"
    assert (known.asked, known.forge.log[0].status) == (["InRelease"], 200)
    assert (known.state.since, known.state.checked_at) == (since, known.now)


def test_what_moved_costs_its_own_lists(known):
    """The list of the other architecture stays."""
    known.publish(lists={"amd64": packages("0.72.0"), "riscv64": packages("0.70.1")}, moment=NOW)
    done = known.refresh()
    assert (done.outcome, done.lists, len(known.asked)) == ("read", 1, 2)
    assert known.bindgen() == {"amd64": "0.72.0", "riscv64": "0.70.1"}
    assert (known.state.index.date, known.state.since) == (NOW, known.now)


def test_a_list_that_came_along_need_not_come_again(dune):
    """Its sum stands in data/toolchains.toml, with what it says."""
    sum_ = sha256(packages().encode()).hexdigest()
    arch = DistroArch(name="amd64", variants=("x86_64",), other={"bindgen": "0.71.1"}, sha256=sum_)
    dune.distro = replace(dune.distro, arches={"amd64": arch})
    assert dune.refresh().lists == 1
    assert [path.split("/")[1] for path in dune.asked[1:]] == ["binary-riscv64"]
    assert dune.bindgen() == {"amd64": "0.71.1", "riscv64": "0.70.1"}


def other_release(dune: Dune, **later: object) -> None:
    """A suite that moved: both lists are others."""
    lists = {"amd64": packages("0.72.0"), "riscv64": packages("0.72.0")}
    dune.publish(**{"lists": lists, "moment": NOW, **later})


FIRST, LIST = "*/InRelease", "*/binary-riscv64/*"


@pytest.mark.parametrize(
    ("fault", "path", "said"),
    one_in(
        4,
        [
            (faults.status(503), FIRST, "answered 503"),
            (faults.status(404), LIST, "answered 404"),
            (faults.too_many(60), LIST, "wants to be left alone"),
            (faults.half(), FIRST, "broke off"),
            (faults.half(), LIST, "broke off"),
            (faults.html(), FIRST, "found an HTML page, expected text"),
            (faults.redirect("https://forge.invalid{target}"), LIST, "redirects to forge.invalid"),
            (faults.bad_utf8(), FIRST, "expected UTF-8"),
            (faults.altered(), LIST, "found another sum than InRelease has"),
            (faults.empty(), LIST, "Packages.xz: found 0 bytes"),
            (faults.changed(lambda body: body[:-9]), LIST, "bytes, expected the"),
            (faults.endless(1 << 30), LIST, "expected at most"),
            (faults.gzip_bomb(64 << 20), LIST, "the answer unpacks to more than"),
        ],
        several=True,
    ),
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_fails_keeps_the_last_good_and_says_why(known, fault, path, said):
    """Whatever comes instead; the next one that does not fail goes on with the list that came, and ends the fault."""
    since = known.now
    other_release(known)
    known.forge.faults.add(fault, path, times=None)
    done = known.refresh()
    assert (done.outcome, done.date) == ("failed", datetime(2026, 11, 21, 9, 15, tzinfo=timezone.utc))
    assert said in done.error
    assert (known.state.fault, known.state.failed_at) == (done.error, known.now)
    assert (known.bindgen()["amd64"], known.state.since, known.state.checked_at) == ("0.71.1", since, since)
    known.forge.faults.clear()
    assert known.refresh().outcome == "read"
    assert len(known.asked) == (3 if path == FIRST else 2)
    assert (known.bindgen(), known.state.fault) == ({"amd64": "0.72.0", "riscv64": "0.72.0"}, "")


def bomb(dune: Dune) -> None:
    """A list whose sums are right, and which unpacks to far more than is said."""
    other_release(dune)
    packed = lzma.compress(bytes(8 << 20), preset=0)
    name = f"main/binary-riscv64/by-hash/SHA256/{sha256(packed).hexdigest()}"
    text = dune.repository.read("dists/dune/InRelease").decode()
    lines = [line for line in text.split("\n") if not line.endswith("riscv64/Packages.xz")]
    lines.insert(-1, f" {sha256(packed).hexdigest()} {len(packed)} main/binary-riscv64/Packages.xz")
    dune.repository.commit({f"dists/dune/{name}": packed, "dists/dune/InRelease": "\n".join(lines)})


def without_sum(dune: Dune) -> None:
    other_release(dune)
    text = dune.repository.read("dists/dune/InRelease").decode()
    dune.repository.commit({"dists/dune/InRelease": text.replace("binary-riscv64/Packages.xz", "binary-x/Packages.xz")})


def too_long(dune: Dune) -> None:
    other_release(dune)
    text = dune.repository.read("dists/dune/InRelease").decode()
    end = "main/binary-riscv64/Packages.xz"
    lines = [f" {line.split()[0]} {1 << 40} {end}" if line.endswith(end) else line for line in text.split("\n")]
    dune.repository.commit({"dists/dune/InRelease": "\n".join(lines)})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: other_release(d, moment=datetime(2026, 11, 20, tzinfo=timezone.utc)), "expected none older than"),
        (lambda d: other_release(d, moment=datetime(2027, 11, 20, tzinfo=timezone.utc)), "expected none of the future"),
        (lambda d: other_release(d, lists={"hurd": packages()}), "found no architecture that is known here"),
        (
            lambda d: other_release(d, lists=dict.fromkeys(("amd64", "riscv64"), packages(without="bindgen"))),
            "found no bindgen on any architecture",
        ),
        (lambda d: other_release(d, lists={"amd64": NASTY, "riscv64": packages()}), "amd64/Packages:1: found"),
        (lambda d: other_release(d, lists={"amd64": "Package: a\n" * 9, "riscv64": "x"}), "found 1 packages"),
        (lambda d: other_release(d, more=" ../../etc"), "'../../etc'"),
        (bomb, "bytes or more, expected the"),
        (without_sum, "found no sum of main/binary-riscv64/Packages.xz"),
        (too_long, f"found {1 << 40} bytes, expected at most"),
    ],
)
def test_an_index_that_cannot_be_is_not_believed(known, change, said):
    """Older than what is known or of the future, without what was there, of another shape, too long."""
    change(known)
    done = known.refresh(fewest=2 if "packages" in said else 1)
    assert (done.outcome, known.bindgen()["riscv64"]) == ("failed", "0.70.1")
    assert said in done.error
    assert known.state.fault == done.error


def test_a_package_that_one_architecture_lost_is_lacking_there(known):
    """And only there; an architecture that is gone is no longer there."""
    lists = {"amd64": packages(), "riscv64": packages(without="bindgen"), "s390x": packages()}
    known.publish(lists=lists, moment=NOW)
    assert known.refresh().outcome == "read"
    assert "bindgen" not in known.state.index.lists["riscv64"].tools
    known.publish(lists={"amd64": packages(), "s390x": packages()}, moment=NOW + timedelta(hours=1))
    assert known.refresh().outcome == "read"
    assert list(known.state.index.lists) == ["amd64", "s390x"]


def test_a_suite_that_moves_between_two_lists_is_read_the_next_time(known):
    """Where the archive keeps no file under its sum, what comes is not what InRelease named."""
    other_release(known, by_hash=False)
    newer = {"amd64": packages("0.73.0"), "riscv64": packages("0.73.0")}
    moving = faults.moving(lambda: known.publish(lists=newer, moment=NOW + timedelta(hours=1)))
    known.forge.faults.add(moving, LIST)
    done = known.refresh()
    assert done.outcome == "failed"
    assert "main/binary-riscv64/Packages.xz: found" in done.error
    assert known.refresh().outcome == "read"
    assert known.bindgen() == {"amd64": "0.73.0", "riscv64": "0.73.0"}


def test_one_that_is_stopped_goes_on_with_the_list_that_it_had(known):
    """Nothing of a part of an index is believed."""
    other_release(known)
    known.forge.faults.add(faults.hang(), LIST)
    task: list[asyncio.Task[object]] = []
    request = Client.request

    async def stopped(self, method, endpoint, **more):
        if "binary-riscv64" in endpoint.url:
            task.append(asyncio.current_task())
            asyncio.get_running_loop().call_later(0.05, task[0].cancel)
        return await request(self, method, endpoint, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "request", stopped)
        with pytest.raises(asyncio.CancelledError):
            known.refresh()
    assert (known.bindgen(), known.state.fault) == ({"amd64": "0.71.1", "riscv64": "0.70.1"}, "")
    known.forge.faults.clear()
    assert known.refresh().lists == 1
    assert known.bindgen() == {"amd64": "0.72.0", "riscv64": "0.72.0"}


@pytest.mark.slow
def test_one_that_is_killed_leaves_a_sound_store_and_goes_on(known):
    """Between two lists."""
    # The driver's clock is the system's: for it, this was yesterday or long ago.
    day_after = datetime(2026, 11, 22, tzinfo=timezone.utc)
    other_release(known, lists=whole(dict.fromkeys(("amd64", "riscv64"), packages("0.72.0"))), moment=day_after)
    known.forge.faults.add(faults.hang(), LIST)
    known.forge.forget()
    words = [known.archive.url, "refresh", "--project", "sand", "--db", str(known.store)]
    environment = {"PATH": os.environ["PATH"], "HOME": str(known.folder), "PYTHONPATH": str(CHECKOUT)}
    process = subprocess.Popen([sys.executable, "-m", "tests.poll.archive_driver", *words], env=environment)
    until = time.monotonic() + 300
    while not known.forge.requests("binary-riscv64"):
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.01)
    process.kill()
    process.wait()
    assert (known.bindgen(), known.state.fault) == ({"amd64": "0.71.1", "riscv64": "0.70.1"}, "")
    known.forge.faults.clear()
    assert known.refresh().lists == 1
    assert known.bindgen() == {"amd64": "0.72.0", "riscv64": "0.72.0"}


def test_what_a_later_program_wrote_is_as_good_as_not_there(known):
    """And is read again."""
    with Store.open(known.store) as store:
        (row,) = store.polls.notices()
        store.polls.record_notices([row._replace(value='{"reader": 2, "elsewhere": []}')])
    assert known.state == IndexState(coming={})
    assert known.refresh().outcome == "read"


def test_a_host_that_wants_to_be_left_alone_is(known):
    """Also by the next process; and what it was not asked is a failure that says until when."""
    known.forge.faults.add(faults.too_many(3 * 86400), FIRST)
    assert "wants to be left alone until" in known.refresh().error
    known.now -= timedelta(hours=20)
    assert "wants to be left alone until" in known.refresh().error
    assert known.asked == []


def test_what_was_good_lately_is_not_due(known):
    """A refresh that names no archive asks again after its interval, and at once after a failure."""
    assert known.refresh(due=True).outcome == "not due"
    assert known.asked == []
    known.forge.faults.add(faults.status(500), FIRST, times=2)
    assert known.refresh().outcome == "failed"
    assert known.refresh(due=True).outcome == "unchanged"
    known.now += timedelta(days=2)
    assert known.refresh(due=True).outcome == "unchanged"


# --- what commands make of it ----------------------------------------------------------------------------------------


@pytest.fixture
def command(dune, monkeypatch, capsys):
    """A command on this archive and store, of lists that are long enough: its code, and what it printed, in a line."""
    dune.publish(lists=whole(dune.lists))
    monkeypatch.setattr(surroundings, "distros", lambda _: {"sand-1": dune.distro})
    monkeypatch.setattr(surroundings, "archives", lambda: {"sand": dune.archive})
    monkeypatch.setattr(surroundings, "network_policy", lambda: POLICY)
    monkeypatch.setattr(surroundings, "now", lambda: dune.now)
    monkeypatch.setenv("ARCHMATRIX_DB", str(dune.store))
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)

    def run(*words):
        code = main([*words])
        dune.forge.settle()
        out = capsys.readouterr()
        return code, " ".join(out.out.split()), out.err

    return run


REFRESH = ("refresh", "--project", "sand")


def said(dune: Dune, registry: Registry, as_of: datetime | None = None) -> str:
    """What an answer about the distribution says first of what it rests on."""
    work = Workplace(registry=registry, data=data_folder(), store=dune.store, clock=lambda: dune.now)
    found = with_indexes(work, {"sand-1": dune.distro}, lambda: {"sand": dune.archive}, as_of)
    return with_distro(Wish(), found["sand-1"]).said[0]


def test_what_was_read_stands_over_what_came_along(dune, registry):
    """And is named. Not as of a moment before, and not over what came along of a newer index."""
    came = "Sand 1: versions read from its package index of 2026-10-01 (archmatrix distros sand-1)"
    here = came.replace("read from", "read here from").replace("2026-10-01", "2026-11-21, checked 2026-12-03")
    assert said(dune, registry) == came
    dune.refresh()
    read = dune.now
    dune.refresh()
    assert said(dune, registry) == said(dune, registry, read) == here
    assert said(dune, registry, read - timedelta(hours=1)) == came
    dune.distro = replace(dune.distro, day="2026-11-22")
    assert "index of 2026-11-22 (" in said(dune, registry)


def test_commands_rest_on_what_was_read_and_say_so(dune, command):
    """An answer, the list of distributions, and status."""
    code, out, err = command(*REFRESH)
    assert (code, err) == (0, "")
    assert "sand-1: its index of 2026-11-21: 2 lists of packages read" in out
    out = command("is", "amd64", "--distro", "sand-1", "--kernel", "7.1")[1]
    assert "Sand 1: versions read here from its package index of 2026-11-21, checked 2026-12-01" in out
    assert "rustc 1.85.1" in out
    out = command("distros", "sand-1")[1]
    assert "read here from its package index of 2026-11-21, checked 2026-12-01: the archive of Sand, dists/dune" in out
    assert "riscv64 riscv64; bindgen 0.70.1" in out
    assert "sand-1: read here from its package index of 2026-11-21, checked 2026-12-01" in command("distros")[1]
    (told,) = json.loads(command("distros", "--json")[1])["distros"]
    assert (told["checked_at"], told["fault"]) == (dune.now.isoformat(), None)
    code, out, _ = command("status")
    assert code == 0
    assert "sand-1 index of 2026-11-21, checked today" in out


def test_a_failure_is_exit_4_and_shown_until_it_is_over(dune, command):
    """By refresh, status and whatever rests on the index."""
    assert command(*REFRESH)[0] == 0
    dune.now += timedelta(days=2)
    dune.forge.faults.add(faults.status(500, NASTY), FIRST, times=None)
    code, out, _ = command(*REFRESH)
    assert code == 4
    assert "sand-1: failed: 127.0.0.1" in out
    assert "answered 500 at /sand/raw/main/dists/dune/InRelease; its index of 2026-11-21 stays" in out
    (failed,) = json.loads(command(*REFRESH, "--json")[1])["distributions"]
    assert (failed["outcome"], "answered 500" in failed["error"]) == ("failed", True)
    code, out, _ = command("status")
    assert code == 4
    assert "index of 2026-11-21, checked 2 days ago; failed today: 127.0.0.1" in out
    (told,) = json.loads(command("status", "--json")[1])["distributions"]
    assert (told["error"], told["failed_at"]) == (failed["error"], dune.now.isoformat())
    assert "the last refresh of its index failed: 127.0.0.1" in command("distros", "sand-1")[1]
    assert "the last refresh of it failed: 127.0.0.1" in command("distros")[1]
    dune.forge.faults.clear()
    assert command(*REFRESH)[0] == 0
    assert command("status")[0] == 0


def test_what_would_be_asked_is_told_and_can_be_tried(dune, command):
    """Nothing is asked by the one, one request by the other."""
    url = f"{dune.archive.url}/dists/dune/InRelease"
    dune.forge.forget()
    code, out, _ = command(*REFRESH, "--dry-run")
    assert (code, dune.forge.log) == (0, [])
    assert f"GET {url}: only if it changed" in out
    assert "git-upload-pack" not in out
    assert command(*REFRESH, "--probe") == (0, f"{url}: answers, with the index of 2026-11-21", "")
    dune.forge.faults.add(faults.status(404), FIRST)
    assert command(*REFRESH, "--probe")[0] == 4
    code, _, err = command("refresh", "--project", "dunes")
    assert code == 2
    assert "--project: got 'dunes', expected one of " in err
    assert ", sand" in err


def test_the_daemon_refreshes_an_archive_as_one_more_project(dune, command, registry):
    """On the archive's own schedule; one that no distribution is a suite of is nobody's."""
    upstreams, schedules = daemon._refreshable(registry)  # noqa: SLF001
    assert upstreams["sand-1"] == "sand"
    assert schedules["sand"] == dune.archive.schedule
    assert set(schedules) == {"sand", *(u.project for u in registry.upstreams.values())}
