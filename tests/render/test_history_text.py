"""What a variant's cells were, release by release."""

from __future__ import annotations

from matrix.change import Said
from matrix.model import Revision
from matrix.render.history.text import AtRelease, history_text
from matrix.render.style import without
from tests.render.conftest import NEW, OLD

ROWS = [
    AtRelease(OLD, {"rustc-llvm": Said("blocked", "kernel"), "gccrs": None}),
    AtRelease(NEW, {"rustc-llvm": Said("conditional", condition="!KASAN"), "gccrs": Said("unknown")}, follows=False),
    AtRelease(Revision(project="linux", label="7.2"), {"rustc-llvm": Said("supported"), "gccrs": Said("blocked")}),
]


def test_the_table(registry):
    """A line a release, a mark where some were not observed, and each condition once below."""
    assert without(history_text(registry, "arm-v7", ["rustc-llvm", "gccrs"], ROWS)) == (
        "arm-v7\n"
        "Linux    date        rustc-llvm     gccrs\n"
        "6.18.15  2026-01-24  no: kernel     -\n"
        "...\n"
        "7.1.13   2026-09-01  conditional 1  unknown\n"
        "7.2                  supported      no\n"
        "\n"
        "...: releases in between were not observed\n"
        "1: if !KASAN\n"
    )


def test_five_backends_fit_into_80_columns(registry):
    """Without dates where there is no room for them."""
    rows = [AtRelease(NEW, dict.fromkeys(registry.backends, Said("blocked", "target")))]
    lines = without(history_text(registry, "arm-v7", list(registry.backends), rows)).splitlines()
    assert max(map(len, lines)) <= 80
    assert "date" not in lines[1]


def test_no_row(registry):
    assert without(history_text(registry, "arm-v7", ["gccrs"], [])).startswith("arm-v7\n")
