"""The text of backends.toml -> backends."""

from __future__ import annotations

import pytest

from matrix.registry.backends import RUNGS, read_backends, unknown_sources

RUNG_LINES = "\n".join(f'rungs.{rung} = ["{rung}-file"]' for rung in RUNGS)
GOOD = f"""
[backend.one]
title = "One"
about = "The first."
generator = "G"
aliases = ["uno"]
repositories = ["https://host.test/one"]
{RUNG_LINES}

[backend.two]
title = "Two"
about = "The second."
generator = "G"
repositories = ["https://host.test/two"]
in_development = ["https://host.test/ahead"]
{RUNG_LINES}
"""


def test_a_backend_has_its_keys():
    """Rungs map to sources; aliases and repositories in development may be missing."""
    read, faults = read_backends(GOOD)
    assert faults == []
    one, two = read.backends.values()
    assert (one.id, one.aliases, one.in_development) == ("one", ("uno",), ())
    assert (two.aliases, two.in_development) == ((), ("https://host.test/ahead",))
    assert list(two.rungs) == list(RUNGS)
    assert two.rungs["codegen"] == ("codegen-file",)


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


def test_a_missing_rung_is_a_fault():
    """A rung on which nothing speaks is an empty list, never a missing key."""
    faults = read_backends(GOOD.replace('rungs.attested = ["attested-file"]', "", 1))[1]
    assert faults == ["backends.toml: backend.one.rungs.attested: found nothing, expected a list of texts, each once"]


def test_rungs_name_sources_that_exist():
    """A source id that sources.toml does not declare is a fault of the rung."""
    read, _ = read_backends(GOOD)
    assert unknown_sources(read, frozenset(f"{rung}-file" for rung in RUNGS)) == []
    faults = unknown_sources(read, frozenset(f"{rung}-file" for rung in RUNGS[1:]))
    assert faults[0] == (
        "backends.toml: backend.one.rungs.port: found 'port-file', expected the id of a source in sources.toml"
    )
    assert len(faults) == 2
