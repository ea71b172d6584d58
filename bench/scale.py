"""Stores with up to a million rows over five years: what a query, the past, a comparison and a poll then cost.

    bench/scale.py [--rows N,N,N] [--rounds N] [--keep DIR]

Two kinds of stores, each of every size. In one the rows are of the journal: every topic of the real picture, changing
day by day between what the shipped releases really say, under the releases of that day. In the other they are files of
revisions: two repositories whose heads are read as they move, a release now and then. Everything that is compared is
measured in turn in this process, or as whole processes in turn; medians. Exits 1 where a target is missed.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from functools import cache, partial
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from matrix import fast
from matrix.change import Change, Kind, Picture, Side, Statement, Topic, compare
from matrix.operations.compile import compile_answers
from matrix.query.journal import SOURCE_TOPIC
from matrix.query.knowledge import Knowledge
from matrix.query.line import Kept
from matrix.query.picture import picture
from matrix.query.question import PROJECTS, Question
from matrix.query.scene import set_scene
from matrix.registry import data_folder, load
from matrix.shipped import data_stamp, load_text, shipped_store
from matrix.store import JournalState, Run, Store, Turn
from matrix.store.connection import to_number, transaction

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from matrix.model import Evidence, Registry

CHECKOUT = Path(__file__).resolve().parent.parent
SIZES = "10000,100000,1000000"
FIRST = datetime(2021, 1, 1, tzinfo=timezone.utc)
DAYS = 5 * 365
# Releases a day, more than there are: so a million rows have at least as many statements a row as real changes have,
# which is printed beside. Fewer releases share more, and cost less a row.
LOOKS = 3
MONTH, YEAR = timedelta(days=30), timedelta(days=365)
QUESTION = ("is", "riscv64")
POLLS = 200
# Of a head that moved, how many of the files that are read have changed.
CHURN = 0.02
# Every tenth revision is a release; facts in a file, the mean of the shipped ones.
RELEASE_EVERY, FACTS = 10, 17
# Real releases, oldest first: what the topics say of them is what they say here.
REAL = (
    {"linux": "6.1", "rust": "1.85", "gcc": "14", "llvm": "21"},
    {"linux": "6.12", "rust": "1.85", "gcc": "14", "llvm": "21"},
    {"linux": "6.12", "rust": "1.90", "gcc": "15", "llvm": "21"},
    {"linux": "6.18", "rust": "1.95", "gcc": "15", "llvm": "22"},
    {"linux": "7.1", "rust": "1.95", "gcc": "16", "llvm": "22"},
)
# The numbers of the targets: a ratio, ms, and bytes.
QUERY, PAST, PAST_RATIO, A_MONTH, A_YEAR, ROW, POLL = 1.2, 25.0, 2.0, 25.0, 80.0, 80.0, 200.0


class Line(NamedTuple):
    """A row of a table: what was measured, the number, and what it may be at most (None: no target)."""

    what: str
    found: float
    most: float | None = None

    def __str__(self) -> str:
        return f"| {self.what} | {self.found:.3g} | {'' if self.most is None else f'at most {self.most:g}'} |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", default=SIZES, help=f"the sizes, smallest first (default: {SIZES})")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--keep", type=Path, metavar="DIR", help="make the stores there, and leave them")
    args = parser.parse_args()
    sizes = [int(word) for word in args.rows.split(",")]
    with folder(args.keep) as work:
        base = work / "base.db"
        registry, statements, share = prepare(base)
        journals, seen = {}, {}
        lines = [Line("statements a row, in the changes between the real releases", share)]
        for rows in sizes:
            journals[rows], seen[rows] = work / f"journal-{rows}.db", work / f"seen-{rows}.db"
            most = ROW if rows == sizes[-1] else None
            made = partial(make_journal, real=statements, rows=rows)
            lines.append(built(journals[rows], base, made, rows, "journal", most))
            lines.append(built(seen[rows], base, partial(make_observations, rows=rows), rows, "observations", most))
        lines.append(told(work / "told.db", base, statements, sizes[0]))
        lines += queries(journals, "journal", args.rounds) + queries(seen, "observations", args.rounds)
        lines += pasts(journals, args.rounds)
        lines += polls(seen[sizes[-1]], registry)
    print("| | | target |\n|---|--:|--:|")
    print("\n".join(map(str, lines)))
    missed = [line for line in lines if line.most is not None and line.found > line.most]
    return 1 if missed else 0


@contextmanager
def folder(kept: Path | None) -> Iterator[Path]:
    if kept:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
    else:
        with tempfile.TemporaryDirectory() as made:
            yield Path(made)


# --- stores ---------------------------------------------------------------------------------------------------------


def prepare(base: Path) -> tuple[Registry, dict[Topic, list[Statement]], float]:
    """The shipped facts with their compiled answers at `base`; what each topic said of real releases; `shared`."""
    registry = load(data_folder())
    with shipped_store(data_folder()) as shipped:
        knowledge = Knowledge([shipped])
        said = [picture(registry, set_scene(registry, knowledge, Question(versions=v))).said for v in REAL]
        compiled = compile_answers(registry, knowledge, Kept("", lambda _: None))
    base.unlink(missing_ok=True)
    with Store.open(base) as store:
        load_text(store, data_folder())
        store.pages.compile(data_stamp(data_folder()), compiled.pages)
    found: dict[Topic, list[Statement]] = {}
    for one in said:
        for topic, statement in one.items():
            found.setdefault(topic, []).append(statement)
    return registry, {topic: list(dict.fromkeys(each)) for topic, each in found.items()}, shared(said)


def shared(said: Sequence[Mapping[Topic, Statement]]) -> float:
    """How many statements that were not there before come with a row, from one picture to the next."""
    known = set(said[0].values())
    rows = fresh = 0
    for old, new in pairwise(said):
        after = [change.after for change in compare(Picture(old), Picture(new))]
        told = {Statement(side.said, side.evidence, side.note) for side in after if side.said is not None}
        rows += len(after)
        fresh += len(told - known)
        known |= told
    return fresh / rows


def built(place: Path, base: Path, make: Callable[[Store], str], rows: int, what: str, most: float | None) -> Line:
    """A store made of the base; what a row of it costs on disk, its share of everything that came with it included."""
    for rest in place.parent.glob(f"{place.name}*"):
        rest.unlink()
    shutil.copy(base, place)
    began = time.perf_counter()
    with Store.open(place) as store:
        said = make(store)
        settle(store)
        print(f"{what}, {rows} rows: {time.perf_counter() - began:.0f} s; {said}", file=sys.stderr)
        print(tables(store, rows), file=sys.stderr)
    size = (place.stat().st_size - base.stat().st_size) / rows
    return Line(f"bytes a row, {rows:,} rows of {what} ({said})", size, most)


def connection(store: Store) -> sqlite3.Connection:
    """What the store itself never lets be asked: its tables' sizes, and rows that no poll made."""
    return store._database.connection  # noqa: SLF001


