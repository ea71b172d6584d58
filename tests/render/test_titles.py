"""What changes come to, in a line for a person."""

from __future__ import annotations

import pytest

from matrix.change import Kind, Said
from matrix.render.changes.titles import title_words
from tests.render.conftest import ADDED, BAD, HOSTILE, RAISED, RUNG, change

LLVM = "rustc-llvm"


def cell(kind, variant, before, after, backend=LLVM):
    return change(kind, ("support", variant, backend), before, after)


def conditional(condition):
    return Said("conditional", condition=condition)


YES, NO_KERNEL, NO_TARGET = Said("supported"), Said("blocked", "kernel"), Said("blocked", "target")
OPEN = Said("unknown", "attested")


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        (
            [cell(Kind.ADDED, v, NO_KERNEL, YES) for v in ("arm-v6", "arm-v7")],
            "Rust is now possible with rustc + LLVM on arm-v6 and arm-v7",
        ),
        ([cell(Kind.DROPPED, "arm64", YES, NO_KERNEL)], "Rust is no longer possible with rustc + LLVM on arm64"),
        (
            [cell(Kind.BECAME_UNKNOWN, "arm64", YES, OPEN)],
            "whether Rust is possible with rustc + LLVM on arm64 can no longer be told",
        ),
        (
            [cell(Kind.WIDENED, "um-i386", conditional("CC_IS_CLANG"), YES)],
            "Rust with rustc + LLVM is now possible with GCC too on um-i386",
        ),
        (
            [cell(Kind.NARROWED, "um-i386", YES, conditional("CC_IS_CLANG"))],
            "Rust with rustc + LLVM is now possible with clang alone on um-i386",
        ),
        (
            # What came is said, and not what was asked for before.
            [
                cell(Kind.NARROWED, "arm-v6", conditional("CPU_32v7"), conditional("CPU_32v7 && !KASAN")),
                cell(Kind.NARROWED, "arm-v7", YES, conditional("!KASAN")),
            ],
            "Rust with rustc + LLVM on arm-v6 and arm-v7 now asks for !KASAN",
        ),
        (
            [cell(Kind.REDUNDANT, "riscv64", conditional("A && B"), conditional("A"))],
            "Rust with rustc + LLVM on riscv64 no longer asks for B, which is always met now",
        ),
        (
            [cell(Kind.CONDITION_CHANGED, "riscv64", conditional("A"), conditional("B"))],
            "the conditions of Rust with rustc + LLVM on riscv64 are others now",
        ),
        ([RAISED], "the kernel now needs rustc >= 1.85.0 (was >= 1.78.0)"),
        (
            # The rung says more than that the cell came closer, and both mean one thing.
            [
                cell(Kind.PROMOTED, "m68k-classic", NO_TARGET, NO_KERNEL, "mrustc"),
                change(Kind.ADDED, ("target", "m68k-classic", "mrustc"), Said("no"), Said("yes")),
            ],
            "mrustc can compile what the kernel needs for m68k-classic now",
        ),
        (
            [cell(Kind.BECAME_UNKNOWN, "s390x", NO_KERNEL, OPEN, b) for b in ("mrustc", "rustc-gcc")],
            "mrustc and rustc_codegen_gcc are no longer ruled out on s390x",
        ),
        (
            [
                change(Kind.DROPPED, ("port", "ia64", ""), Said("yes"), Said("no")),
                cell(Kind.DEMOTED, "ia64", NO_KERNEL, Said("blocked", "port")),
            ],
            "the kernel can no longer be built for ia64",
        ),
        (
            [change(Kind.ADDED, ("rust-target", f"t{n}", ""), None, Said("tier", "3")) for n in range(9)],
            "rustc has the targets t0, t1, t2 and 6 more now",
        ),
        ([change(Kind.RELEASED, ("release", "linux", ""), "1", "2")], ""),
        ([cell(Kind.BECAME_UNKNOWN, "arm64", OPEN, Said("unknown", "target"), "mrustc")], ""),
    ],
)
def test_what_changed_is_said(registry, changes, title):
    assert title_words(registry, changes) == title


def test_what_touches_somebody_s_build_comes_first(registry):
    """Before what the kernel asks for, that before a contradiction; a rung that follows from the answer is left out."""
    title = title_words(registry, [BAD, RUNG, RAISED, ADDED])
    assert title == (
        "Rust is now possible with rustc + LLVM on arm-v7 (if !KASAN && RUSTC_VERSION >= 108200); "
        "the kernel now needs rustc >= 1.85.0 (was >= 1.78.0); 1 more change"
    )


def test_a_title_stays_a_line(registry):
    """However long the conditions are; upstream's words fill no place of ours."""
    long = " && ".join(f"A_LONG_SYMBOL_{n}" for n in range(30))
    changes = [cell(Kind.ADDED, "arm64", NO_KERNEL, conditional(long))]
    assert title_words(registry, changes) == "Rust is now possible with rustc + LLVM on arm64 (under conditions)"
    for text in ("{on} {0} {", HOSTILE):
        hostile = change(Kind.DROPPED, ("clause", text, text), Said("yes"), None)
        braced = change(Kind.RAISED, ("requirement", text, text), Said(">=", text), Said(">=", text))
        assert text in title_words(registry, [hostile])
        assert text in title_words(registry, [braced])


@pytest.mark.slow
def test_every_shipped_step_has_a_title(registry, steps):
    """None longer than a line of a feed reader, none with a place that was not filled."""
    for step in steps:
        words = title_words(registry, step.changes)
        assert "{" not in words
        assert len(words) < 250
