"""The triples that clang is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.errors import ShapeError
from matrix.extract.linux_clang_targets import extract
from matrix.model import Fact
from matrix.text import Text

if TYPE_CHECKING:
    from pathlib import Path

TABLE = """\
# keys and triples
CLANG_TARGET_FLAGS_sh\t\t:= sh4-linux-gnu
CLANG_TARGET_FLAGS_x86   := x86_64-linux-musl
CLANG_TARGET_FLAGS_um\t:= $(CLANG_TARGET_FLAGS_$(SUBARCH))
CLANG_TARGET_FLAGS := $(CLANG_TARGET_FLAGS_$(KEY))
"""
# What the fuzzer starts from (tests/extract/corpus.py): path and text.
SAMPLES = (("scripts/Makefile.clang", TABLE),)


def read(content: str) -> list[Fact]:
    return list(extract(Text("scripts/Makefile.clang", content)))


def test_each_key_has_its_triple() -> None:
    """Tabs and blanks part alike; um's triple is a reference; the line without key is no fact."""
    assert read(TABLE) == [
        Fact("sh", "clang-target", "sh4-linux-gnu", "", 2),
        Fact("x86", "clang-target", "x86_64-linux-musl", "", 3),
        Fact("um", "clang-target", "$(CLANG_TARGET_FLAGS_$(SUBARCH))", "", 4),
    ]


def test_what_follows_the_table_is_no_key() -> None:
    """Flags made of the table, with or without CROSS_COMPILE, are passed over."""
    more = "ifeq ($(CROSS),)\nCLANG_FLAGS += --target=y\nelse\nCLANG_FLAGS += --target=x\nendif\n"
    assert read(TABLE + more) == read(TABLE)


def test_a_conditional_key_carries_its_condition() -> None:
    """A key inside a conditional holds under it alone."""
    assert read("ifdef CONFIG_64BIT\nCLANG_TARGET_FLAGS_mips := mips64-linux-gnu\nendif\n" + TABLE)[0].when == "64BIT"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("", 0),
        (TABLE.replace("_x86 ", "_x85 "), 0),
        (TABLE[: TABLE.index("CLANG_TARGET_FLAGS :=")], 0),
        (TABLE.replace("sh4-linux-gnu", ""), 2),
        (TABLE.replace("sh4-linux-gnu", "sh4 -m32"), 2),
        (TABLE.replace("sh4-linux-gnu", "$(shell uname -m)"), 2),
        (TABLE.replace("_sh\t\t:=", "_sh\t\t+="), 2),
        (TABLE.replace("_sh\t", "_s-h\t"), 2),
        (TABLE.replace("_sh\t", "_x86\t"), 3),
        (TABLE + "ifdef A\n", 6),
    ],
)
def test_a_changed_shape_is_refused(content: str, line: int) -> None:
    """No table, one without x86 or its end, and rows of another shape."""
    with pytest.raises(ShapeError) as caught:
        read(content)
    assert caught.value.line == line


@given(st.text("CLANG_TREFS:= sh4-x86_64linu\n\t$()#", max_size=60))
def test_any_text_gives_facts_or_is_refused(content: str) -> None:
    """Nothing but ShapeError is raised."""
    try:
        read(content + TABLE)
    except ShapeError:
        return


EARLY = {
    "arm": "arm-linux-gnueabi",
    "arm64": "aarch64-linux-gnu",
    "hexagon": "hexagon-linux-musl",
    "m68k": "m68k-linux-gnu",
    "mips": "mipsel-linux-gnu",
    "powerpc": "powerpc64le-linux-gnu",
    "riscv": "riscv64-linux-gnu",
    "s390": "s390x-linux-gnu",
    "um": "$(CLANG_TARGET_FLAGS_$(SUBARCH))",
    "x86": "x86_64-linux-gnu",
}
MIDDLE = EARLY | {"loongarch": "loongarch64-linux-gnusf"}
LATE = MIDDLE | {"sparc": "sparc64-linux-gnu", "i386": "i386-linux-gnu"}


@pytest.mark.trees
@pytest.mark.parametrize(
    ("version", "triples"), [("6.1.176", EARLY), ("6.12.107", MIDDLE), ("6.18.15", LATE), ("7.1.13", LATE)]
)
def test_real_trees(trees: dict[str, Path], version: str, triples: dict[str, str]) -> None:
    """The whole table of each tree."""
    if f"linux-{version}" not in trees:
        pytest.skip(f"no linux-{version}")
    body = (trees[f"linux-{version}"] / "scripts/Makefile.clang").read_text()
    facts = read(body)
    assert {f.subject: f.value for f in facts} == triples
    assert {f.when for f in facts} == {""}