def settle(store: Store) -> None:
    """Everything in one file."""
    connection(store).execute("PRAGMA wal_checkpoint(TRUNCATE)")


def tables(store: Store, rows: int) -> str:
    """Bytes of each table, indexes included, for each row."""
    found = connection(store).execute(
        "SELECT tbl_name, sum(pgsize) FROM dbstat JOIN sqlite_master ON sqlite_master.name = dbstat.name "
        "GROUP BY 1 HAVING sum(pgsize) > ? ORDER BY 2 DESC",
        (rows // 10,),
    )
    return "  " + ", ".join(f"{name} {size / rows:.1f}" for name, size in found)


def told(place: Path, base: Path, real: dict[Topic, list[Statement]], rows: int) -> Line:
    """What the event costs that is told of a row, in a table of its own."""
    place.unlink(missing_ok=True)
    shutil.copy(base, place)
    with Store.open(place) as store:
        make_journal(store, real, rows, tell=True)
        size = connection(store).execute("SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'events%'").fetchone()[0]
    return Line(f"bytes of an event, which is kept beside its row ({rows:,} events)", size / rows)


class Labels:
    """The newest releases at one moment, by the real ones that they stand for: "7.1.13" -> "7.8.4"."""

    def __init__(self, chance: random.Random) -> None:
        self.chance, self.now = chance, dict.fromkeys(PROJECTS, (1, 0))

    def release(self) -> None:
        """One project releases."""
        project = self.chance.choice(PROJECTS)
        series, patch = self.now[project]
        self.now[project] = (series, patch + 1) if patch < 12 else (series + 1, 0)

    def put(self, said: Statement) -> Statement:
        """The statement as it reads under these releases: its evidence, and the words that name one."""
        note, evidence = said.note, said.evidence
        real = {(item.project, item.revision) for item in evidence}
        for project, label in real:
            note = note.replace(label, self.label(project))
        return Statement(said.said, tuple(self._item(item) for item in evidence), note)

    def label(self, project: str) -> str:
        series, patch = self.now[project]
        return f"7.{series}.{patch}"

    def _item(self, item: Evidence) -> Evidence:
        new = self.label(item.project)
        # A file grows with the series.
        line = item.line and item.line + self.now[item.project][0]
        says = item.says.replace(item.revision, new)
        return type(item)(project=item.project, revision=new, path=item.path, line=line, says=says)


def make_journal(store: Store, real: dict[Topic, list[Statement]], rows: int, *, tell: bool = False) -> str:
    """Fill it through its own writer, topics changing with each release; events only to `tell`. What it has."""
    chance = random.Random(rows)
    labels = Labels(chance)
    pools: dict[str, list[Statement]] = {}
    for topic, each in real.items():
        pools.setdefault(topic.about, []).extend(each)
    # What never has another value does not change; a release is a label and has them all.
    topics = [t for t in real if len({s.said for s in pools[t.about]}) > 1]
    made = JournalState(stamp="made", moment=FIRST + timedelta(days=DAYS), sightings=())

    def entries() -> Iterator[Turn]:
        held: dict[Topic, Statement] = {}
        for number, count in enumerate(spread(rows, LOOKS * DAYS)):
            labels.release()
            put = cache(labels.put)
            changes = []
            for topic in chance.sample(topics, count):
                old = held.get(topic)
                new = another(chance, real[topic], pools[topic.about], old)
                held[topic] = new
                said = put(new)
                after = Side(topic, said.said, said.evidence, said.note)
                changes.append(Change(kind=Kind.CHANGED, before=Side(topic, None), after=after))
            yield Turn(FIRST + number * timedelta(days=1) / LOOKS, "upstream", tuple(changes))

    changes = list(entries()) if tell else entries()
    store.journal.rewrite(changes, changes if tell else (), made, besides=SOURCE_TOPIC)
    counted = "SELECT (SELECT count(*) FROM journal), (SELECT count(*) FROM statements), count(*) FROM evidence"
    count, distinct, places = connection(store).execute(counted).fetchone()
    assert count == rows, count
    return f"{len(topics)} topics; {distinct / rows:.2f} statements and {places / rows:.2f} lines of evidence a row"


def another(
    chance: random.Random, own: Sequence[Statement], pool: Sequence[Statement], old: Statement | None
) -> Statement:
    """What a topic says next: what it really said once, where that is another value; else what its likes say."""
    said = old.said if old else None
    for _ in range(3):
        if (found := chance.choice(own)).said != said:
            return found
    while (found := chance.choice(pool)).said == said:
        pass
    return found


def spread(rows: int, moments: int) -> list[int]:
    """As many rows for each moment, the rest on the first ones."""
    return [rows // moments + (number < rows % moments) for number in range(moments)]


def make_observations(store: Store, rows: int) -> str:
    """Fill it: revisions with all the files that are read of two projects, as they are seen day by day."""
    chance = random.Random(rows)
    db = connection(store)
    of = "SELECT DISTINCT file FROM observations JOIN revisions ON revisions.id = revision WHERE project = ?"
    files = {project: [row[0] for row in db.execute(of, (project,))] for project in ("linux", "rust")}
    words = [row[0] for row in db.execute("SELECT id FROM texts")]
    last = Numbers(*(db.execute(f"SELECT max(id) FROM {table}").fetchone()[0] for table in Numbers._fields))
    now: dict[int, int] = {}
    written = fresh = count = 0
    with transaction(db):
        while written < rows:
            project = chance.choice(("linux", "rust"))
            moment = to_number(FIRST + timedelta(days=DAYS * written / rows))
            count += 1
            run, revision = last.runs + count, last.revisions + count
            kind = "release" if count % RELEASE_EVERY == 0 else "head"
            label = f"0.{count // 100}.{count % 100}" + ("" if kind == "release" else f"-{count}-g{revision:010x}")
            state = (revision, project, label, kind, f"{revision:040x}", moment)
            db.execute(
                "INSERT INTO runs VALUES (?, 'poll', ?, ?, 'complete', 90000, 9, 3, ?)", (run, moment, moment, run)
            )
            db.execute("INSERT INTO revisions VALUES (?, ?, ?, ?, ?, ?)", state)
            new = [f for f in files[project] if f not in now or chance.random() < CHURN]
            for file in new:
                fresh += 1
                now[file] = last.contents + fresh
            contents = [(now[f], sha256(b"%d" % now[f]).digest()) for f in new]
            db.executemany("INSERT INTO contents VALUES (?, ?)", contents)
            readings = [(last.readings + now[f], now[f], f, words[0], 1, run) for f in new]
            db.executemany("INSERT INTO readings VALUES (?, ?, ?, ?, ?, ?)", readings)
            facts = [(r[0], at, *chance.sample(words, 4), 10 * at) for r in readings for at in range(FACTS)]
            db.executemany("INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?, ?)", facts)
            seen = [(revision, f, moment, now[f], moment, run) for f in files[project][: rows - written]]
            db.executemany("INSERT INTO observations VALUES (?, ?, ?, ?, ?, ?)", seen)
            written += len(seen)
        # As a poll that brings no release does: the compiled answers rest on what they rested on.
        db.execute("UPDATE compiled SET generation = ?", (store.facts.generation,))
    return f"{count} revisions; {fresh / rows:.3f} contents with {FACTS} facts each a row"


class Numbers(NamedTuple):
    """The last ids of the base, by table."""

    revisions: int
    contents: int
    readings: int
    runs: int


# --- what is measured -----------------------------------------------------------------------------------------------


def queries(stores: dict[int, Path], what: str, rounds: int) -> list[Line]:
    """Whole processes in turn, from the compiled answers of each store."""
    times: dict[int, list[float]] = {rows: [] for rows in stores}
    for place in stores.values():
        os.environ["ARCHMATRIX_DB"] = str(place)
        assert fast._page(" ".join(QUESTION)), "data/ has changed since the stores were made"  # noqa: SLF001
    for turn in range(rounds + 1):
        for rows, place in stores.items():
            spent = milliseconds(lambda place=place: whole(place))
            times[rows] += [spent] if turn else []
    least, most = min(stores), max(stores)
    median = {rows: statistics.median(each) for rows, each in times.items()}
    return [
        Line(f"is riscv64, {least:,} rows of {what}, whole process, ms", median[least]),
        Line(f"is riscv64, {most:,} rows of {what}, x {least:,}", median[most] / median[least], QUERY),
    ]


def whole(place: Path) -> None:
    environ = os.environ | {"ARCHMATRIX_DB": str(place)}
    command = [sys.executable, "-m", "matrix", *QUESTION]
    done = subprocess.run(command, cwd=CHECKOUT, env=environ, capture_output=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    assert done.stdout


def pasts(stores: dict[int, Path], rounds: int) -> list[Line]:
    """The matrix of any day, everything of any day, and two days compared, in turn in this process."""
    chance = random.Random(4)
    asked: dict[str, Callable[[Store, datetime], object]] = {
        "the matrix as of any date": lambda s, day: s.journal.pictured(day, "support"),
        "every topic as of any date": lambda s, day: s.journal.pictured(day),
        "a diff of 30 days": lambda s, day: compare(*s.journal.compared(day - MONTH, day)),
        "a diff of a year": lambda s, day: compare(*s.journal.compared(day - YEAR, day)),
    }
    times = {(name, rows): list[float]() for name in asked for rows in stores}
    changes = {(name, rows): list[int]() for name in asked for rows in stores}
    opened = {rows: Store.open(place, readonly=True) for rows, place in stores.items()}
    try:
        for turn in range(rounds + 2):
            day = FIRST + YEAR + (timedelta(days=DAYS) - YEAR) * chance.random()
            for name, ask in asked.items():
                for rows, store in opened.items():
                    began = time.perf_counter()
                    found = ask(store, day)
                    spent = 1000 * (time.perf_counter() - began)
                    if turn > 1:
                        times[name, rows].append(spent)
                        changes[name, rows].append(len(found))  # type: ignore[arg-type]
    finally:
        for store in opened.values():
            store.close()
    most, middle = max(stores), sorted(stores)[-2] if len(stores) > 1 else max(stores)
    median = {key: statistics.median(each) for key, each in times.items()}
    targets = dict(zip(asked, (PAST, None, A_MONTH, A_YEAR), strict=True))
    lines = []
    for name in asked:
        size = statistics.median(changes[name, most])
        lines.append(Line(f"{name}, {most:,} rows, ms ({size:.0f} found)", median[name, most], targets[name]))
        ratio = PAST_RATIO if name == "the matrix as of any date" else None
        lines.append(Line(f"{name}, {most:,} rows, x {middle:,}", median[name, most] / median[name, middle], ratio))
    return lines


def polls(place: Path, registry: Registry) -> list[Line]:
    """A repository that is asked again and again and has not moved: what the file grows by for each of its sources."""
    with Store.open(place) as store:
        upstreams = [u for u in registry.upstreams.values() if u.project in PROJECTS]
        newest = {u.project: store.facts.revisions(u.project)[-2:] for u in upstreams}
        sources = {u.project: [s.id for s in registry.sources.values() if s.project == u.project] for u in upstreams}
        moment = FIRST + timedelta(days=DAYS)
        spent = []
        for turn in range(POLLS + 1):
            if turn == 1:
                settle(store)
                before = place.stat().st_size
            moment += timedelta(hours=6)
            began = time.perf_counter()
            for upstream in upstreams:
                poll(store, upstream.id, newest[upstream.project], sources[upstream.project], moment)
            store.pages.carry(moment)
            spent.append(1000 * (time.perf_counter() - began))
        settle(store)
        grown = place.stat().st_size - before
    number = sum(map(len, sources.values()))
    return [
        Line(f"an unchanged poll, bytes a source ({POLLS} polls of {len(upstreams)} repositories, {number} sources)",
             grown / POLLS / number, POLL),
        Line("the same, bytes a repository", grown / POLLS / len(upstreams)),
        Line("the same, ms to record all of them", statistics.median(spent)),
    ]  # fmt: skip


def poll(store: Store, upstream: str, revisions: Sequence[object], sources: Sequence[str], moment: datetime) -> None:
    """What a poll records of a repository that has not moved."""
    run = Run(kind="poll", started=moment, finished=moment, outcome="complete", requests=1)
    outcomes = [(r.project, r.label, source, "") for r in revisions for source in sources]
    store.facts.record(run, [], outcomes, checked=[(r.project, r.label) for r in revisions])
    store.polls.record_refs(upstream, {f"refs/tags/v{n}": f"{n:040x}" for n in range(100)}, moment)


def milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


if __name__ == "__main__":
    sys.exit(main())
