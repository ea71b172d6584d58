"""The text of backends.toml -> backends."""

from __future__ import annotations

import pytest

from matrix.registry import data_folder, load
from matrix.registry.backends import read_backends
from matrix.resolve.backends import BACKENDS

GOOD = """
[backend.one]
title = "One"
about = "The first."
generator = "G"
aliases = ["uno"]
repositories = ["https://host.test/one"]

[backend.two]
title = "Two"
about = "The second."
generator = "G"
repositories = ["https://host.test/two"]
in_development = ["https://host.test/ahead"]
"""


def test_a_backend_has_its_keys():
    """Aliases and repositories in development may be missing."""
    read, faults = read_backends(GOOD)
    assert faults == []
    one, two = read.backends.values()
    assert (one.id, one.aliases, one.in_development) == ("one", ("uno",), ())
    assert (two.aliases, two.in_development) == ((), ("https://host.test/ahead",))


@pytest.mark.parametrize("alias", ["two", "one"])
def test_an_alias_that_is_an_id_is_a_fault(alias):
    """A name means one backend, and an id needs no alias to itself."""
    faults = read_backends(GOOD.replace('"uno"', f'"{alias}"'))[1]
    assert faults == [
        f"backends.toml: backend.one.aliases: found {alias!r}, expected a name that {alias} does not have"
    ]


def test_an_alias_of_two_backends_is_a_fault():
    """The second to claim it is at fault."""
    faults = read_backends(GOOD.replace('generator = "G"\nrepo', 'generator = "G"\naliases = ["uno"]\nrepo'))[1]
    assert faults == ["backends.toml: backend.two.aliases: found 'uno', expected a name that one does not have"]


def test_the_declared_backends_have_rules():
    """And every rule is of a backend that data/ declares."""
    assert load(data_folder()).backends.keys() == BACKENDS.keys()
