"""The bytes of a file -> text with numbered lines, or a refusal that says where and why."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix import text as module
from matrix.errors import ShapeError
from matrix.text import Text


def refused(body: bytes) -> ShapeError:
    with pytest.raises(ShapeError) as caught:
        Text.decode("a/file", body)
    return caught.value


def test_lines_are_counted_from_one_and_have_no_ends():
    """As an editor and a forge count them; what follows the last newline is a line too."""
    assert list(Text.decode("f", b"one\n\n\ttwo\n").lines()) == [(1, "one"), (2, ""), (3, "\ttwo"), (4, "")]


def test_a_byte_order_mark_and_dos_line_ends_are_dropped():
    """They carry no meaning, and a mark before the first word would hide it."""
    assert Text.decode("f", b"\xef\xbb\xbfone\r\ntwo\r\n").content == "one\ntwo\n"


def test_a_bare_carriage_return_is_refused():
    """Only CRLF is a line end: one alone would hide every line behind it from whoever reads by lines."""
    with pytest.raises(ShapeError, match="f:2: found control character 0x0d"):
        Text.decode("f", b"a\nb\rc\n")


def test_an_empty_file_is_text():
    """Whether emptiness is believable is for the extractor to say."""
    assert list(Text.decode("f", b"").lines()) == [(1, "")]


def test_tabs_form_feeds_and_any_script_are_text():
    """GNU sources part their pages with form feeds."""
    assert Text.decode("f", "a\tb\fc é 漢\n".encode()).content == "a\tb\fc é 漢\n"


@pytest.mark.parametrize(
    ("body", "line", "found"),
    [
        (b"one\ntw\xff\n", 2, "byte 0xff"),
        (b"\x80", 1, "byte 0x80"),
        (b"one\n\ntwo\xc3", 3, "byte 0xc3"),
        (b"one\n\x00\n", 2, "control character 0x00"),
        (b"\x1b[31m", 1, "control character 0x1b"),
        (b"a\r\nb\x7f", 2, "control character 0x7f"),
        (b"\n <!DOCTYPE html><title>Not Found</title>", 1, "an HTML page"),
        (b"<HTML lang='en'>", 1, "an HTML page"),
        (b"<html>", 1, "an HTML page"),
    ],
)
def test_what_is_no_text_is_refused_with_its_line(body, line, found):
    """Bytes that are no UTF-8, terminal codes, and the page that a server sends instead of a file."""
    error = refused(body)
    assert (error.path, error.line, error.found) == ("a/file", line, found)
    assert error.expected


def test_a_file_that_mentions_html_is_text():
    """Only a page that begins as one is refused."""
    assert Text.decode("f", b"see <html>\n").content == "see <html>\n"


def test_a_file_over_the_largest_is_refused_before_it_is_read(monkeypatch):
    """The bound itself is allowed; a byte more is not."""
    monkeypatch.setattr(module, "LARGEST", 10)
    assert Text.decode("f", b"x" * 10).content == "x" * 10
    assert refused(b"\xff" * 11).found == "11 bytes"


def test_the_largest_leaves_room_for_what_upstream_has():
    """Sixteen mebibytes, twenty times the largest file that is read."""
    assert module.LARGEST == 16 * 1024 * 1024


@pytest.mark.parametrize(("offset", "line"), [(0, 1), (2, 1), (3, 1), (4, 2), (5, 3), (8, 3)])
def test_an_offset_has_its_line(offset, line):
    """A newline belongs to the line that it ends."""
    assert Text("f", "one\n\nend").line_of(offset) == line


def test_a_drift_names_file_line_found_and_expected():
    """The error that every extractor raises, in one form."""
    error = Text("a/file", "").drift(7, "a pear", "an apple")
    assert str(error) == "a/file:7: found a pear, expected an apple"
    assert str(Text("a/file", "").drift(0, "nothing", "rows")) == "a/file: found nothing, expected rows"


def test_a_drift_shows_a_long_line_cut():
    """A megabyte of one line must not fill a terminal."""
    found = Text("f", "").drift(1, "x" * 1_000_000, "less").found
    assert len(found) == 120
    assert found.endswith("...")


@given(st.binary())
def test_any_bytes_are_text_or_a_shape_error(body):
    """Never another exception; what is accepted has as many lines as newlines, and one more."""
    try:
        text = Text.decode("f", body)
    except ShapeError:
        return
    assert len(list(text.lines())) == body.count(b"\n") + 1


@given(st.text(alphabet=st.characters(blacklist_categories=["Cc", "Cs"], blacklist_characters="<\ufeff")))
def test_what_was_written_comes_back(content):
    """Decoding changes nothing but the mark and the line ends."""
    assert Text.decode("f", content.encode()).content == content
