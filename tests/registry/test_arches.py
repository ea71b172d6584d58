"""The text of arches.toml -> ports, variants, meanings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.registry.arches import WRITTEN, read_arches

GOOD = """
[arch.parisc]
title = "PA-RISC"
symbol = "PARISC"

[arch.ia64]
title = "Itanium"
symbol = "IA64"
dropped = "6.7"

[variant.parisc64]
arch = "parisc"
title = "PA-RISC, 64-bit"
bits = 64
endian = "big"
isa = "pa 2.0"
on = ["PARISC", "64BIT"]
make = ["parisc64", "parisc"]
gnu_triples = ["hppa64-unknown-linux-gnu"]
names.debian = ["hppa"]

[variant.ia64]
arch = "ia64"
title = "Itanium"
bits = 64
endian = "little"
isa = "ia64"
on = ["IA64", "64BIT"]
make = ["ia64"]
gnu_triples = []

[meanings]
itanium = ["ia64"]
"""


def faults(*change):
    return read_arches(GOOD.replace(*change))[1]


def test_what_a_free_symbol_means_is_said_and_of_no_other():
    """A condition on a symbol that is fixed never remains."""
    change = '["IA64", "64BIT"]', '["IA64", "64BIT"]\nfree = ["OLD"]\nmeans.OLD = "an old one"'
    read, none = read_arches(GOOD.replace(*change))
    assert none == []
    assert read.variants["ia64"].means == {"OLD": "an old one"}
    (fault,) = faults('["IA64", "64BIT"]', '["IA64", "64BIT"]\nmeans.OLD = "an old one"')
    assert fault.startswith("arches.toml: variant.ia64.means.OLD: found 'OLD', expected a symbol that is in free")


def test_a_variant_has_its_keys_and_those_of_its_port():
    """srcarch and dropped come from the port; lists that are not given are empty."""
    read, none = read_arches(GOOD)
    assert none == []
    variant = read.variants["ia64"]
    assert (variant.srcarch, variant.dropped, variant.bits, variant.endian) == ("ia64", "6.7", 64, "little")
    assert (variant.off, variant.where_defined, variant.free, variant.rustc, variant.llvm) == ((), (), (), (), "")
    assert read.arches["ia64"].dropped == "6.7"
    assert read.meanings["itanium"] == ("ia64",)


def test_names_of_kernel_gnu_and_rust_follow_from_other_keys():
    """The port's name and the values of ARCH= are kernel names; systems without names have no entry."""
    names = read_arches(GOOD)[0].variants["parisc64"].names
    assert dict(names) == {
        "kernel": ("parisc", "parisc64"),
        "gnu": ("hppa64-unknown-linux-gnu",),
        "debian": ("hppa",),
    }


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (
            ('endian = "big"', 'endian = "middle"'),
            "variant.parisc64.endian: found 'middle', expected 'big' or 'little'",
        ),
        (
            ('bits = 64\nendian = "big"', 'bits = 16\nendian = "big"'),
            "variant.parisc64.bits: found 16, expected 32 or 64",
        ),
        (('arch = "ia64"', 'arch = "ia46"'), "variant.ia64.arch: found 'ia46', expected one of parisc, ia64"),
        (
            ('["IA64", "64BIT"]', '["64BIT"]'),
            "variant.ia64.on: found no 'IA64', expected the symbol of ia64 among them",
        ),
        (
            ('["IA64", "64BIT"]', '["IA64", "64BIT"]\noff = ["64BIT"]'),
            "variant.ia64.off: found '64BIT', expected a symbol that is not in on too",
        ),
        (
            ('["IA64", "64BIT"]', '["IA64"]\nwhere_defined = ["64BIT"]\nfree = ["64BIT"]'),
            "variant.ia64.free: found '64BIT', expected a symbol that is not in where_defined too",
        ),
        (('["ia64"]\ngnu', "[]\ngnu"), "variant.ia64.make: found [], expected a list of values of ARCH=, each once"),
        (
            ("names.debian", "names.arch"),
            "variant.parisc64.names.arch: found an unknown key, expected one of " + ", ".join(sorted(WRITTEN)),
        ),
        (('itanium = ["ia64"]', 'itanium = ["ia46"]'), "meanings.itanium: found 'ia46', expected the id of a variant"),
        (
            ('itanium = ["ia64"]', 'ia64 = ["parisc64"]'),
            "meanings.ia64: found the id of a variant, expected another name: an id means that variant alone",
        ),
        (
            ('itanium = ["ia64"]', 'Itanium = ["ia64"]'),
            "meanings.Itanium: found the key 'Itanium', expected a name in lower case",
        ),
        (('"PARISC"\n', '"parisc"\n'), "arch.parisc.symbol: found 'parisc', expected a Kconfig symbol"),
    ],
)
def test_one_mistake_is_one_fault(change, fault):
    """Each says where, what was found, what was expected; nothing that follows from it is reported again."""
    assert faults(*change) == [f"arches.toml: {fault}"]


@given(st.text())
def test_any_text_gives_arches_or_faults(text):
    """No text raises."""
    read, found = read_arches(text)
    assert found or not read.variants
