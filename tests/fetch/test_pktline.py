"""git's framing, in both directions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.errors import FetchError
from matrix.fetch.pktline import MOST, BarePacket, Decoder, encode, refused, text_of
from tests.fetch.made import failure


def packets(data: bytes, size: int = 65536) -> list[bytes | BarePacket]:
    decoder = Decoder("example.org")
    found = [packet for start in range(0, len(data), size) for packet in decoder.feed(data[start : start + size])]
    decoder.finish()
    return found


def test_packets_as_git_writes_them():
    """Lengths count their own four digits; texts end with a newline."""
    sent = encode("command=ls-refs", BarePacket.DELIMITER, "peel", BarePacket.FLUSH)
    assert sent == b"0014command=ls-refs\n00010009peel\n0000"


def test_a_packet_too_long_to_be_written():
    """65516 bytes are the most."""
    assert len(encode("x" * (MOST - 5))) == MOST
    with pytest.raises(ValueError, match="found a payload of 65517 bytes, expected at most 65516"):
        encode("x" * (MOST - 4))


@given(st.lists(st.one_of(st.binary(max_size=30), st.sampled_from(BarePacket))), st.integers(1, 9))
def test_packets_survive_any_cut(sent, size):
    """What was written is read, however it arrives."""
    data = b"".join(p.value if isinstance(p, BarePacket) else b"%04x" % (len(p) + 4) + p for p in sent)
    assert packets(data, size) == sent


@pytest.mark.parametrize("digits", [b"0003", b"fff1", b"ffff", b"+004", b" 004", b"0x10", b"-001", b"PACK", b"<htm"])
def test_what_is_no_length_is_refused(digits):
    """At the first four bytes."""
    message = f"example.org: found {digits.decode().strip()!r} in git's answer, expected the length of a packet"
    assert str(failure(lambda: packets(digits + b"x" * 100))) == message


@pytest.mark.parametrize("data", [b"00", b"0009abc", b"0000000"])
def test_an_end_within_a_packet_is_an_error(data):
    """And one that may pass."""
    error = failure(lambda: packets(data))
    assert (str(error), error.passing) == ("example.org: git's answer ended within a packet", True)


@given(st.binary())
def test_any_bytes_give_packets_or_an_error(data):
    """Never another exception; never more held than one packet."""
    decoder = Decoder("example.org")
    try:
        list(decoder.feed(data))
    except FetchError:
        return
    assert len(decoder._held) < MOST  # noqa: SLF001 - what it holds shows nowhere else


def test_texts():
    """The newline goes; what is no UTF-8 is spelled out; a refusal is told from a text."""
    assert text_of(b"main\n") == "main"
    assert text_of(b"na\xefve\n") == "na\\xefve"
    assert str(refused("h", b"ERR no such\x1b[31m repository\n")) == "h: git refused: no such [31m repository"
    assert refused("h", b"ERROR") is None
