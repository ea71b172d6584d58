"""Changes and events as text."""

from __future__ import annotations

import re

import pytest

from matrix.change import Kind, Said
from matrix.places import CODES
from matrix.render.changes.groups import sections
from matrix.render.changes.text import changes_text, events_text
from matrix.render.changes.words import headline
from matrix.render.style import without
from tests.render.conftest import ADDED, BAD, HAND, NEW_TARGET, RAISED, RENAMED, change

KINDS = list(Kind)


def plain(registry, changes, **more) -> str:
    return without(changes_text(registry, changes, **more))


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (RAISED, "rustc: raised: >= 1.78.0 -> >= 1.85.0"),
        (ADDED, "arm-v7 with rustc + LLVM: added: no: kernel -> conditional if !KASAN && RUSTC_VERSION >= 108200"),
        (NEW_TARGET, "rustc target armv6-none-eabi: added: tier 3"),
        (
            RENAMED,
            "rustc target i586-unknown-redox: renamed: i686-unknown-redox, tier 3 -> i586-unknown-redox, tier 3",
        ),
        (BAD, "levels differ, arm: appeared"),
        (
            change(Kind.REDUNDANT, ("clause", "RUST", "!A || RUSTC_VERSION >= 108200"), Said("depends"), None),
            "config RUST: redundant (always met now): depends on !A || RUSTC_VERSION >= 108200",
        ),
        (
            change(
                Kind.WIDENED,
                ("clause", "RUST", "!A"),
                Said("depends"),
                Said("depends"),
                became=("clause", "RUST", "!A || B"),
            ),
            "config RUST: widened: depends on !A -> depends on !A || B",
        ),
        (
            change(Kind.NARROWED, ("constraint", "riscv", ""), None, Said("only", also="``riscv64`` only")),
            "riscv in arch-support.rst, constraint: narrowed: nothing -> riscv64 only",
        ),
        (
            change(Kind.BECAME_UNKNOWN, ("support", "arm-v7", "mrustc"), Said("blocked", "kernel"), Said("unknown")),
            "arm-v7 with mrustc: became unknown: no: kernel -> unknown",
        ),
        (
            change(
                Kind.NARROWED,
                ("support", "loongarch64", "rustc-gcc"),
                Said("unknown", "attested"),
                Said("unknown", "attested", "!KASAN"),
            ),
            "loongarch64 with rustc_codegen_gcc: narrowed: ? attested -> ? attested if !KASAN",
        ),
        (
            change(Kind.ADDED, ("requirement", "llvm", "SRCARCH = loongarch"), None, Said(">=", "18.0.0")),
            "LLVM if SRCARCH = loongarch: added: >= 18.0.0",
        ),
        (
            change(Kind.RAISED, ("requirement", "llvm", "SRCARCH = loongarch"), None, Said(">=", "18.0.0")),
            "LLVM if SRCARCH = loongarch: raised: as for all -> >= 18.0.0",
        ),
        (
            change(Kind.RELEASED, ("release", "linux", ""), Said("release", "7.0"), Said("release", "7.1")),
            "Linux: released: 7.0 -> 7.1",
        ),
        (
            change(Kind.BROKE, ("source", "linux", "linux-kconfig"), None, Said("broken")),
            "source linux-kconfig: broke: broken",
        ),
        (
            change(Kind.ADDED, ("codegen", "m68k-classic", "gcc"), Said("no"), Said("yes")),
            "m68k-classic, code generator of GCC: added: no -> yes",
        ),
    ],
)
def test_a_change_in_one_line(registry, told, words):
    """What it is about, its kind, what was and what is."""
    assert headline(registry, told) == words


def test_both_sides_stand_below_with_their_place(registry):
    """The older behind a minus, the newer behind a plus; a missing one where it would stand."""
    text = plain(registry, [RAISED, NEW_TARGET])
    assert "    - Linux 6.18.15 scripts/min-tool-version.sh:34: rustc: minimum 1.78.0\n" in text
    assert "    + Linux 7.1.13 scripts/min-tool-version.sh:36: rustc: minimum 1.85.0\n" in text
    assert "    - not in Linux 6.18.15 src/mod.rs\n" in text
    assert re.search(r"armv6-none-eabi +:7 :9\n", text)


