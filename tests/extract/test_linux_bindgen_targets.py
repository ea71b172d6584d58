"""The triples that bindgen is given in a build with GCC."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from matrix.errors import ShapeError
from matrix.extract.linux_bindgen_targets import extract
from matrix.model import Fact
from matrix.text import Text

if TYPE_CHECKING:
    from pathlib import Path

TABLE = """\
ifdef CONFIG_CC_IS_CLANG
flags = one
else
BINDGEN_TARGET_sh\t\t:= sh4-linux-gnu
BINDGEN_TARGET_x86   := x86_64-linux-musl
BINDGEN_TARGET_um\t:= $(BINDGEN_TARGET_$(SUBARCH))
BINDGEN_TARGET := $(BINDGEN_TARGET_$(KEY))
flags = --target=$(BINDGEN_TARGET)
endif
a: b
\tBINDGEN_TARGET_shell=1 $(BINDGEN)
"""
# What the fuzzer starts from (tests/extract/corpus.py): path and text.
SAMPLES = (("rust/Makefile", TABLE),)


def read(content: str) -> list[Fact]:
    return list(extract(Text("rust/Makefile", content)))


def test_each_key_has_its_triple_where_the_compiler_is_not_clang() -> None:
    """The table stands in the branch of GCC; recipes and the use of the table are passed over."""
    assert read(TABLE) == [
        Fact("sh", "bindgen-target", "sh4-linux-gnu", "!CC_IS_CLANG", 4),
        Fact("x86", "bindgen-target", "x86_64-linux-musl", "!CC_IS_CLANG", 5),
        Fact("um", "bindgen-target", "$(BINDGEN_TARGET_$(SUBARCH))", "!CC_IS_CLANG", 6),
    ]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("", 0),
        (TABLE.replace("_x86 ", "_x85 "), 0),
        (TABLE.replace("BINDGEN_TARGET := ", "OTHER := "), 0),
        (TABLE.replace("sh4-linux-gnu", ""), 4),
        (TABLE.replace("sh4-linux-gnu", "$(BINDGEN_TARGET_$(HOST))"), 4),
        (TABLE.replace("_sh\t", "_x86\t"), 5),
        (TABLE.replace("endif\n", ""), 1),
    ],
)
def test_a_changed_shape_is_refused(content: str, line: int) -> None:
    """No table, one without x86 or its end, and rows of another shape."""
    with pytest.raises(ShapeError) as caught:
        read(content)
    assert caught.value.line == line


X86 = {"x86": "x86_64-linux-gnu"}
MIDDLE = X86 | {"arm64": "aarch64-linux-gnu", "loongarch": "loongarch64-linux-gnusf"}
LATE = MIDDLE | {"arm": "arm-linux-gnueabi", "um": "$(BINDGEN_TARGET_$(SUBARCH))"}


@pytest.mark.trees
@pytest.mark.parametrize(
    ("version", "triples"),
    [("6.1.176", X86), ("6.12.107", MIDDLE), ("6.18.15", LATE), ("7.1.13", LATE | {"i386": "i386-linux-gnu"})],
)
def test_real_trees(trees: dict[str, Path], version: str, triples: dict[str, str]) -> None:
    """The whole table of each tree; riscv, which needs clang, is in none."""
    if f"linux-{version}" not in trees:
        pytest.skip(f"no linux-{version}")
    facts = read((trees[f"linux-{version}"] / "rust/Makefile").read_text())
    assert {f.subject: f.value for f in facts} == triples
    assert {f.when for f in facts} == {"RUST && !CC_IS_CLANG"}
