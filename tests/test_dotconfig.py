"""A .config read as scripts/kconfig/confdata.c reads it, and what is none refused with its line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.dotconfig import MOST_BYTES, Dotconfig, DotconfigError, read_dotconfig

WHOLE = """\
#
# Automatically generated file; DO NOT EDIT.
# Linux/dune 9.1.7 Kernel Configuration
#
CONFIG_CC_VERSION_TEXT="dune-gcc (Sand 1.2) \\"3\\""
CONFIG_CC_IS_GCC=y
CONFIG_GCC_VERSION=140200
CONFIG_CLANG_VERSION=0
CONFIG_RUSTC_VERSION=108501
CONFIG_RUSTC_LLVM_VERSION=190107
CONFIG_PAHOLE_VERSION=130
CONFIG_SAND=m
# CONFIG_RAIN is not set
CONFIG_NAME=""
CONFIG_BASE=0x1000
"""


def test_values_are_as_written_without_quotes():
    """y, m, n, numbers and strings; `is not set` is n."""
    found = read_dotconfig(WHOLE.encode())
    assert found.values["SAND"] == "m"
    assert found.values["RAIN"] == "n"
    assert found.values["NAME"] == ""
    assert found.values["BASE"] == "0x1000"
    assert found.values["CC_VERSION_TEXT"] == 'dune-gcc (Sand 1.2) "3"'
    assert found.lines["RAIN"] == 13


def test_the_header_says_what_it_is_of():
    """Port and version; the line that Kconfig writes makes it whole."""
    found = read_dotconfig(WHOLE.encode())
    assert (found.arch, found.version, found.whole) == ("dune", "9.1.7", True)
    assert not read_dotconfig(b"CONFIG_SAND=y\n").whole


def test_tools_are_versions_and_those_that_were_not_there_are_left_out():
    """CLANG_VERSION=0 is no clang."""
    found = read_dotconfig(WHOLE.encode())
    assert found.tools == {"gcc": "14.2.0", "rustc": "1.85.1", "rustc's LLVM": "19.1.7", "pahole": "1.30"}
    assert found.compiler == "gcc"


def test_crlf_and_a_byte_order_mark_change_nothing():
    """A file that went through another system says the same."""
    other = read_dotconfig(b"\xef\xbb\xbf" + WHOLE.replace("\n", "\r\n").encode())
    assert other == read_dotconfig(WHOLE.encode())


def test_of_a_symbol_that_stands_twice_the_last_counts():
    """It is named where the values differ, and counts as set last."""
    found = read_dotconfig(b"CONFIG_A=y\nCONFIG_B=y\nCONFIG_A=n\nCONFIG_B=y\n")
    assert found.values == {"A": "n", "B": "y"}
    assert list(found.values) == ["A", "B"]
    assert found.twice == ("A",)


def test_what_is_no_statement_is_left_out_and_counted():
    """As conf warns and goes on."""
    found = read_dotconfig(b'CONFIG_A=y\nwhat\nCONFIG_B="open\nCONFIG_C=y\n')
    assert found.values == {"A": "y", "C": "y"}
    assert [number for number, _ in found.unread] == [2, 3]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "found no CONFIG_ line, expected a .config"),
        (b"hello\n", "found no CONFIG_ line (line 1: 'hello')"),
        (b"CONFIG_A=y\n\x00\x01", "x:2: found byte 0x00"),
        (b"\x7fELF\x02\x01", "x:1: found byte 0x7f"),
        (b"int main(void)\n{\n}\nCONFIG_A=y\n", "x:1: found 'int main(void)' and 2 more lines"),
        (b"#" * (MOST_BYTES + 1), "x: found more than 8 MB"),
    ],
)
def test_what_is_no_configuration_is_refused_with_its_place(body, says):
    """Binary, a program, nothing, or far too much."""
    with pytest.raises(DotconfigError) as caught:
        read_dotconfig(body, "x")
    assert says in str(caught.value)


@given(st.binary(max_size=300) | st.text(alphabet='CONFIG_=ymn"\\# \r\nisnotset0', max_size=300).map(str.encode))
def test_any_bytes_are_a_configuration_or_refused(body):
    """Never another exception."""
    try:
        found = read_dotconfig(body)
    except DotconfigError:
        return
    assert isinstance(found, Dotconfig)
    assert found.values.keys() == found.lines.keys()
