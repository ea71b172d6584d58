"""matrix.extract.linux_ports: the listing of arch/*/Kconfig -> ports."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matrix.errors import ShapeError
from matrix.extract import linux_ports
from matrix.model import Fact
from matrix.text import Text

SAMPLE = "arch/alpha/Kconfig\narch/riscv/Kconfig\narch/x86/Kconfig\n"
# What the fuzzer starts from (tests/extract/corpus.py): path and text.
SAMPLES = (("arch/", SAMPLE),)

# Ports of each release, counted with `ls -d arch/*/Kconfig | wc -l`.
COUNTS = {"linux-6.1.176": 22, "linux-6.12.107": 21, "linux-6.18.15": 21, "linux-7.1.13": 21}


def read(content: str) -> list[Fact]:
    return list(linux_ports.extract(Text("arch/*/Kconfig", content)))


def test_each_path_is_a_port():
    """The folder names the port, and the path is the value."""
    assert read("arch/alpha/Kconfig\narch/x86/Kconfig\n") == [
        Fact("alpha", "port", "arch/alpha/Kconfig", line=0),
        Fact("x86", "port", "arch/x86/Kconfig", line=0),
    ]


def test_loongarch_is_not_taken_for_the_common_file():
    """`loongarch/Kconfig` ends like `arch/Kconfig` and is a port all the same."""
    assert [fact.subject for fact in read("arch/loongarch/Kconfig\narch/x86/Kconfig")] == ["loongarch", "x86"]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("", "0 ports without x86"),
        ("arch/alpha/Kconfig\n", "1 ports without x86"),
        ("arch/Kconfig\narch/x86/Kconfig\n", "'arch/Kconfig'"),
        ("arch/x86/kvm/Kconfig\narch/x86/Kconfig\n", "'arch/x86/kvm/Kconfig'"),
        ("arch/x86/Kconfig\narch/xten", "'arch/xten'"),
        ("arch/x86/Kconfig.debug\n", "'arch/x86/Kconfig.debug'"),
        ("arch/x86/Kconfig\narch/x86/Kconfig\n", "twice"),
    ],
)
def test_a_listing_of_another_shape_is_refused(content, found):
    """A path that is no port's Kconfig, a double, and a list without x86 are a changed format."""
    with pytest.raises(ShapeError, match="expected") as error:
        read(content)
    assert found in error.value.found


@settings(deadline=None)
@given(st.text(alphabet="arch/x86Kconfig\n ") | st.text())
def test_any_text_gives_facts_or_a_shape_error(content):
    """No text raises anything else."""
    with contextlib.suppress(ShapeError):
        assert read(content)


@pytest.mark.trees
def test_real_trees_have_the_ports_counted_by_hand(trees):
    """21 ports, and ia64 besides in 6.1."""
    for name in sorted(COUNTS.keys() & trees.keys()):
        tree = trees[name]
        paths = sorted(str(path.relative_to(tree)) for path in tree.glob("arch/*/Kconfig"))
        ports = [fact.subject for fact in read("\n".join(paths) + "\n")]
        assert len(ports) == COUNTS[name], name
        assert ("ia64" in ports) == (name == "linux-6.1.176")
        assert {"arm64", "loongarch", "um"} < set(ports)
