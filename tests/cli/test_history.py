"""history, diff, log, prune and --as-of: what was, since when, and what was known of it when."""

from __future__ import annotations

import json
import os
import re
from datetime import datetime, timedelta, timezone

import pytest

from matrix.cli import surroundings
from matrix.operations import compile as compiling
from matrix.query.knowledge import Knowledge
from matrix.registry import data_folder
from matrix.shipped import shipped_store
from matrix.store import Store
from tests.sampling import one_in


def last_seen() -> datetime:
    """When the last of the shipped facts was first seen."""
    with shipped_store(surroundings.data_folder()) as shipped:
        return Knowledge([shipped]).moments()[-1]


def decided(label: str) -> datetime:
    """When the last of what decides about a shipped kernel was first seen."""
    with shipped_store(data_folder()) as shipped:
        (about,) = [r for r in shipped.facts.revisions("linux") if r.label == label]
        files = shipped.facts.snapshot(about).observations
        return max(o.document.observed_at for o in files if o.source == "linux-kconfig")


@pytest.fixture
def clock(monkeypatch):
    """A clock that starts a day after all shipped facts were seen; clock(days=3) sets it further."""
    start = last_seen() + timedelta(days=1)

    def at(**age) -> datetime:
        monkeypatch.setattr(surroundings, "now", lambda: start + timedelta(**age))
        return start + timedelta(**age)

    at()
    return at


@pytest.fixture
def changed(kernel, clock, recorded):
    """A store in which a kernel of the user's own was seen, and three days later a newer one that excludes more."""
    kernel.change("Makefile", "PATCHLEVEL = 1\nSUBLEVEL = 13", "PATCHLEVEL = 3\nSUBLEVEL = 0")
    recorded("7.3")
    clock(days=3)
    kernel.change("Makefile", "PATCHLEVEL = 3", "PATCHLEVEL = 4")
    kernel.change("init/Kconfig", "HAVE_RUST && !SAND", "HAVE_RUST && !SAND && !GRAVEL")
    recorded("7.3", "7.4")
    clock(days=4)
    return kernel


# --- since ------------------------------------------------------------------------------------------


def test_is_says_since_when_and_what_was_before(run):
    """As a bound, where the releases between were not observed; the last step of a condition too."""
    words = " ".join(run("is", "riscv64", "--kernel", "7.1.13").out.split())
    assert "since yes since 6.12.107 or earlier (no in 6.1.176); this condition since 7.1.13" in words
    assert "since no in every known release from 6.1.176 on" in " ".join(run("is", "alpha").out.split())


def test_the_compiled_answer_says_the_same_as_the_resolved(run):
    """The page that is made ahead, and the same question with the versions named."""
    compiled = run("is", "arm-v7").out
    resolved = run("is", "arm-v7", "--kernel", "7.2.6").out
    since = [re.search(r"^since .*(?:\n {12}.*)*", text, re.MULTILINE)[0] for text in (compiled, resolved)]
    assert since[0] == since[1]


def test_an_older_kernel_knows_nothing_of_a_later_one(run):
    """The line ends with the kernel that is asked about."""
    found = json.loads(run("is", "arm-v7", "--kernel", "6.18", "--json").out)
    spans = found["answers"][0]["variants"][0]["spans"]
    assert [(s["from"], s["not_in"], s["status"]) for s in spans] == [
        ("6.1.176", None, "no: kernel"),
        ("6.17.8", "6.12.107", "supported"),
    ]


def test_history_has_a_line_for_each_release_and_words_for_each_backend(run):
    """In 80 columns, also with all backends."""
    said = run("history", "arm-v7", "-v")
    assert said.code == 0
    assert all(len(line) <= 80 for line in said.out.split("\n"))
    assert [
        re.split("  +", re.search(rf"^{re.escape(v)} .*", said.out, re.MULTILINE)[0])[1]
        for v in ("6.12.107", "6.18.15")
    ] == [
        "no: kernel",
        "supported",
    ]
    assert (
        "rustc-llvm yes since 6.17.8 (no in 6.12.107, between not observed); this condition since 7.1.13"
        in " ".join(said.out.split())
    )


