"""The past of a name on a screen."""

from __future__ import annotations

from matrix.change import Said
from matrix.model import Revision
from matrix.query.line import spans
from matrix.render.history.screen import OverReleases, history_screen
from matrix.render.history.text import AtRelease
from matrix.render.style import without
from tests.render.conftest import NEW, OLD

BETWEEN = Revision(project="linux", label="7.0.9")
NO, IF = Said("blocked", "kernel"), Said("conditional", condition="!KASAN")


def past(variant, *cells):
    """The same cell of two backends, at each release in turn."""
    releases = (OLD, BETWEEN, NEW)[: len(cells)]
    rows = [
        AtRelease(r, {"rustc-llvm": c, "gccrs": NO}, follows=r is OLD) for r, c in zip(releases, cells, strict=True)
    ]
    return OverReleases(variant, spans(list(zip(releases, cells, strict=True))), rows)


def screen(registry, name, *pasts):
    return without(history_screen(registry, name, ["rustc-llvm", "gccrs"], pasts, ["known releases of Linux"]))


def test_of_one_variant_a_row_for_each_turn(registry):
    """The sentence first; the release between is no row, and what changed the answer can be asked for."""
    assert screen(registry, "armv7l", past("arm-v7", NO, NO, IF)) == (
        "armv7l: yes since 7.1.13 or earlier (no in 7.0.9) (arm-v7)\n"
        "  known releases of Linux\n"
        "\n"
        "Linux    date        rustc-llvm     gccrs\n"
        "6.18.15  2026-01-24  no: kernel     no: kernel\n"
        "7.1.13   2026-09-01  conditional 1  no: kernel\n"
        "\n"
        "a row holds until the next, the last until 7.1.13; not all releases in between\n"
        "  were observed\n"
        "1: if !KASAN\n"
        "\n"
        "more        archmatrix history armv7l -v\n"
        "            archmatrix diff linux@7.0.9..linux@7.1.13 --arch arm-v7\n"
    )


def test_of_several_variants_a_line_for_each_that_differs(registry):
    """What can be used comes first; no line has more than 80 columns."""
    pasts = [past("arm-v4", NO, NO, NO), past("arm-v5", NO, NO, NO), past("arm-v7", NO, NO, IF)]
    assert screen(registry, "arm", *pasts) == (
        "arm: 3 variants\n"
        "  known releases of Linux\n"
        "\n"
        "arm-v7: yes since 7.1.13 or earlier (no in 7.0.9)\n"
        "arm-v4, arm-v5:\n"
        "  no in every known release from 6.18.15 on\n"
        "\n"
        "more        archmatrix history arm-v7 (or history arm -v)\n"
    )


def test_of_many_turns_the_newest(registry):
    """The others are counted."""
    releases = [Revision(project="linux", label=f"6.{number}") for number in range(10)]
    cells = [NO if number % 2 else IF for number in range(10)]
    rows = [AtRelease(r, {"rustc-llvm": c}) for r, c in zip(releases, cells, strict=True)]
    text = screen(registry, "arm-v7", OverReleases("arm-v7", spans(list(zip(releases, cells, strict=True))), rows))
    assert "\n6.3 " in text
    assert "\n6.2 " not in text
    assert "until 6.9; 3 earlier rows: -v" in " ".join(text.split())