def test_addresses_where_they_are_asked_for(registry):
    """Below the line that they lead to."""
    text = plain(registry, [RAISED], urls=lambda e: f"https://example.org/{e.revision}")
    assert "rustc: minimum 1.85.0\n        https://example.org/7.1.13\n" in text


def test_one_block_a_variant_cells_first(registry):
    """And a rung that stands on the same lines says their places only."""
    text = plain(registry, reversed(HAND))
    assert text.count("  arm-v7\n") == 1
    assert text.index("rustc + LLVM: added") < text.index("kernel: added")
    assert "      + Linux 7.1.13 arch/arm/Kconfig:139 (above)\n" in text
    assert "(108200 is rustc 1.82.0)" in text


def test_backends_and_variants_that_changed_alike_are_told_once(registry, steps):
    """GCC 16 settles gccrs for most variants by one line: no reader wants it fifty times."""
    step = next(s for s in steps if s.after.label == "16.2.0")
    text = plain(registry, step.changes)
    assert text.count("gccrs: settled: no: kernel (target ?) -> no: target") == 1
    assert "  arm64, um-x86_64, um-i386, x86_64\n    gccrs: settled: ? target -> no: target" in text
    assert len(text.splitlines()) < 2 * len(step.changes)


def test_no_change_is_left_out(registry, steps):
    """Whatever is joined, every change stands in an item."""
    for step in steps:
        told = [c for s in sections(registry, step.changes) for b in s.blocks for i in b.items for c in i.changes]
        assert sorted(map(id, told)) == sorted(map(id, step.changes))


def test_lines_fit_into_80_columns(registry, steps):
    """But for what has no place to break."""
    for step in steps:
        for line in plain(registry, step.changes).splitlines():
            assert len(line) <= 80 or " " not in line.strip(), line


def test_colours_take_no_room_of_a_line(registry):
    """A line is broken where it would be without them, and both statuses have theirs."""
    after = Said("conditional", condition="x" * 24)
    told = change(Kind.NARROWED, ("support", "arm-v7", "rustc-llvm"), Said("supported"), after)
    (found,) = [line for line in changes_text(registry, [told]).split("\n") if "narrowed" in line]
    assert len(without(found)) == 80
    assert found.startswith("    rustc + LLVM: narrowed: \x1b[32msupported\x1b[0m -> \x1b[36mconditional\x1b[0m if x")


def test_nothing_is_said_so(registry):
    assert changes_text(registry, []) == "no change\n"
    assert events_text(registry, []) == "no change was observed\n"


def test_no_control_character_of_upstream_is_left(registry, events):
    """Our own colours are all there is."""
    for text in (changes_text(registry, HAND), events_text(registry, events)):
        left = without(text)
        assert any(code in text for code in CODES) or text == left
        assert all(c.isprintable() for c in left.replace("\n", ""))


def test_events_are_dated_newest_first_and_ours_are_said_to_be(registry, events):
    """With the line of either side that tells the change."""
    text = without(events_text(registry, events))
    dates = re.findall(r"^\d{4}-\d\d-\d\d", text, re.MULTILINE)
    assert dates == ["2026-11-21", "2026-11-20", "2026-11-20", "2026-10-21"]
    assert " ".join(text.split()).count("(ours: archmatrix changed, upstream did not)") == 1
    assert "            - Linux 6.18.15 scripts/min-tool-version.sh:34\n" in text
    assert "            + Linux 7.1.13 scripts/min-tool-version.sh:36\n" in text


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_words(registry, kind):
    """Also on a topic that nobody thought of."""
    told = change(kind, ("something", "new", "here"), Said("a"), Said("b"))
    assert headline(registry, told).startswith("something: ")
    assert "something: " in plain(registry, [told])