@pytest.mark.parametrize("words", [["riscv64"], ["arm"], ["nios2", "--along", "gcc"], ["arm64", "--rustc", "1.80"]])
def test_history_is_a_screen(run, words):
    """At most 20 lines of 80 columns, the answer in the first."""
    lines = run("history", *words).out.splitlines()
    assert len(lines) <= 20
    assert max(map(len, lines)) <= 80
    assert lines[0].startswith(f"{words[0]}: ")


def test_history_runs_along_any_project(run):
    """GCC 12 has no gccrs, GCC 15 has no nios2."""
    found = json.loads(run("history", "nios2", "--along", "gcc", "--backend", "gccrs", "--json").out)
    assert found["releases"] == ["12.5.0", "14.2.0", "15.3.0", "16.2.0"]
    (variant,) = found["variants"]
    assert {s["backend"] for s in variant["spans"]} == {"gccrs"}
    assert [s["from"] for s in variant["spans"]] == ["12.5.0", "14.2.0", "15.3.0"]


def test_history_of_a_name_of_several_variants_has_a_table_for_each(run):
    """And a misspelt one is a usage error."""
    found = json.loads(run("history", "riscv", "--json").out)
    assert [v["id"] for v in found["variants"]] == ["riscv32", "riscv64"]
    assert run("history", "rsicv").code == 2


def test_history_of_a_kernel_that_is_not_known_names_its_neighbours(run):
    """Exit 3, and no table."""
    said = run("history", "arm-v7", "--kernel", "9.9")
    assert (said.code, said.out) == (3, "")
    assert "Linux 9.9 is newer than all that was read; the newest is 7.2.6" in said.complaint


@pytest.mark.parametrize("written", ["0", "-1", "two", "9" * 40])
def test_a_limit_is_a_whole_number_from_1(run, written):
    """None and all are said otherwise."""
    said = run("log", f"--limit={written}")
    assert said.code == 2
    assert "expected a whole number from 1" in said.complaint


# --- diff ---------------------------------------------------------------------------------------------


def test_diff_of_two_releases_is_exit_1_and_shows_both_lines(run):
    """arm in 7.1: not under KASAN."""
    said = run("diff", "linux@6.18..linux@7.1", "--arch", "arm-v7", "-v")
    assert said.code == 1
    words = " ".join(said.out.split())
    assert "rustc + LLVM: narrowed: supported -> conditional if !KASAN" in words
    assert "- Linux 6.18.15 arch/arm/Kconfig:137" in words
    assert "+ Linux 7.1.13 arch/arm/Kconfig:139" in words
    assert "Linux 6.18 is read as 6.18.15" in said.complaint


@pytest.mark.parametrize(
    "written",
    one_in(2, [("linux@6.18..linux@7.1",), ("linux@6.18..7.1",), ("linux@6.18", "linux@7.1"), ("linux@6.18", "7.1")]),
)
def test_both_sides_may_be_written_in_several_ways(run, written):
    """All of them mean the same."""
    expected = run("diff", "linux@6.18", "linux@7.1", "--json").out
    assert run("diff", *written, "--format", "json").out == expected


def test_diff_of_a_release_with_itself_is_exit_0(run):
    """No change."""
    said = run("diff", "linux@7.1.13..linux@7.1.13")
    assert (said.code, "no change" in said.out) == (0, True)


def test_without_a_second_side_the_newest_are_meant(run):
    """rust@1.90 against what is default."""
    first = json.loads(run("diff", "rust@1.90", "--json").out)
    assert first["changes"] == json.loads(run("diff", "rust@1.90..rust@1.95", "--json").out)["changes"]


