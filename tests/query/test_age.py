"""How old an answer is: by the refs that chose its revisions, by its files where no ref did."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from matrix.cli import output
from matrix.model import Truth
from matrix.query.answer import Answers, is_too_old
from matrix.query.knowledge import Knowledge
from matrix.query.matrix import matrix_table
from matrix.query.question import Question
from matrix.query.scene import set_scene
from matrix.registry import data_folder, load, resolve_name
from matrix.render import phrases
from matrix.render.phrases import newer_lines
from matrix.store import Store

REGISTRY = load(data_folder())
NOW = datetime(2027, 3, 1, 12, 0, tzinfo=timezone.utc)
# The newest tag of each repository, as the shipped facts have it.
NEWEST = {
    "linux-mainline": "v7.2", "linux-stable": "v7.2.6", "rust": "1.95.0", "gcc": "releases/gcc-16.2.0",
    "llvm": "llvmorg-23.1.1", "mrustc": "v0.12.0",
}  # fmt: skip


def ago(days):
    return NOW - timedelta(days=days)


@pytest.fixture
def polled(shipped):
    """A store in which every repository was asked ten days ago, under the shipped facts' knowledge."""
    with Store.memory() as store:
        for upstream, tag in NEWEST.items():
            store.polls.record_refs(upstream, {f"refs/tags/{tag}": "a" * 40}, ago(10))
        yield store


@pytest.fixture
def answer(polled, shipped):
    def ask(name="arm64", days=None, **versions):
        question = Question(versions=versions, not_before=None if days is None else ago(days))
        scene = set_scene(REGISTRY, Knowledge([polled, shipped]), question)
        return Answers(REGISTRY, scene).name(resolve_name(REGISTRY, name))

    return ask


@pytest.mark.slow
def test_the_refs_that_chose_the_newest_releases_give_the_age(answer):
    """Not the files of those releases, which never change."""
    assert answer().checked_at == ago(10)


def test_the_repository_that_was_asked_longest_ago_decides(answer, polled):
    """Another may have a newer release by now; a ref that was not seen again takes nothing away."""
    polled.polls.record_refs("linux-stable", {"refs/tags/v7.2.5": "b" * 40}, ago(1))
    assert answer().checked_at == ago(10)
    polled.polls.record_refs("linux-mainline", {"refs/tags/v7.2": "a" * 40}, ago(40))
    assert answer().checked_at == ago(40)


def test_where_a_repository_was_never_polled_the_files_give_the_age(shipped):
    """As they were last checked when the package was made."""
    scene = set_scene(REGISTRY, Knowledge([shipped]), Question())
    found = Answers(REGISTRY, scene).name(resolve_name(REGISTRY, "arm64"))
    labels = {p: r.label for p, r in scene.revisions.items()}
    assert scene.checked == {}
    assert found.checked_at in {shipped.facts.checked(p, label) for p, label in labels.items()}


@pytest.mark.slow
def test_a_newer_tag_that_is_not_known_makes_the_choice_as_old_as_its_files(answer, polled, shipped):
    """The refs chose another release, which could not be read."""
    polled.polls.record_refs("linux-stable", {"refs/tags/v7.2.7": "c" * 40}, ago(1))
    assert answer().checked_at == shipped.facts.checked("linux", "7.2.6")
    # A candidate is no release.
    polled.polls.record_refs("rust", {"refs/tags/1.96.0-beta.1": "c" * 40}, ago(1))
    assert answer(linux="v7.2.6").checked_at == ago(10)


def test_a_revision_that_was_named_exactly_has_no_age(answer):
    """All named: nothing ages. One named: the others do."""
    exact = {"linux": "7.1.13", "rust": "1.95.0", "gcc": "16.2.0", "llvm": "22.1.8", "mrustc": "0.12.0"}
    assert answer(**exact).checked_at is None
    assert not answer(days=0, **exact).too_old
    assert answer(linux="v7.2.6").checked_at == ago(10)


