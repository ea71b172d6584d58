"""The asker's own tree: asked once, held against what is known, or recorded."""

from __future__ import annotations

import json
import shutil

import pytest

from matrix.registry import data_folder, load
from matrix.trees import open_tree
from tests.extract import test_linux_arch_support
from tests.poll.conftest import SOURCES

# Each records a tree and resolves what is known anew; tests/cli/test_history.py does so by default.
pytestmark = pytest.mark.slow

SUPPORT = test_linux_arch_support.PATH


def everything(folder):
    """Each file with its bytes, but a refresh's lock."""
    return {p: p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file() and p.suffix != ".lock"}


def refreshed(run, kernel):
    said = run("refresh", "--tree", f"linux={kernel.root}")
    assert (said.code, said.err) == (0, "")
    return said.out


# --- one-shot -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["is", "why", "options"])
def test_an_answer_from_a_tree_stores_nothing(run, kernel, home, command):
    """Not in the store, not in the tree; the tree's own version is named."""
    before = everything(kernel.root)
    said = run(command, "arm", "--tree", kernel.root)
    assert said.code in {0, 1, 3}
    assert "Linux 7.1.13" in said.out
    assert everything(home) == {}
    assert everything(kernel.root) == before


def test_an_answer_from_a_tree_rests_on_the_tree(run, kernel):
    """What it selects, where it stands, and what it could not be asked."""
    found = json.loads(run("is", "um-x86_64", "--tree", kernel.root, "--json").out)
    assert found["versions"]["linux"]["version"] == "7.1.13"
    assert any("linux-target-spec" in note for note in found["notes"]) is False
    kernel.write(SUPPORT, "moved\n")
    found = json.loads(run("is", "arm64", "--tree", kernel.root, "--json").out)
    assert any(note.startswith("linux-arch-support was not read: ") for note in found["notes"])


def test_a_tree_and_a_version_contradict_each_other(run, kernel):
    """Which of the two was meant?"""
    said = run("is", "arm", "--tree", kernel.root, "--kernel", "6.12")
    assert (said.code, said.out) == (2, "")
    assert "--kernel and --tree: found both for linux" in said.complaint


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("linux@7.2={root}", "found linux 7.1.13, expected 7.2 as asked"),
        ("linux@={root}", "expected a version, tag, branch or commit"),
        ("moon={root}", "got project 'moon', expected one of gcc, linux, llvm, mrustc, rust"),
        ("rust={root}", "found nothing that says which version of rust it is"),
        ("{root}/none", "found nothing, expected a directory or a git repository"),
        ("{root}/Makefile", "found a file, expected a directory"),
    ],
)
def test_a_tree_that_is_not_what_was_said(run, kernel, spec, expected):
    """Exit 2, place, found, expected."""
    said = run("is", "arm", "--tree", spec.format(root=kernel.root))
    assert (said.code, said.out) == (2, "")
    assert expected in said.complaint


# --- refresh --------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_refreshing_twice_finds_nothing_new(run, kernel, db):
    """The first run counts what it read, the second says that nothing changed."""
    first, second = refreshed(run, kernel), refreshed(run, kernel)
    assert "9 new contents" in first
    assert "nothing changed" in second
    assert first.startswith("Linux 7.1.13 of ")
    assert first.endswith(f"; recorded in {db}\n")


@pytest.mark.slow
def test_what_was_refreshed_answers(run, kernel, db):
    """The newest release known is the default; `versions` says where it is from."""
    kernel.change("Makefile", "PATCHLEVEL = 1\nSUBLEVEL = 13", "PATCHLEVEL = 9\nSUBLEVEL = 3")
    refreshed(run, kernel)
    assert "Linux 7.9.3" in run("is", "arm64").out
    rows = json.loads(run("versions", "--json").out)["revisions"]
    (row,) = (r for r in rows if r["version"] == "7.9.3")
    assert (row["chosen"], row["origin"]) == (True, str(db))


