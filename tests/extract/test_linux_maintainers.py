"""matrix.extract.linux_maintainers: MAINTAINERS -> status, maintainers and lists of ports and of RUST."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matrix.errors import ShapeError
from matrix.extract import linux_maintainers
from matrix.model import Fact
from matrix.text import Text

PATH = "MAINTAINERS"
PROSE = "Invented\n========\n\nRUST\nS:\tSupported\nF:\tarch/x86/\n\nThe Maintainers List, some words on it.\n\n"
HEADING = "Maintainers List\n----------------\n\n.. note:: Words.\n\n"
ALPHA = "ALPHA PORT\nM:\tA Name <name@example.org>\nS:\tOdd Fixes\nF:\tDocumentation/arch/alpha/\nF:\tarch/alpha/\n\n"
DRIVER = "ALPHA CLOCK\nM:\tA Name <name@example.org>\nS:\tOrphan\nF:\tarch/alpha/kernel/\nF:\tarch/*/\nF:\tarch/sh\n\n"
RUST = "RUST\nM:\tA Name <name@example.org>\nL:\tcats@example.org (some)\nS:\tSupported\nF:\trust/\nK:\tarch/sparc/\n\n"
ALLOC = "RUST [ALLOC]\nM:\tA Name <name@example.org>\nS:\tMaintained\nF:\trust/alloc/\n\n"
X86 = "X86 ARCHITECTURE (32-BIT\nAND 64-BIT)\nS:\tMaintained\nF:      arch/x86/ \n\n"
REST = "THE REST\nS:\tBuried\nF:\t*\n"
FILE = PROSE + HEADING + ALPHA + DRIVER + RUST + ALLOC + X86 + REST
# What the fuzzer starts from (tests/extract/corpus.py): path and text.
SAMPLES = ((PATH, FILE),)


def read(content: str) -> list[Fact]:
    return list(linux_maintainers.extract(Text(PATH, content)))


def with_section(section: str) -> str:
    return HEADING + RUST + section + "\n" + X86 + REST


def test_a_port_has_the_status_of_the_section_that_names_its_folder():
    """The `S:` of the section whose `F:` is exactly the port's folder, on the line of that `S:`."""
    assert read(FILE)[:3] == [
        Fact("alpha", "maintainers-status", "Odd Fixes", line=17),
        Fact("RUST", "maintainers-status", "Supported", line=31),
        Fact("x86", "maintainers-status", "Maintained", line=42),
    ]


def test_maintainers_and_lists_are_those_of_the_same_section():
    """Each as written, on its own line."""
    assert read(FILE)[3:] == [
        Fact("alpha", "maintainer", "A Name <name@example.org>", line=16),
        Fact("RUST", "maintainer", "A Name <name@example.org>", line=29),
        Fact("RUST", "list", "cats@example.org (some)", line=30),
    ]


def test_the_prose_above_the_list_is_not_read():
    """Its examples look like sections, and it mentions the list's name."""
    assert [fact.line for fact in read(FILE)] == [fact.line + 9 for fact in read(FILE.removeprefix(PROSE))]


def test_folders_below_a_port_and_patterns_give_no_port():
    """arch/alpha/kernel/, arch/*/, arch/sh without its slash, and an arch/ outside `F:` are no port."""
    assert {fact.subject for fact in read(FILE)} == {"alpha", "RUST", "x86"}


def test_other_sections_that_begin_with_rust_are_not_rust():
    """The title must be RUST and nothing else, on one line."""
    content = with_section("RUST\nFRIENDS\nS:\tOrphan\nF:\tfriends/\n")
    assert [fact.value for fact in read(content) if fact.subject == "RUST"][:1] == ["Supported"]


def test_a_section_may_cover_two_ports_and_name_one_twice():
    """Each port gets the section's status, once."""
    facts = read(with_section("ARC AND SH\nS:\tOrphan\nF:\tarch/arc/\nF:\tarch/sh/\nF:\tarch/arc/\n"))
    assert [(fact.subject, fact.value) for fact in facts][1:3] == [("arc", "Orphan"), ("sh", "Orphan")]


@pytest.mark.parametrize("status", ["Odd fixes", "Obsolete", "Orphan / Obsolete", "Maintained (64-bit)"])
def test_a_status_is_kept_as_written(status):
    """Capitals and remarks in parentheses differ between sections."""
    assert status in [fact.value for fact in read(with_section(f"ARC\nS:\t{status}\nF:\tarch/arc/\n"))]


