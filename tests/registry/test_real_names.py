"""The names of public lists -> what each means: real_names.tsv has the name, its meaning, the system and the list."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from matrix.errors import GoneError, UsageError
from matrix.registry import data_folder, load, resolve_name

ROWS = [
    tuple(line.split("\t"))
    for line in (Path(__file__).parent / "real_names.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.fixture(scope="module")
def registry():
    return load(data_folder())


def _meaning(registry, name):
    try:
        return " ".join(sorted(resolve_name(registry, name).variants))
    except GoneError as gone:
        return f"gone {gone.dropped}"
    except UsageError:
        return "-"


def _wanted(meaning):
    return meaning if meaning.startswith("gone") else " ".join(sorted(meaning.split()))


def test_the_lists_are_what_they_say():
    """Five hundred names at least, of many systems, each with its source, none twice in a system."""
    assert all(len(row) == 4 and all(row) for row in ROWS)
    assert len({name for name, *_ in ROWS}) >= 500
    assert len({system for _, _, system, _ in ROWS}) >= 15
    assert [pair for pair, times in Counter((name, system) for name, _, system, _ in ROWS).items() if times > 1] == []


def test_every_name_means_what_its_system_means_by_it(registry):
    """All of them: a wrong one is worse than one that is refused."""
    found = {(name, system): (_meaning(registry, name), _wanted(meaning)) for name, meaning, system, _ in ROWS}
    assert {row: told for row, told in found.items() if told[0] != told[1]} == {}


def test_a_name_in_capitals_is_the_same_machine(registry):
    """But for Kconfig's symbols, which are written so and may mean more."""
    told = {(name, _meaning(registry, name.upper()), _meaning(registry, name)) for name, *_ in ROWS[::5]}
    assert {one for one in told if one[1] != one[2]} <= {
        ("ppc64", "powerpc64-be powerpc64-le", "powerpc64-be"),
        ("ppc", "powerpc32 powerpc32-spe powerpc64-be powerpc64-le", "powerpc32 powerpc32-spe"),
    }
