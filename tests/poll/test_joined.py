"""A source whose files are one document: how it is made, believed, and recorded."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matrix.model import Fact
from matrix.poll.excerpt import excerpt
from matrix.poll.tree import read_tree
from matrix.resolve.drivers import RUST_OPTIONS
from tests.poll.conftest import LINUX, START

DRIVER = 'config SAND\n\ttristate "S"\n\tdepends on RUST && X86\n'


@pytest.fixture
def source(registry):
    """Believed from one file and one fact on."""
    return replace(registry.sources[RUST_OPTIONS], floor=1, documents=1)


@pytest.fixture
def driven(kernel):
    """The small kernel with a driver and two configurations, one file without a last newline."""
    kernel.write("drivers/sand/Kconfig", DRIVER)
    kernel.write("arch/arm/configs/deep/sand.config", "CONFIG_SAND=m")
    kernel.write("kernel/configs/rust.config", "CONFIG_RUST=y\n")
    kernel.write("drivers/sand/Kconfig.c", "no Kconfig")
    (kernel.root / "drivers/sand/Kconfig.c").unlink()
    return kernel


def facts_of(read):
    (observation,) = read.snapshot.observations
    return observation.reading.facts


def test_all_files_are_one_document(driven, source):
    """Each under its path, whatever it ends with; the path of the first pattern names it."""
    read = read_tree(driven.tree, LINUX, [source], START)
    assert read.failures == ()
    (observation,) = read.snapshot.observations
    assert (observation.document.path, read.outcomes[0].documents) == ("Kconfig", 1)
    found = facts_of(read)
    assert Fact("drivers/sand/Kconfig:SAND", "depends", "RUST && X86", "", 3) in found
    assert Fact("arch/arm/configs/deep/sand.config:SAND", "set", "m", "", 1) in found
    assert Fact("configs", "read", "2") in found
    assert Fact("Kconfig", "read", "5") in found


def test_it_is_another_where_any_file_is(driven, source):
    """Its sum is over all of them, and it is read anew; unchanged it is not parsed."""
    before = read_tree(driven.tree, LINUX, [source], START).snapshot.observations[0].document.sha256
    again = read_tree(driven.tree, LINUX, [source], START, known=lambda keys: dict.fromkeys(keys, 9))
    assert again.snapshot.observations[0].reading is None
    assert again.snapshot.observations[0].document.sha256 == before
    driven.write("drivers/rain/Kconfig", 'config RAIN\n\tbool "R"\n')
    assert read_tree(driven.tree, LINUX, [source], START).snapshot.observations[0].document.sha256 != before


def test_too_few_files_are_not_the_whole(driven, source):
    """Told before anything is made of them."""
    read = read_tree(driven.tree, LINUX, [replace(source, documents=8)], START)
    assert str(read.failures[0].error).endswith("found 7 files, expected at least 8")
    assert read.snapshot.observations == ()


def test_a_file_that_is_refused_refuses_the_whole_and_nothing_else(driven, source, sources):
    """A driver's file of another shape: the rungs rest on none of it."""
    driven.write("drivers/sand/Kconfig", "config SAND\n\ttristat\n")
    read = read_tree(driven.tree, LINUX, [*sources.values(), source], START)
    assert [o.source.id for o in read.failures] == [RUST_OPTIONS]
    assert "drivers/sand/Kconfig:2: 'tristat'" in str(read.failures[0].error)


def test_what_is_shipped_of_it_says_nothing_twice(driven, source, sources, registry):
    """What is kept of a port's file under its own source is not said again; the rest is, and nothing else changes."""
    both = read_tree(driven.tree, LINUX, [*sources.values(), source], START).snapshot
    alone = read_tree(driven.tree, LINUX, sources.values(), START).snapshot
    shipped = excerpt(registry, both)
    kept = {o.document.path: set(o.reading.facts) for o in shipped.observations if o.source == "linux-kconfig"}
    (own,) = (set(o.reading.facts) for o in shipped.observations if o.source == RUST_OPTIONS)
    assert Fact("drivers/sand/Kconfig:SAND", "depends", "RUST && X86", "", 3) in own
    assert not {f for f in own if (path := f.subject.rpartition(":")[0]) in kept and _bare(f) in kept[path]}
    whole = {f for o in both.observations if o.source == RUST_OPTIONS for f in o.reading.facts}
    gone = whole - own
    assert gone
    assert all(_bare(f) in kept[f.subject.rpartition(":")[0] or f.subject] for f in gone)
    assert excerpt(registry, shipped) == shipped
    others = [o for o in shipped.observations if o.source != RUST_OPTIONS]
    assert others == list(excerpt(registry, alone).observations)


def _bare(fact):
    path, colon, subject = fact.subject.rpartition(":")
    return fact._replace(subject=subject if colon else path or subject)
