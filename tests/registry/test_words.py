"""The text of names.toml -> words, and every fault of it at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.registry import data_folder
from matrix.registry.words import read_name_words

REAL = (data_folder() / "names.toml").read_text("utf-8").splitlines()
GOOD = """
[prefix]
kconfig.like = 'config_'
kconfig.system = "kconfig"
[suffix]
dash.like = '-'
[system]
linux.like = 'linux'
[environment]
gnu.like = 'gnu'
[triple]
mips = ["one"]
[family]
mips.like = 'mips(el)?'
mips.means = ["one"]
[core]
c.like = '24kc'
c.keeps = ["one"]
c.source = "a file"
[machines.router]
source = "a list"
means.box = ["one"]
[gone.tile]
title = "Tilera TILE"
like = 'tile(gx)?'
dropped = "4.17"
source = "a tree"
[stranger]
avr.like = 'avr'
avr.title = "8-bit AVR"
[vendors]
words = ["pc"]
[noise]
words = ["port"]
"""


def read(*changes):
    text = GOOD
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return read_name_words(text, {"one"}, {"listed"}, {"kconfig"})


def test_words_are_read_with_all_that_is_said_of_them():
    """Each under its part and id, in the order of the file."""
    words, faults = read()
    assert faults == []
    assert words["prefix kconfig"].system == "kconfig"
    assert words["family mips"].variants == ("one",)
    assert words["machines box"].source == "a list"
    assert (words["gone tile"].dropped, words["gone tile"].title) == ("4.17", "Tilera TILE")
    assert next(iter(words)) == "prefix kconfig"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("'mips(el)?'", "'mips(el'"), "family.mips.like: found 'mips(el', expected a regular expression"),
        (('means.box = ["one"]', 'means.box = ["two"]'), "machines.box: found 'two', expected the id of a variant"),
        (("means.box", "means.listed"), "machines.listed: found a name of arches.toml, expected another word"),
        (('system = "kconfig"', 'system = "bsd"'), "prefix.kconfig.system: found 'bsd', expected a naming system"),
        (('dropped = "4.17"', 'dropped = "7.3"'), "gone.tile.dropped: found 7.3, expected a kernel before 6.1"),
        (('dropped = "4.17"', 'dropped = "soon"'), "gone.tile.dropped: found 'soon', expected a version"),
        (("[noise]", "[noises]"), "noises: found an unknown key, expected one of core, "),
        (
            ('means.box = ["one"]', 'means.box = ["one"]\n[machines.other]\nsource = "b"\nmeans.box = ["one"]'),
            "machines.box: found it under a list too, expected a word once",
        ),
        (('c.source = "a file"\n', ""), "core.c.source: found nothing, expected a text that is not empty"),
    ],
)
def test_a_fault_is_told_with_its_place(change, fault):
    """Place, found, expected."""
    assert any(line.startswith(f"names.toml: {fault}") for line in read(change)[1]), read(change)[1]


def test_all_faults_come_at_once():
    """Of several tables."""
    _, faults = read(("'gnu'", "'('"), ("means.box", "means.listed"), ('system = "kconfig"', 'system = "bsd"'))
    assert len(faults) == 3


@given(
    data=st.text(max_size=100) | st.sampled_from(REAL),
    cut=st.integers(0, len(GOOD)),
    left_out=st.integers(0, 100),
)
def test_any_text_gives_words_or_faults(data, cut, left_out):
    """And nothing else; where there is no fault, there are words."""
    words, faults = read_name_words(GOOD[:cut] + data + GOOD[cut + left_out :], {"one"}, (), {"kconfig"})
    assert faults or words