@pytest.mark.slow
def test_filters_narrow_what_is_told(run):
    """By kind, family and backend; a word that there is not is a usage error that lists those that there are."""
    found = json.loads(run("diff", "rust@1.85..rust@1.90", "--kind", "renamed", "--json").out)
    assert {c["before"]["subject"] for c in found["changes"]} == {"i586-pc-nto-qnx700", "i686-unknown-redox"}
    found = json.loads(run("diff", "gcc@14..gcc@15", "--about", "codegen", "--json").out)
    assert {c["subject"] for c in found["changes"]} == {"ia64", "nios2"}
    found = json.loads(run("diff", "gcc@14..gcc@15", "--backend", "rustc-cranelift", "--json").out)
    assert {c["about"] for c in found["changes"]} == {"release"}
    for option in ("--kind", "--about", "--backend", "--arch"):
        said = run("diff", "gcc@14..gcc@15", option, "nonsense")
        assert (said.code, "nonsense" in said.complaint) == (2, True)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("foo",), "expected a day"),
        (("linux@6.12..rust@1.90",), "expected the same projects on both sides"),
        (("linux@6.12,linux@7.1",), "got linux twice"),
        (("windows@11",), "expected PROJECT@VERSION with a project of linux"),
        (("2999-01-01",), "has not come yet"),
        (("now..2026-01-01",), "expected the older one first"),
        (("linux@6.12..linux@7.1", "--kernel", "6.18"), "found linux among the versions and as an option"),
        (("30d", "--cc", "gcc"), "expected sets of versions"),
        (("linux@banana",), "expected numbers such as"),
        (("30d", "20d..10d"), "expected A..B, or A and B apart"),
        (("999999w",), "expected a day"),
    ],
)
def test_what_cannot_be_compared_is_a_usage_error(run, words, complaint):
    """That says what is expected."""
    said = run("diff", *words)
    assert said.code == 2
    assert complaint in said.complaint


def test_a_version_that_is_not_known_is_exit_3_with_its_neighbours(run):
    """Never the nearest."""
    said = run("diff", "linux@6.12..linux@6.15.3")
    assert said.code == 3
    assert "6.15.3 was not read; known next to it: 6.12.107 and 6.17.8" in said.complaint


@pytest.mark.slow
def test_what_was_found_first_is_no_change(run, clock):
    """A diff from before the first observation starts with it, and says so."""
    clock()
    with shipped_store(data_folder()) as shipped:
        first = shipped.facts.first_seen()
    said = run("diff", "2020-01-01", f"{first:%Y-%m-%d}")
    assert said.code == 0
    assert "nothing had been observed by 2020-01-01" in said.complaint


@pytest.mark.slow
def test_diff_of_moments_tells_what_was_observed_between(run, changed):
    """By days, by `last`, and how long ago."""
    for words in (("last",), ("2d",), ("3d", "now")):
        found = json.loads(run("diff", *words, "--json").out)
        changes = {(c["kind"], c["about"], c["subject"]) for c in found["changes"]}
        assert ("released", "release", "linux") in changes
        assert ("narrowed", "clause", "RUST") in changes
    assert run("diff", "now").code == 0


@pytest.mark.slow
def test_diff_of_moments_sees_what_a_killed_refresh_left(run, kernel, clock, monkeypatch):
    """Facts are recorded, the journal is not kept: the answer is today's, not the journal's."""
    kernel.change("Makefile", "PATCHLEVEL = 1\nSUBLEVEL = 13", "PATCHLEVEL = 3\nSUBLEVEL = 0")
    run("refresh", "--tree", kernel.root)
    clock(days=3)
    kernel.change("Makefile", "PATCHLEVEL = 3", "PATCHLEVEL = 4")
    monkeypatch.setattr(compiling, "keep_answers", lambda *_, **__: None)
    assert run("refresh", "--tree", kernel.root).code == 0
    clock(days=4)
    found = json.loads(run("diff", "2d", "--json").out)
    assert [(c["kind"], c["after"]["value"][:3]) for c in found["changes"]] == [("released", "7.4")]