@pytest.mark.slow
def test_a_series_is_as_old_as_its_newest_tag(answer, polled, shipped):
    """6.12 is the newest known of 6.12: another series' tags say nothing about it."""
    files = shipped.facts.checked("linux", "6.12.107")
    assert answer(linux="6.12").checked_at == ago(10)
    polled.polls.record_refs("linux-stable", {"refs/tags/v6.18.99": "d" * 40}, ago(9))
    assert answer(linux="6.12").checked_at == ago(10)
    polled.polls.record_refs("linux-stable", {"refs/tags/v6.12.108": "d" * 40}, ago(9))
    assert answer(linux="6.12").checked_at == files


@pytest.mark.parametrize(("days", "truth", "code"), [(11, Truth.YES, 0), (10, Truth.YES, 0), (9, Truth.UNKNOWN, 3)])
def test_what_is_older_than_the_asker_takes_cannot_be_told(answer, days, truth, code):
    """The answer that was found stays to be seen."""
    found = answer(days=days)
    assert (found.truth, found.exit_code, found.found) == (truth, code, Truth.YES)
    assert found.too_old is (code == 3)


def test_a_no_that_is_too_old_cannot_be_told_either(answer):
    """It may have become a yes."""
    assert answer("alpha").exit_code == 1
    assert answer("alpha", days=9).exit_code == 3


@pytest.mark.slow
def test_a_table_is_as_old_as_the_oldest_part_of_it(polled, shipped):
    """Every project decides a cell somewhere."""
    polled.polls.record_refs("mrustc", {"refs/tags/v0.12.0": "a" * 40}, ago(50))
    scene = set_scene(REGISTRY, Knowledge([polled, shipped]), Question())
    assert matrix_table(REGISTRY, scene, by="variant").checked_at == ago(50)
    assert matrix_table(REGISTRY, scene, by="arch").checked_at == ago(50)


def test_a_newer_release_is_due_by_its_projects_rhythm(polled, shipped):
    """Of the projects whose newest release was meant, and that say how often one comes."""
    scene = set_scene(REGISTRY, Knowledge([polled, shipped]), Question(versions={"rust": "1.95.0"}))
    due = {item.project: item for item in scene.newer}
    assert due.keys() == {"linux", "gcc", "llvm"}
    assert due["linux"].newest == scene.revisions["linux"].label
    assert due["linux"].due == scene.revisions["linux"].date + timedelta(days=70)


def test_a_newer_release_is_told_of_from_that_day_on(shipped, capsys):
    """Not before, in one line for all that are due by then; the text itself knows no clock."""
    scene = set_scene(REGISTRY, Knowledge([shipped]), Question())
    body = "".join(f"{line}\n" for line in ["head", *newer_lines(REGISTRY, scene), "foot"])
    due = {item.project: item.due for item in scene.newer}
    moments = [
        (min(due.values()) - timedelta(seconds=1), ""),
        (due["rust"], "  note: a newer rustc is very likely out: archmatrix refresh\n"),
        (due["linux"], "  note: newer rustc and Linux are very likely out: archmatrix refresh\n"),
        (max(due.values()), "  note: newer rustc, Linux, LLVM and GCC are very likely out: archmatrix refresh\n"),
    ]
    for moment, told in moments:
        output.write(body, now=moment)
        assert capsys.readouterr().out == f"head\n{told}foot\n"


def test_what_will_be_checked_is_not_fresh(polled):
    """A clock that ran ahead noted it: nobody knows how old that is."""
    question = Question(not_before=ago(30), not_after=ago(-1))
    scene = set_scene(REGISTRY, Knowledge([polled]), question)
    assert is_too_old(scene, ago(-3000))
    assert not is_too_old(scene, ago(0))
    assert phrases.checked_words(ago(-3000), NOW) == "2035-05-18 (in the future)"
    assert phrases.checked_words(ago(-0.5), NOW) == "2027-03-02 (today)"
