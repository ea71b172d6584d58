"""What changed between the shipped releases, and changes made by hand."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from matrix.change import Change, Event, Kind, ReleaseStep, Said, Side, Topic
from matrix.model import Evidence, Revision
from matrix.query.answer import Answers
from matrix.query.knowledge import Knowledge
from matrix.query.matrix import matrix_table
from matrix.query.question import PROJECTS, Question
from matrix.query.scene import set_scene
from matrix.query.spine import steps as steps_of
from matrix.registry import data_folder, load
from matrix.render.links import addresses
from matrix.shipped import shipped_store

NOON = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
OLD = Revision(project="linux", label="6.18.15", date=NOON - timedelta(days=300))
NEW = Revision(project="linux", label="7.1.13", date=NOON - timedelta(days=80))
# What a terminal, an XML parser, HTML and Markdown would each stumble over.
HOSTILE = "\x1b[31mred\x00 \u202egnp.x <script>alert(1)</script> ]]> &amp; | [a](javascript:x) `b` \ufffe"


@pytest.fixture(scope="session")
def registry():
    return load(data_folder())


@pytest.fixture(scope="session")
def knowledge():
    with shipped_store(data_folder()) as store:
        yield Knowledge([store])


@pytest.fixture(scope="session")
def scene(registry, knowledge):
    return set_scene(registry, knowledge, Question())


@pytest.fixture(scope="session")
def answers(registry, scene):
    return Answers(registry, scene)


@pytest.fixture(scope="session")
def by_arch(registry, scene):
    return matrix_table(registry, scene, by="arch")


@pytest.fixture(scope="session", params=[("linux", "gcc"), pytest.param(PROJECTS, marks=pytest.mark.slow)], ids=len)
def steps(request, registry, knowledge):
    """Every step between shipped releases: of Linux and GCC, or of all projects."""
    return tuple(steps_of(registry, knowledge, request.param))


@pytest.fixture(scope="session")
def url_of(registry, knowledge):
    return addresses(registry, (r for p in PROJECTS for r in knowledge.revisions(p)))


def line(revision: Revision, path: str, number: int, says: str) -> Evidence:
    return Evidence(project=revision.project, revision=revision.label, path=path, line=number, says=says)


def change(kind: Kind, topic: tuple[str, str, str], before: Said | None, after: Said | None, **more) -> Change:
    """before and after are what is said, or None; old, new (lines) and note may be given."""
    old, new, note = more.get("old", ()), more.get("new", ()), more.get("note", "")
    return Change(
        kind=kind,
        before=Side(Topic(*topic), before, old, note if before else ""),
        after=Side(Topic(*more.get("became", topic)), after, new, note if after else ""),
    )


RAISED = change(
    Kind.RAISED,
    ("requirement", "rustc", ""),
    Said(">=", "1.78.0"),
    Said(">=", "1.85.0"),
    old=(line(OLD, "scripts/min-tool-version.sh", 34, "rustc: minimum 1.78.0"),),
    new=(line(NEW, "scripts/min-tool-version.sh", 36, "rustc: minimum 1.85.0"),),
)
ADDED = change(
    Kind.ADDED,
    ("support", "arm-v7", "rustc-llvm"),
    Said("blocked", "kernel"),
    Said("conditional", condition="!KASAN && RUSTC_VERSION >= 108200"),
    old=(line(OLD, "arch/arm/Kconfig", 0, "nowhere"),),
    new=(line(NEW, "arch/arm/Kconfig", 139, "select HAVE_RUST"),),
)
RUNG = change(
    Kind.ADDED,
    ("kernel", "arm-v7", ""),
    Said("no"),
    Said("yes", condition="!KASAN && RUSTC_VERSION >= 108200"),
    old=ADDED.before.evidence,
    new=ADDED.after.evidence,
)
NEW_TARGET = change(
    Kind.ADDED,
    ("rust-target", "armv6-none-eabi", ""),
    None,
    Said("tier", "3"),
    old=(line(OLD, "src/mod.rs", 0, "not there"),),
    new=(line(NEW, "src/mod.rs", 7, "armv6-none-eabi: module"), line(NEW, "doc/support.md", 9, "tier 3")),
)
RENAMED = change(
    Kind.RENAMED,
    ("rust-target", "i686-unknown-redox", ""),
    Said("tier", "3"),
    Said("tier", "3"),
    became=("rust-target", "i586-unknown-redox", ""),
)
BAD = change(
    Kind.APPEARED,
    ("contradiction", "levels-differ", "arm"),
    None,
    Said("cases", "1"),
    note=HOSTILE,
    new=(line(NEW, f"doc/{HOSTILE}", 3, HOSTILE),),
)
HAND = (RAISED, ADDED, RUNG, NEW_TARGET, RENAMED, BAD)
STEP = ReleaseStep(before=OLD, after=NEW, exact=False, changes=HAND)


@pytest.fixture
def events():
    """Three days, the first of them the month before; one event is ours."""
    moments = [NOON - timedelta(days=30), NOON, NOON + timedelta(minutes=5), NOON + timedelta(days=1)]
    causes = ["upstream", "upstream", "upstream", "ours"]
    told = [RAISED, ADDED, RUNG, BAD]
    made = zip(moments, causes, told, strict=True)
    return [Event(id=i, moment=m, cause=c, change=t) for i, (m, c, t) in enumerate(made, 1)]