@pytest.mark.parametrize(
    ("content", "line", "found"),
    [
        ("", 0, "no heading"),
        (PROSE + ALPHA + RUST + X86 + REST, 0, "no heading"),
        (FILE.replace("----------------", "no rule here"), 0, "no heading"),
        (HEADING, 0, "another last section"),
        (FILE.removesuffix(REST), 0, "another last section"),
        (HEADING + RUST + REST, 0, "without x86"),
        (HEADING + X86 + REST, 0, "without RUST"),
        (with_section(RUST), 13, "a second section for RUST"),
        (with_section(X86), 19, "a second section for x86"),
        (with_section("ARC\nF:\tarch/arc/\n"), 13, "0 statuses for arc"),
        (with_section("ARC\nF:\tarch/arc/\n\nS:\tOrphan\n"), 13, "0 statuses for arc"),
        (with_section("ARC\nS:\tOrphan\nS:\tObsolete\nF:\tarch/arc/\n"), 13, "2 statuses for arc"),
        (with_section("ARC\nS:\tSplendid\nF:\tarch/arc/\n"), 14, "status 'Splendid'"),
        (with_section("ARC\nS:\nF:\tarch/arc/\n"), 14, "status ''"),
        (with_section("ARC\nM:\tA Name\nS:\tOrphan\nF:\tarch/arc/\n"), 14, "maintainer 'A Name'"),
        (with_section("ARC\nL:\nS:\tOrphan\nF:\tarch/arc/\n"), 14, "list ''"),
        (FILE.replace("S:\tSupported\nF:\trust/", "F:\trust/"), 28, "0 statuses for RUST"),
    ],
)
def test_another_shape_is_refused_where_it_stands(content, line, found):
    """Missing anchors, double sections and unknown statuses are a changed format."""
    with pytest.raises(ShapeError) as error:
        read(content)
    assert error.value.line == line
    assert found in error.value.found


def test_a_cut_file_never_reads_as_fewer_ports():
    """Every prefix gives all the facts or a ShapeError."""
    whole = read(FILE)
    for length in range(len(FILE)):
        with contextlib.suppress(ShapeError):
            assert read(FILE[:length]) == whole


def test_a_large_file_is_read_in_time_linear_in_its_size():
    """Four megabytes, five times the real file, take far less than the five seconds allowed."""
    content = HEADING + RUST + DRIVER * 40_000 + X86 + REST
    start = time.monotonic()
    assert len(read(content)) == 4
    assert time.monotonic() - start < 5


@settings(deadline=None)
@given(st.lists(st.sampled_from(FILE.split("\n")) | st.text()).map("\n".join))
def test_any_text_gives_facts_or_a_shape_error(content):
    """No text raises anything else."""
    for text in (content, HEADING + RUST + content + "\n\n" + X86 + REST):
        with contextlib.suppress(ShapeError):
            assert read(text)


@pytest.mark.trees
def test_real_trees_have_the_sections_counted_by_hand(trees):
    """As many as `grep -cx 'F:.arch/[^/]*/'`, and RUST; lines read by eye."""
    counts = {"linux-6.1.176": 23, "linux-6.12.107": 22, "linux-6.18.15": 22, "linux-7.1.13": 22}
    lists = {"linux-6.1.176": 17992, "linux-6.12.107": 20176, "linux-6.18.15": 22520, "linux-7.1.13": 23407}
    lines = {"linux-6.1.176": 17993, "linux-6.12.107": 20177, "linux-6.18.15": 22521, "linux-7.1.13": 23408}
    for name in sorted(counts.keys() & trees.keys()):
        told = read((trees[name] / PATH).read_text(encoding="utf-8"))
        facts = [fact for fact in told if fact.attribute == "maintainers-status"]
        assert Fact("RUST", "list", "rust-for-linux@vger.kernel.org", line=lists[name]) in told
        assert "Miguel Ojeda <ojeda@kernel.org>" in [fact.value for fact in told if fact.attribute == "maintainer"]
        said = {fact.subject: fact.value for fact in facts}
        assert len(facts) == len(said) == counts[name], name
        assert Fact("RUST", "maintainers-status", "Supported", line=lines[name]) in facts
        assert said.get("ia64") == ("Orphan" if name == "linux-6.1.176" else None)
        assert said["nios2"] == ("Supported" if name == "linux-7.1.13" else "Maintained")
        assert (said["arm"], said["riscv"], said["powerpc"]) == ("Odd Fixes", "Supported", "Supported")
