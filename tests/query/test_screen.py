"""What `is` prints fits a screen, whatever is asked, and says what stands in the way with its line."""

from __future__ import annotations

import pytest

from matrix import places
from matrix.model import Truth
from matrix.render.answer.screen import answer_screen

ASKED = [{}, {"cc": "gcc"}, {"kernel": "6.6.22"}, {"kernel": "6.18", "rustc": "1.95.0"}, {"kernel": "6.1"}]
# One for each rung at which it may stop, and the longest of all.
VARIANTS = ["x86_64", "arm64", "riscv64", "x86_32", "alpha", "arm-v6", "loongarch32", "s390x"]
# Later than everything that is due: no line is missing that may be seen some day.
LATE = 10**11


def screen(registry, answer):
    text = answer_screen(registry, answer).replace(places.AGE, "2026-11-28 (999 days ago)")
    return places.without_colour(places.told_at(text, LATE)).split("\n")[:-1]


@pytest.mark.parametrize("asked", ASKED, ids=str)
@pytest.mark.parametrize("id_", VARIANTS)
def test_an_answer_about_one_variant_fits_a_screen(registry, ask, id_, asked):
    """Twenty lines of eighty columns, the answer first and what to type last; every no with its line."""
    answer = ask(id_, **asked)
    lines = screen(registry, answer)
    assert len(lines) <= 20
    assert all(len(line) <= 80 for line in lines)
    assert lines[0].startswith(f"{id_}: ")
    assert any(line.startswith(f"more        archmatrix why {id_} ") for line in lines[-2:])
    words = " ".join(" ".join(lines).split())
    cell = answer.variants[0].best
    for rung in cell.blockers if answer.found is Truth.NO else ():
        if rung.name.value != "attested":
            assert f"{rung.name.value}: {rung.because}" in words
            assert any((f"{e.path}:{e.line}" if e.line else e.path) in words for e in rung.evidence)


@pytest.mark.parametrize("name", ["arm", "mips", "powerpc", "x86", "riscv", "um"])
def test_several_variants_have_a_line_each(registry, ask, name):
    """With the answer of each; the rest is behind the name of one."""
    answer = ask(name)
    lines = screen(registry, answer)
    assert len(lines) <= 20
    assert all(len(line) <= 80 for line in lines)
    for found in answer.variants:
        assert sum(line.startswith(f"{found.variant.id} ") for line in lines) == 1


def test_a_neighbour_that_can_is_named(registry, ask):
    """Beside a no, with its answer."""
    assert "nearby      um-x86_64 yes, um-i386 yes, x86_64 yes" in screen(registry, ask("i386"))


def test_whom_to_ask_is_upstreams_word(registry, ask):
    """The port's address and that of Rust in the kernel."""
    told = "to ask      linux-m68k@lists.linux-m68k.org, rust-for-linux@vger.kernel.org"
    assert told in screen(registry, ask("m68k-classic"))


def test_what_would_have_to_change_is_what_is_in_the_way(registry, ask):
    """HAVE_RUST is selected for 32-bit LoongArch, with a target of 64 bits; for 32-bit x86 it is not selected."""
    changes = {}
    for id_ in ("loongarch32", "x86_32"):
        (changes[id_],) = (line for line in screen(registry, ask(id_)) if line.startswith("to change"))
    assert changes["loongarch32"] == "to change   a --target in arch/loongarch that fits it"
    assert changes["x86_32"].startswith("to change   a select of HAVE_RUST in arch/x86")