@pytest.mark.slow
def test_refresh_as_json(run, kernel):
    """Each source's outcome; the sources that had ended by then are absent."""
    said = run("refresh", "--tree", f"linux={kernel.root}", "--json")
    (tree,) = json.loads(said.out)["trees"]
    assert (tree["project"], tree["version"]) == ("linux", "7.1.13")
    assert {s["source"] for s in tree["sources"] if s["outcome"] == "read"} >= {*SOURCES}
    assert {s["outcome"] for s in tree["sources"]} == {"read", "absent"}


def test_a_refresh_that_failed_in_part_is_exit_4(run, kernel):
    """The source, file, line, what was found, what was expected; the others are recorded."""
    refreshed(run, kernel)
    kernel.change(SUPPORT, "Level of support", "Grade of support")
    said = run("refresh", "--tree", f"linux={kernel.root}")
    assert said.code == 4
    assert f"linux-arch-support: {SUPPORT}:" in said.out
    assert "expected" in said.out
    report = json.loads(run("refresh", "--tree", f"linux={kernel.root}", "--json").out)
    failed = [s for s in report["trees"][0]["sources"] if s["outcome"] == "failed"]
    assert [s["source"] for s in failed] == ["linux-arch-support"]


@pytest.mark.slow
def test_status_names_what_a_tree_could_not_have_read(run, kernel):
    """With its version and the reason, until it is read."""
    good = (kernel.root / SUPPORT).read_text("utf-8")
    kernel.write(SUPPORT, "moved\n")
    run("refresh", "--tree", f"linux={kernel.root}")
    said = run("status")
    assert said.code == 4
    assert "linux-arch-support of Linux 7.1.13: not read: " in " ".join(said.out.split())
    (unread,) = json.loads(run("status", "--json").out)["not_read"]
    assert (unread["source"], unread["version"], unread["project"]) == ("linux-arch-support", "7.1.13", "linux")
    assert SUPPORT in unread["reason"]
    kernel.write(SUPPORT, good)
    run("refresh", "--tree", f"linux={kernel.root}")
    said = run("status")
    assert (said.code, "not read" in said.out) == (0, False)


# --- check ----------------------------------------------------------------------------------------------------------


def test_a_tree_that_agrees_is_exit_0(run, kernel, recorded):
    """Against what was recorded of it; nothing is written."""
    recorded()
    said = run("check", kernel.root)
    assert (said.code, said.err) == (0, "")
    assert said.out.endswith("no difference\n")


def test_a_moved_line_is_no_difference(run, kernel, recorded):
    """The line is evidence and no part of the statement."""
    recorded()
    kernel.change("arch/arm/Kconfig", "config ARM\n", "# A line more.\n\nconfig ARM\n")
    assert run("check", kernel.root).code == 0


def test_a_difference_shows_both_lines(run, kernel, recorded, home):
    """Exit 1: what is known with `-`, what the tree says with `+`, each with its place."""
    recorded()
    before = everything(home)
    kernel.change("arch/arm/Kconfig", "config ARM\n", "\nconfig ARM\n")
    kernel.change("arch/arm/Kconfig", "if !KASAN", "if !KASAN && MMU")
    said = run("check", kernel.root)
    assert (said.code, said.err) == (1, "")
    assert "\nlinux-kconfig\n  ARM: select\n" in said.out
    assert "    - arch/arm/Kconfig:4: HAVE_RUST if !KASAN\n" in said.out
    assert "    + arch/arm/Kconfig:5: HAVE_RUST if !KASAN && MMU\n" in said.out
    (found,) = json.loads(run("check", kernel.root, "--json").out)["differences"]
    assert (found["known"][0]["line"], found["tree"][0]["line"]) == (4, 5)
    assert {p: b for p, b in everything(home).items() if p.name == "facts.db"} == before


def test_a_statement_that_came_or_went_shows_one_line(run, kernel, recorded):
    """A port less in a table, a port more in the tree."""
    recorded()
    kernel.change("arch/arm/Kconfig", "\tselect HAVE_RUST if !KASAN\n", "")
    said = run("check", kernel.root)
    assert said.code == 1
    assert "    - arch/arm/Kconfig:4: HAVE_RUST if !KASAN\n" in said.out
    assert "    + " not in said.out


