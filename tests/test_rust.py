"""Rust source as tokens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix import rust
from matrix.errors import ShapeError
from matrix.text import Text


def read(content: str, start: int = 0) -> list[rust.RustToken]:
    return list(rust.rust_tokens(Text("a.rs", content), start))


def test_comments_are_left_out() -> None:
    """Line, doc and nested block comments hold no tokens, whatever quotes stand in them."""
    content = "a // don't \"\n/// doc\n//! #![feature(x)]\n/* ' /* \" */ b */ c"
    assert [(t.text, t.line) for t in read(content)] == [("a", 1), ("c", 4)]


def test_strings_are_one_token() -> None:
    """Escaped, byte and raw strings end where Rust ends them; comments do not begin within."""
    content = r""""a\"//" b"c" r#"d"e"# "two
lines" f"""
    tokens = read(content)
    assert [t.kind for t in tokens] == ["string"] * 4 + ["word"]
    assert [t.string for t in tokens[:4]] == [r"a\"//", "c", 'd"e', "two\nlines"]
    assert tokens[4].line == 2


def test_characters_are_told_from_lifetimes() -> None:
    """A quote in a character does not begin a string, and a lifetime is a word."""
    assert [(t.kind, t.text) for t in read("'\"' '\\'' '\\u{1F}' 'a' &'a x")] == [
        ("char", "'\"'"),
        ("char", "'\\''"),
        ("char", "'\\u{1F}'"),
        ("char", "'a'"),
        ("mark", "&"),
        ("word", "'a"),
        ("word", "x"),
    ]


def test_reading_from_the_middle_keeps_line_numbers() -> None:
    """Lines are counted from the file's first."""
    assert read("a\nb\nc", 2) == [rust.RustToken("word", "b", 2, 2), rust.RustToken("word", "c", 3, 4)]


def test_written_gives_the_source_back() -> None:
    """Blanks and comments between two tokens become one blank; none stays none."""
    assert rust.written(read('all(\n  a , // why\n  b = "c  d" )')) == 'all( a , b = "c  d" )'
    assert rust.written([]) == ""


@pytest.mark.parametrize(
    ("content", "line"),
    [("\n/* /* */", 2), ('a\n"b', 2), ('\nr##"b"#', 2), ("x" * (rust.LONGEST_SOURCE + 1), 0)],
)
def test_what_does_not_end_is_refused(content: str, line: int) -> None:
    """An unclosed comment or string, or too long a file, is no Rust source."""
    with pytest.raises(ShapeError) as caught:
        read(content)
    assert caught.value.line == line


@given(st.text("ab1\"'\\/*#!r{}[]\n ", max_size=60))
def test_any_text_is_read_or_refused(content: str) -> None:
    """Tokens stand in order, as written, on the line that they say."""
    try:
        tokens = read(content)
    except ShapeError:
        return
    end = 0
    for token in tokens:
        assert token.offset >= end
        assert content[token.offset : token.end] == token.text
        assert token.line == content.count("\n", 0, token.offset) + 1
        end = token.end
