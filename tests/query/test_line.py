"""Along which releases "since" runs: mainline, then the one that was asked about, whatever it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from matrix.change import Said
from matrix.model import Revision
from matrix.query.knowledge import Knowledge
from matrix.query.line import Kept, Line, came, spans, went
from matrix.query.question import Question
from matrix.query.scene import set_scene
from matrix.query.spine import adjacent, spine, tagged_series
from matrix.render.history.words import since_words
from matrix.store import Run, Snapshot, Store

START = datetime(2026, 3, 1, tzinfo=timezone.utc)


@pytest.fixture(scope="module")
def knowledge(shipped):
    """Kernels that are made of the shipped ones: 7.2 without Rust on arm, 7.3 with it, and what came of both."""
    known = {r.label: shipped.facts.snapshot(r) for r in shipped.facts.revisions()}

    def named(label: str, like: str, kind: str = "release") -> Snapshot:
        seen = [replace(o, document=replace(o.document, revision=label)) for o in known[like].observations]
        return Snapshot(Revision(project="linux", label=label, kind=kind), tuple(seen))

    kernels = [
        named("7.2", "6.12.107"),
        named("7.2.1", "6.18.15"),
        named("7.3", "6.18.15"),
        named("7.3.2", "7.1.13"),
        named("7.4-rc1", "7.1.13", "prerelease"),
        named("7.4-rc3", "7.1.13", "prerelease"),
    ]
    with Store.memory() as store:
        run = Run(kind="test", started=START, finished=START, outcome="complete")
        store.facts.record(run, [*kernels, known["1.95.0"], known["22.1.8"], known["16.2.0"]])
        yield Knowledge([store])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("v7.3", "yes since 7.3 (no in 7.2)"),
        ("7.2.1", "yes since 7.2.1 (no in 7.2, between not observed)"),
        ("7.3.2", "yes since 7.3 (no in 7.2); this condition since 7.3.2 (7.3: no condition, between not observed)"),
        (
            "7.4-rc3",
            "yes since 7.3 (no in 7.2); this condition since 7.4-rc3 (7.3: no condition, between not observed)",
        ),
    ],
)
def test_a_release_that_was_observed_is_never_said_not_to_be(registry, knowledge, asked, words):
    """The first of a series stays on the line of its point releases, and mainline on that of a prerelease."""
    scene = set_scene(registry, knowledge, Question(versions={"linux": asked}))
    assert since_words(Line(registry, knowledge, scene).backend(registry.variants["arm-v7"], "rustc-llvm")) == words


@pytest.mark.parametrize(
    ("project", "labels", "line"),
    [
        ("linux", ["6.1.9", "6.1.176", "6.12", "6.12.107", "7.0-rc1"], ["6.1.176", "6.12"]),
        ("gcc", ["14.2.0", "14.3.0", "15.1.0", "15.3.0"], ["14.3.0", "15.1.0"]),
        ("rust", ["1.85.1", "1.90.0", "1.90.1"], ["1.85.1", "1.90.0"]),
    ],
)
def test_a_series_is_on_the_line_with_its_first_release_or_else_its_newest(project, labels, line):
    """Whatever order they are known in."""
    known = [Revision(project=project, label=w, kind="prerelease" if "rc" in w else "release") for w in labels]
    assert [r.label for r in spine(known)] == [r.label for r in spine(reversed(known))] == line


@pytest.mark.parametrize(
    ("project", "before", "after", "follows"),
    [
        ("linux", "7.3", "7.4", True),
        ("linux", "7.2", "7.4", False),
        ("linux", "7.3", "7.4.1", False),
        ("linux", "7.3.1", "7.4", False),
        ("linux", "6.19", "7.0", False),
        ("linux", "7.3", "7.4-rc3", False),
        ("rust", "1.85.0", "1.86.0", True),
        ("rust", "1.85.0", "1.90.0", False),
        ("gcc", "14.1.0", "15.1.0", True),
        ("gcc", "14.1.0", "16.1.0", False),
    ],
)
def test_only_what_is_known_to_follow_is_exact(project, before, after, follows):
    """A number left out, a point release, a prerelease, and a new first number: there may be some between."""
    kind = "prerelease" if "rc" in after else "release"
    old, new = Revision(project=project, label=before), Revision(project=project, label=after, kind=kind)
    assert adjacent(old, new) is follows


@pytest.mark.parametrize(
    ("values", "since", "until"),
    [
        ([Said("supported"), Said("supported")], None, None),
        (
            [Said("blocked"), Said("conditional", condition="A"), Said("conditional", condition="B")],
            ("7.3", "7.2", True),
            None,
        ),
        ([Said("conditional", condition="A"), Said("supported")], ("7.3", "7.2", True), None),
        ([Said("supported"), Said("blocked"), Said("blocked", "target")], ("7.4", "7.3", True), ("7.3", "7.2", True)),
        ([Said("supported"), Said("unknown")], ("7.3", "7.2", True), None),
        ([Said("supported"), Said("unknown"), Said("blocked")], ("7.4", "7.3", True), ("7.4", "7.2", False)),
        ([Said("blocked"), Said("unknown"), Said("blocked")], ("7.4", "7.3", True), None),
    ],
)
def test_since_is_of_the_status_and_until_of_the_last_yes(values, since, until):
    """A new condition is no new status, and what is only unknown has not gone."""
    points = [(Revision(project="linux", label=f"7.{minor}"), value) for minor, value in enumerate(values, start=2)]
    for found, expected in ((came(spans(points)), since), (went(spans(points)), until)):
        assert found == (expected and dict(zip(("release", "not_in", "exact"), expected, strict=True)))


def test_a_question_about_one_backend_rests_on_what_is_kept(registry, knowledge, monkeypatch):
    """Resolving every kernel again takes as long as there are kernels; its answer is that of this backend alone."""
    variant = registry.variants["arm-v7"]
    whole = Line(registry, knowledge, set_scene(registry, knowledge, Question(versions={"linux": "v7.3"})))
    cells = whole.all_cells()
    kept = Kept("", lambda key: cells.get(key.removeprefix(": ")))
    scene = set_scene(registry, knowledge, Question(versions={"linux": "v7.3"}, backend="gccrs"))
    expected, best = whole.backend(variant, "gccrs"), whole.variant(variant)
    monkeypatch.setattr("matrix.query.line.resolve_all", None)
    assert Line(registry, knowledge, scene, kept=kept).variant(variant) == expected != best


@pytest.mark.slow
def test_what_is_kept_of_a_release_holds_until_another_content_of_it_is_seen(registry, shipped):
    """A tag that was made anew, or a source that could be read at last: the key names when each was seen last."""
    known = {r.label: shipped.facts.snapshot(r) for r in shipped.facts.revisions()}

    def seen(days: int, sha256: str) -> Snapshot:
        (item,) = (o for o in known["7.1.13"].observations if o.source == "linux-arch-support")
        moment = START + timedelta(days=days)
        document = replace(item.document, sha256=sha256 * 64, observed_at=moment, checked_at=moment)
        reading = replace(item.reading, sha256=sha256 * 64)
        return Snapshot(known["7.1.13"].revision, (replace(item, document=document, reading=reading),))

    with Store.memory() as store:
        keys = []
        for day, content in enumerate(("a", "a", "b")):
            run = Run(kind="test", started=START, finished=START, outcome="complete")
            store.facts.record(run, [seen(day, content)])
            knowledge = Knowledge([store])
            keys.append(Line(registry, knowledge, set_scene(registry, knowledge, Question())).all_cells().keys())
        assert keys[0] == keys[1] != keys[2]


TAGS = frozenset({(6, 18), (6, 19), (7, 0), (7, 1)})


@pytest.mark.parametrize(
    ("before", "after", "tags", "follows"),
    [
        ("6.19", "7.0", TAGS, True),
        ("6.18", "7.0", TAGS, False),
        ("6.19", "7.0", frozenset({(7, 0)}), False),
        ("6.19", "7.0", frozenset(), False),
        ("6.19.3", "7.0", TAGS, False),
        ("7.0", "7.1", frozenset(), True),
    ],
)
def test_tags_say_whether_a_new_first_number_follows(before, after, tags, follows):
    """7.0 came after 6.19: no number says so, the tags of mainline do. A side that has none is not known to be next."""
    old, new = Revision(project="linux", label=before), Revision(project="linux", label=after)
    assert adjacent(old, new, tags) is follows


def test_the_series_that_polls_saw_are_those_of_releases(registry):
    """Of each repository of the project: no prerelease, no point release, no tag of another shape."""
    seen = datetime(2026, 3, 1, tzinfo=timezone.utc)
    names = ("v6.19", "v6.19.3", "v7.0", "v7.0-rc4", "v7.0-dontuse", "next-20260101")
    with Store.memory() as store:
        for upstream in registry.upstreams.values():
            if upstream.project == "linux":
                store.polls.record_refs(upstream.id, {f"refs/tags/{n}": "0" * 40 for n in names}, seen)
        assert tagged_series(registry, Knowledge([store]), "linux") == {(6, 19), (7, 0)}


@pytest.mark.slow
def test_cells_that_were_kept_in_another_order_say_the_same(registry, knowledge):
    """Of several backends that are as good the first one declared answers, and not the first that a store gives."""
    few = replace(registry, variants={"arm-v7": registry.variants["arm-v7"]})
    scene = set_scene(few, knowledge, Question(versions={"linux": "v7.3"}))
    line = Line(few, knowledge, scene)
    turned = {key: dict(reversed(cells.items())) for key, cells in line.all_cells().items()}
    kept = Kept("", lambda key: turned.get(key.removeprefix(": ")))
    resolved = line.variant(few.variants["arm-v7"])
    assert Line(few, knowledge, scene, kept=kept).variant(few.variants["arm-v7"]) == resolved
