"""config.gcc's patterns and a triple -> supported, obsolete, deprecated, unsupported or no-backend."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.extract.gcc_config import extract
from matrix.model import Fact
from matrix.resolve import gcc_triple
from matrix.resolve.gcc_triple import triple_status
from matrix.text import Text

LOONG = "$(case, loongarch*-*)"
CSKY = "$(case, csky-*-* | ck*-*-*)"
FACTS = (
    Fact("ia64*-*-*", "obsolete", "yes", "", 10),
    Fact("oldcpu-spared-*", "obsolete", "no", "", 11),
    Fact("oldcpu-*-*", "obsolete", "yes", "", 12),
    Fact("s390-*", "deprecated", "yes", "", 20),
    Fact("arm*-*-*eabi*", "unsupported-list", "exempt", "", 30),
    Fact("arm*-*-linux*", "unsupported-list", "listed", "", 31),
    Fact("powerpc*-*-*spe*", "unsupported-list", "listed", "", 32),
    Fact("ia64*-*-nowhere", "unsupported-list", "listed", "", 33),
    Fact("m68k-*-*", "cpu-type", "*", "", 40),
    Fact("i[34567]86-*-*", "cpu-type", "i386", "", 41),
    Fact("powerpc*-*-*", "cpu-type", "rs6000", "", 42),
    Fact("arm*-*-linux-*", "machine", "supported", "", 50),
    Fact("i[34567]86-*-linux*", "machine", "supported", "", 51),
    Fact("m68k-*-linux*", "machine", "supported", "", 52),
    Fact("m68k-*-linux-late", "machine", "unsupported", "", 53),
    Fact("ia64*-*-linux*", "machine", "supported", "", 54),
    Fact("oldcpu-*-linux*", "machine", "supported", "", 55),
    Fact("s390*-*-linux*", "machine", "supported", "", 56),
    Fact("powerpc*-*-linux*", "machine", "supported", "", 57),
    Fact("loongarch*-*-linux*", "machine", "supported", "", 58),
    Fact("csky-*-*", "machine", "supported", "", 59),
    Fact("*-*-someos*", "machine", "supported", "", 60),
    Fact("*", "machine", "unsupported", "", 61),
    Fact("csky-*-linux-gnu*", "check", "supported", f"{CSKY} && $(case, csky-*-linux*)", 70),
    Fact("*", "check", "unsupported", f"{CSKY} && $(case, csky-*-linux*)", 71),
    Fact("csky-*-linux*", "check", "supported", CSKY, 72),
    Fact("*", "check", "unsupported", CSKY, 73),
    Fact("loongarch64-*", "check", "supported", LOONG, 80),
    Fact("*", "check", "unsupported", LOONG, 81),
    Fact("*-linux-gnu*", "check#2", "supported", LOONG, 82),
    Fact("*", "check#2", "unsupported", LOONG, 83),
    Fact("*", "rust-hook", "default-rust.o", "", 90),
)

DECISIONS = [
    ("i686-pc-linux-gnu", "supported", 51, "i386"),
    ("i286-pc-linux-gnu", "no-backend", 61, "i286"),
    ("m68k-unknown-linux-gnu", "supported", 52, "m68k"),
    ("m68k-unknown-linux-late", "supported", 52, "m68k"),
    ("m68k-unknown-beos", "unsupported", 61, "m68k"),
    ("hexagon-unknown-linux-musl", "no-backend", 61, "hexagon"),
    ("hexagon-unknown-someos", "supported", 60, "hexagon"),
    ("arm-unknown-linux-gnueabi", "supported", 50, "arm"),
    ("arm-unknown-linux-gnueabihf", "supported", 50, "arm"),
    ("arm-unknown-linux-gnu", "unsupported", 31, "arm"),
    ("arm-unknown-beoseabi", "unsupported", 61, "arm"),
    ("powerpc-unknown-linux-gnu", "supported", 57, "rs6000"),
    ("powerpc-unknown-linux-gnuspe", "unsupported", 32, "rs6000"),
    ("s390-ibm-linux-gnu", "deprecated", 20, "s390"),
    ("s390x-ibm-linux-gnu", "supported", 56, "s390x"),
    ("ia64-unknown-linux-gnu", "obsolete", 10, "ia64"),
    ("ia64-unknown-nowhere", "unsupported", 33, "ia64"),
    ("ia64-unknown-beos", "unsupported", 61, "ia64"),
    ("oldcpu-any-linux-gnu", "obsolete", 12, "oldcpu"),
    ("oldcpu-spared-linux-gnu", "supported", 55, "oldcpu"),
    ("loongarch64-unknown-linux-gnu", "supported", 58, "loongarch64"),
    ("loongarch32-unknown-linux-gnu", "unsupported", 81, "loongarch32"),
    ("loongarch64-unknown-linux-uclibc", "unsupported", 83, "loongarch64"),
    ("csky-unknown-linux-gnuabiv2", "supported", 59, "csky"),
    ("csky-unknown-linux-musl", "unsupported", 71, "csky"),
    ("csky-unknown-elf", "unsupported", 73, "csky"),
]


@pytest.mark.parametrize(("triple", "state", "line", "cpu_type"), DECISIONS)
def test_first_match_decides(triple: str, state: str, line: int, cpu_type: str) -> None:
    """In every case the first pattern that matches counts; a later refusal outranks --enable-obsolete."""
    status = triple_status(FACTS, triple)
    assert (status.state.value, status.decided_by.line, status.cpu_type) == (state, line, cpu_type)


def test_the_deciding_fact_is_one_of_those_given() -> None:
    """The very object, so that its place can be looked up."""
    assert any(triple_status(FACTS, "s390-ibm-linux-gnu").decided_by is fact for fact in FACTS)


@given(st.permutations(FACTS), st.sampled_from(DECISIONS))
def test_order_of_facts_is_irrelevant(facts: list[Fact], decision: tuple[str, str, int, str]) -> None:
    """Only the lines order the patterns."""
    assert triple_status(facts, decision[0]) == triple_status(FACTS, decision[0])


def test_facts_without_a_machine_case_decide_nothing() -> None:
    """Nothing known is never a no."""
    with pytest.raises(LookupError, match="no machine pattern"):
        triple_status([f for f in FACTS if f.attribute != "machine"], "i686-pc-linux-gnu")


def test_globs_are_the_shell_s() -> None:
    """Case counts, [!..] negates, ? is one character, a dot is no wildcard."""
    rest = Fact("*", "machine", "unsupported", "", 9)
    for pattern, triple, matches in [
        ("am33_2.0-*", "am33_2.0-x-linux", True),
        ("am33_2.0-*", "am33_2x0-x-linux", False),
        ("sh[!5]-*", "sh4-x-linux", True),
        ("sh[!5]-*", "sh5-x-linux", False),
        ("sh?-*", "sh4-x-linux", True),
        ("sh?-*", "sh4a-x-linux", False),
        ("SH4-*", "sh4-x-linux", False),
    ]:
        one = Fact(pattern, "machine", "supported", "", 1)
        assert (triple_status([one, rest], triple).state.value == "supported") == matches


def test_a_list_that_is_absent_holds_nobody() -> None:
    """GCC 15 has no deprecated case: s390 is then supported."""
    facts = [f for f in FACTS if f.attribute != "deprecated"]
    assert triple_status(facts, "s390-ibm-linux-gnu").state.value == "supported"
    moved = [f._replace(line=f.line + 1000) for f in facts]
    assert triple_status(moved, "s390-ibm-linux-gnu").state.value == "supported"


# What bash says when it sources the real scripts with target=TRIPLE.
ACCEPTED = [
    "aarch64-unknown-linux-gnu",
    "aarch64_be-unknown-linux-gnu",
    "alpha-unknown-linux-gnu",
    "arc-unknown-linux-gnu",
    "arceb-unknown-linux-gnu",
    "arm-unknown-linux-gnueabi",
    "arm-unknown-linux-gnueabihf",
    "arm-unknown-linux-uclibcgnueabi",
    "armeb-unknown-linux-gnueabi",
    "csky-unknown-linux-gnuabiv1",
    "csky-unknown-linux-gnuabiv2",
    "hppa-unknown-linux-gnu",
    "hppa64-unknown-linux-gnu",
    "i686-pc-linux-gnu",
    "loongarch64-unknown-linux-gnu",
    "loongarch64-unknown-linux-gnusf",
    "m68k-unknown-linux-gnu",
    "m68k-unknown-uclinux-uclibc",
    "microblaze-xilinx-linux-gnu",
    "microblazeel-xilinx-linux-gnu",
    "mips-unknown-linux-gnu",
    "mips64-unknown-linux-gnuabi64",
    "mips64el-unknown-linux-gnuabi64",
    "mipsel-unknown-linux-gnu",
    "mipsisa32r6-unknown-linux-gnu",
    "mipsisa32r6el-unknown-linux-gnu",
    "mipsisa64r6-unknown-linux-gnuabi64",
    "mipsisa64r6el-unknown-linux-gnuabi64",
    "or1k-unknown-linux-gnu",
    "powerpc-unknown-linux-gnu",
    "powerpc64-unknown-linux-gnu",
    "powerpc64le-unknown-linux-gnu",
    "riscv32-unknown-linux-gnu",
    "riscv64-unknown-linux-gnu",
    "s390x-ibm-linux-gnu",
    "sh2eb-unknown-linux-gnu",
    "sh3-unknown-linux-gnu",
    "sh4-unknown-linux-gnu",
    "sh4eb-unknown-linux-gnu",
    "sparc-unknown-linux-gnu",
    "sparc64-unknown-linux-gnu",
    "x86_64-pc-linux-gnu",
    "x86_64-pc-linux-gnux32",
    "xtensa-unknown-linux-gnu",
]
OTHERS = {
    "arm-unknown-linux-gnu": ("unsupported", "unsupported", "unsupported"),
    "hexagon-unknown-linux-gnu": ("no-backend", "no-backend", "no-backend"),
    "hexagon-unknown-linux-musl": ("no-backend", "no-backend", "no-backend"),
    "ia64-unknown-elf": ("obsolete", "obsolete", "obsolete"),
    "ia64-unknown-linux-gnu": ("obsolete", "supported", "supported"),
    "loongarch32-unknown-linux-gnu": ("unsupported", "unsupported", "supported"),
    "loongarch32-unknown-linux-gnusf": ("unsupported", "unsupported", "supported"),
    "loongarch64-unknown-linux-uclibc": ("unsupported", "unsupported", "unsupported"),
    "m32c-unknown-elf": ("supported", "supported", "obsolete"),
    "nios2-unknown-linux-gnu": ("obsolete", "no-backend", "no-backend"),
    "powerpc-unknown-linux-gnuspe": ("unsupported", "unsupported", "unsupported"),
    "s390-ibm-linux-gnu": ("supported", "supported", "deprecated"),
}


@pytest.mark.trees
@pytest.mark.parametrize(("place", "version"), [(0, "14.2.0"), (1, "15.3.0"), (2, "16.2.0")])
def test_real_scripts(trees: dict, place: int, version: str) -> None:
    """Every triple that a kernel port is built for, in three releases."""
    if f"gcc-{version}" not in trees:
        pytest.skip(f"no gcc-{version}")
    body = (trees[f"gcc-{version}"] / "gcc/config.gcc").read_bytes()
    facts = extract(Text.decode("gcc/config.gcc", body))
    assert [triple for triple in ACCEPTED if triple_status(facts, triple).state.value != "supported"] == []
    assert {triple: triple_status(facts, triple).state.value for triple in OTHERS} == {
        triple: states[place] for triple, states in OTHERS.items()
    }


@pytest.mark.trees
def test_real_directories(trees: dict) -> None:
    """GCC's own names of the processors whose triples begin otherwise."""
    if "gcc-16.2.0" not in trees:
        pytest.skip("no gcc-16.2.0")
    body = (trees["gcc-16.2.0"] / "gcc/config.gcc").read_bytes()
    facts = extract(Text.decode("gcc/config.gcc", body))
    for triple, directory in {
        "x86_64-pc-linux-gnu": "i386", "powerpc64le-unknown-linux-gnu": "rs6000", "hppa64-unknown-linux-gnu": "pa",
        "s390x-ibm-linux-gnu": "s390", "sh4eb-unknown-linux-gnu": "sh", "ia64-unknown-linux-gnu": "ia64",
        "or1k-unknown-linux-gnu": "or1k", "aarch64_be-unknown-linux-gnu": "aarch64",
        "csky-unknown-linux-gnuabiv2": "csky",
    }.items():  # fmt: skip
        assert triple_status(facts, triple).cpu_type == directory


@given(st.text("ab-*?[]", max_size=8), st.text("ab-", max_size=8))
def test_a_pattern_matches_what_fnmatch_says(pattern, text):
    """The quick way through a pattern without brackets says the same as a regular expression made of it."""
    assert gcc_triple._matches(text, pattern) == fnmatchcase(text, pattern)  # noqa: SLF001