def test_a_file_that_cannot_be_read_is_exit_4_and_no_difference(run, kernel, recorded):
    """It is told on standard error; the other sources are compared."""
    recorded()
    kernel.write(SUPPORT, "moved\n")
    said = run("check", kernel.root)
    assert said.code == 4
    assert f"linux-arch-support: {SUPPORT}" in said.complaint
    assert "linux-arch-support" not in said.out


def test_a_version_that_is_not_known_is_exit_3(run, kernel, recorded):
    """With a neighbour to name; then the two are compared."""
    recorded()
    kernel.change("Makefile", "SUBLEVEL = 13", "SUBLEVEL = 99")
    said = run("check", kernel.root)
    assert (said.code, said.out) == (3, "")
    assert "--against" in said.complaint
    assert run("check", kernel.root, "--against", "7.1.13").code == 0


# --- a real kernel --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def riscv(trees, tmp_path_factory):
    """The files of Linux 7.1.13 that are read, copied, to be changed."""
    if "linux-7.1.13" not in trees:
        pytest.skip("no linux-7.1.13")
    place = tmp_path_factory.mktemp("kernel") / "linux"
    tree = open_tree(trees["linux-7.1.13"])
    patterns = [p for s in load(data_folder()).sources.values() if s.project == "linux" for p in s.paths]
    for path in tree.match([*patterns, "Makefile"]):
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(trees["linux-7.1.13"] / path, place / path)
    return place


@pytest.mark.trees
def test_the_real_kernel_agrees_with_the_shipped_facts(run, riscv):
    """Every fact of every source, thinned alike."""
    said = run("check", riscv)
    assert (said.code, said.err) == (0, ""), said.out[:2000]


@pytest.mark.trees
def test_the_real_kernel_answers_like_the_shipped_facts(run, riscv):
    """The same but for addresses and for the past: what stands in a folder has neither."""
    for name in ("riscv64", "arm", "um", "loongarch"):
        asked = (["--tree", riscv], ["--kernel", "7.1.13"])
        own, shipped = (json.loads(run("is", name, *more, "--json").out)["answers"][0] for more in asked)
        assert [v["spans"] for v in own["variants"]] == [[]] * len(own["variants"])
        assert _without_addresses(own["variants"]) == _without_addresses(shipped["variants"]), name


def _without_addresses(value):
    if isinstance(value, dict):
        return {key: _without_addresses(v) for key, v in value.items() if key not in {"url", "spans"}}
    return [_without_addresses(v) for v in value] if isinstance(value, list) else value


@pytest.mark.trees
def test_one_changed_line_of_the_real_kernel_is_found(run, riscv):
    """riscv's select, with the compiler's condition taken away."""
    place = riscv / "arch/riscv/Kconfig"
    before = place.read_text("utf-8")
    line = next(n for n, words in enumerate(before.split("\n"), start=1) if "select HAVE_RUST" in words)
    try:
        place.write_text(before.replace("if RUSTC_SUPPORTS_RISCV && CC_IS_CLANG", "if RUSTC_SUPPORTS_RISCV"), "utf-8")
        said = run("check", riscv)
        assert said.code == 1
        assert f"- arch/riscv/Kconfig:{line}: HAVE_RUST if RUSTC_SUPPORTS_RISCV && CC_IS_CLANG\n" in said.out
        assert f"+ arch/riscv/Kconfig:{line}: HAVE_RUST if RUSTC_SUPPORTS_RISCV\n" in said.out
        assert said.out.count("\n    ") == 2
        # Kconfig would admit GCC now; what then stands in the way is bindgen.
        said = run("is", "riscv64", "--cc", "gcc", "--tree", riscv)
        assert said.code == 1
        assert "bindgen gets an empty" in " ".join(said.out.split())
    finally:
        place.write_text(before, "utf-8")