# --- log and as-of ----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_log_tells_each_event_once_the_newest_first(run, changed):
    """With the day on which it was seen."""
    found = json.loads(run("log", "--json").out)["events"]
    assert [e["id"] for e in found] == sorted((e["id"] for e in found), reverse=True)
    # The shipped facts came in two days: the kernels are the user's own.
    releases = [e["after"]["value"] for e in found if e["kind"] == "released"]
    assert [v[:3] for v in releases if v > "7.2.6" and not v.startswith("2")] == ["7.4", "7.3"]
    said = run("log", "--kind", "released", "--limit", "1")
    assert re.match(r"20\d\d-\d\d-\d\d +Linux: released: 7.3(.0)? -> 7.4(.0)?", " ".join(said.out.split()))


def test_log_since_leaves_out_what_was_seen_before(run, changed):
    """`--since 2d` has the second release alone."""
    found = json.loads(run("log", "--since", "2d", "--kind", "released", "--json").out)["events"]
    assert len(found) == 1


def test_log_without_a_store_says_what_it_holds(run):
    """And names the command that compares releases."""
    said = run("log")
    assert (said.code, said.out) == (0, "no change was observed\n")
    assert "archmatrix diff linux@6.12..linux@7.1" in said.complaint


def test_refreshing_the_same_tree_again_tells_nothing(run, changed):
    """Nor does the day on which it is looked at."""
    before = run("log", "--json").out
    assert run("refresh", "--tree", changed.root).code == 0
    assert run("log", "--json").out == before


def test_as_of_answers_from_what_was_known_then(run, changed):
    """Both axes: the newest kernel of that day, or a named one that was known by then."""
    early = json.loads(run("is", "arm-v7", "--as-of", "2d", "--json").out)
    late = json.loads(run("is", "arm-v7", "--json").out)
    assert (early["versions"]["linux"]["version"][:3], late["versions"]["linux"]["version"][:3]) == ("7.3", "7.4")
    assert "as of" in early["notes"][0]
    named = run("is", "arm-v7", "--kernel", "7.4", "--as-of", "2d")
    assert named.code == 3
    assert run("is", "arm-v7", "--kernel", "7.1", "--as-of", "2d").code == 0


def test_as_of_before_anything_was_observed_cannot_tell(run):
    """And says when the first observation was."""
    said = run("is", "riscv64", "--as-of", "2020-02-29")
    assert said.code == 3
    assert "nothing had been, the first observation is of" in " ".join(said.out.split())


@pytest.mark.parametrize("written", ["yesterday", "2026-13-01", "2999-01-01", "", "٣d", "1" * 30 + "d"])
def test_a_moment_that_does_not_parse_is_a_usage_error(run, written):
    """With an example of one that does."""
    said = run("is", "riscv64", "--as-of", written)
    assert said.code == 2
    assert said.complaint.startswith("archmatrix: --as-of: got")


def test_a_day_means_its_end_and_a_time_itself(run, clock):
    """What was seen on a day counts as of that day."""
    now, last = clock(), decided("7.2.6")
    known = "--kernel", "7.2.6"
    assert run("is", "arm64", *known, "--as-of", f"{last:%Y-%m-%d}").code == 0
    before = last - timedelta(seconds=1)
    assert run("is", "arm64", *known, "--as-of", before.isoformat()).code == 3
    assert run("is", "arm64", *known, "--as-of", last.astimezone(timezone(timedelta(hours=5))).isoformat()).code == 0
    assert now > last


# --- prune ------------------------------------------------------------------------------------------------


def test_prune_drops_bodies_and_nothing_else(run, changed, db, home):
    """Facts, events and answers are as they were."""
    upstream = next(iter(surroundings.registry().upstreams))
    cache = home / ".cache" / "archmatrix" / f"{upstream}.git"
    cache.mkdir(parents=True)
    (cache / "pack").write_bytes(b"x" * 1000)
    other = cache.parent / "mine.git"
    other.mkdir()
    before = run("log", "--json").out, run("is", "arm-v7", "--kernel", "7.4", "--json").out
    dry = run("prune", "--bodies", "--dry-run")
    assert (dry.code, cache.exists()) == (0, True)
    assert "would drop 1000 bytes" in dry.out
    assert run("prune", "--bodies").code == 0
    assert not cache.exists()
    assert other.exists()
    assert (run("log", "--json").out, run("is", "arm-v7", "--kernel", "7.4", "--json").out) == before
    with Store.open(db) as store:
        assert store.faults() == []


def test_prune_without_saying_what_is_a_usage_error(run):
    """Facts and events are never dropped."""
    said = run("prune")
    assert said.code == 2
    assert "expected --bodies" in said.complaint


# --- the shipped text ---------------------------------------------------------------------------------------


def test_facts_keep_when_each_content_was_first_observed(run, kernel, tmp_path):
    """Written again later, an unchanged file keeps its moment and a changed one has the new: that is history."""
    folder = tmp_path / "facts"
    words = ("facts", "--output", folder, "--tree", kernel.root, "--observed")
    assert run(*words, "2026-06-01T00:00:00Z").code == 0
    kernel.change("init/Kconfig", "!SAND", "!SAND && !GRAVEL")
    assert run(*words, "2026-07-01T00:00:00Z").code == 0
    (place,) = folder.glob("linux-*.tsv")
    moments = {
        line.split("\t")[4]: line.split("\t")[6] for line in place.read_text().split("\n") if line[:5] == "file\t"
    }
    assert moments.pop("init/Kconfig") == "2026-07-01T00:00:00Z"
    assert set(moments.values()) == {"2026-06-01T00:00:00Z"}
    assert run(*words, "2026-08-01T00:00:00Z", "--check").code == 0


def test_facts_keep_the_day_of_a_release(run, kernel, tmp_path):
    """A folder that was copied says that it is of the day of the copy."""
    words = ("facts", "--output", tmp_path / "facts", "--tree", kernel.root, "--observed", "2026-06-01T00:00:00Z")
    for day in (20, 30, 10):
        moment = datetime(2026, 5, day, tzinfo=timezone.utc).timestamp()
        os.utime(kernel.root / "Makefile", (moment, moment))
        run(*words)
    (place,) = (tmp_path / "facts").glob("linux-*.tsv")
    assert "\t2026-05-10T00:00:00Z\n" in place.read_text("utf-8")
    os.utime(kernel.root / "Makefile")
    assert run(*words, "--check").code == 0


# --- clocks -------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_clock_that_starts_in_1970_tells_nothing_wrong(run, kernel, monkeypatch, db):
    """What is seen under it counts as seen after the shipped facts, and a second look after the first."""
    monkeypatch.setattr(surroundings, "now", lambda: datetime(1970, 1, 1, tzinfo=timezone.utc))
    kernel.change("Makefile", "PATCHLEVEL = 1\nSUBLEVEL = 13", "PATCHLEVEL = 3\nSUBLEVEL = 0")
    assert run("refresh", "--tree", kernel.root).code == 0
    first = json.loads(run("log", "--kind", "released", "--json").out)["events"]
    assert first[0]["after"]["value"][:3] == "7.3"
    with shipped_store(surroundings.data_folder()) as shipped:
        assert datetime.fromisoformat(first[0]["moment"]) > shipped.facts.last_moment()
    kernel.change("init/Kconfig", "HAVE_RUST && !SAND", "HAVE_RUST && !SAND && !GRAVEL")
    assert run("refresh", "--tree", kernel.root).code == 0
    assert next(e["kind"] for e in json.loads(run("log", "--about", "clause", "--json").out)["events"]) == "narrowed"
    with Store.open(db) as store:
        assert store.faults() == []


def test_it_says_whether_a_rustc_that_is_too_new_counts(run):
    """6.18.15 admits no rustc 1.95.0 on x86_64: a no where that one was named, and else left out, which is said."""
    for words, left_out, row in (((), True, "6.18.15 supported"), (("--rustc", "1.95.0"), False, "6.18.15 no: kernel")):
        told = " ".join(run("history", "x86_64", "-v", *words).out.split())
        assert row in told
        assert ("that a rustc is too new for a kernel counts where --rustc names it" in told) is left_out
