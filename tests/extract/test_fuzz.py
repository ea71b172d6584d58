"""Every extractor behind the gate: whatever the bytes, facts that can be stored and resolved, or ShapeError.

ARCHMATRIX_FUZZ=2000 tries so many examples of each property instead of a few.
"""

from __future__ import annotations

import os
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matrix.errors import ShapeError
from matrix.expression import parse
from matrix.extract import gate
from matrix.extract.table import EXTRACTORS
from matrix.registry import data_folder, load
from matrix.text import LARGEST
from tests.extract.corpus import CORPUS
from tests.sampling import one_in

EXAMPLES = int(os.environ.get("ARCHMATRIX_FUZZ", "4"))
FILES = [(name, path, text) for name, files in sorted(CORPUS.items()) for path, text in files]
IDS = [f"{name}-{path.rpartition('/')[2] or 'listing'}" for name, path, _ in FILES]
# Inputs stay small, so that time is bounded by their number; what grows faster than its input is sought further below.
LONGEST = 4000

PARTS = st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters="/"), min_size=1, max_size=20)

few = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
each_file = pytest.mark.parametrize(("name", "path", "text"), FILES, ids=IDS)
each_extractor = pytest.mark.parametrize("name", sorted(EXTRACTORS))


@cache
def source_of(extractor):
    """A source of data/sources.toml that the extractor reads."""
    return next(s for s in load(data_folder()).sources.values() if s.extractor == extractor)


def read(name, path, body):
    """The facts, after a look at whether the store can hold them and the resolver parse them; None where refused."""
    # YAML ends a line at a carriage return too; for all others it is a character like any.
    last = max(len(body.decode("utf-8", "replace").splitlines()), body.count(b"\n")) + 1
    try:
        facts = gate.read(source_of(name), path, body).facts
    except ShapeError as error:
        refused, facts = error, None
    if facts is None:
        assert (refused.path, bool(refused.expected)) == (path, True)
        assert 0 <= refused.line <= last
        return None
    for fact in facts:
        assert fact.subject, fact
        assert fact.attribute, fact
        assert 0 <= fact.line <= last, fact
        parse(fact.when)
        if name == "kconfig" and fact.attribute in {"depends", "within", "default"}:
            parse(fact.value)
        assert f"{fact.subject}{fact.attribute}{fact.value}{fact.when}".encode()
    assert len(set(statements(facts))) == len(facts)
    return facts


def statements(facts):
    return None if facts is None else [(f.subject, f.attribute, f.value, f.when) for f in facts]


def test_every_extractor_has_a_file_to_start_from():
    """None is left out, and each file of the corpus is one that its extractor reads."""
    assert sorted(CORPUS) == sorted(EXTRACTORS)
    assert all(read(name, path, text.encode()) for name, path, text in FILES)


# --- anything -------------------------------------------------------------------------------------------------------


@each_extractor
@few
@given(text=st.text(max_size=LONGEST))
def test_any_text(name, text):
    """Letters, marks and line ends of any script."""
    read(name, CORPUS[name][0][0], text.encode("utf-8", "surrogatepass"))


@each_extractor
@few
@given(body=st.binary(max_size=LONGEST))
def test_any_bytes(name, body):
    """Most are no UTF-8."""
    read(name, CORPUS[name][0][0], body)


@each_extractor
@few
@given(path=st.lists(PARTS, min_size=1, max_size=5).map("/".join))
def test_any_path(name, path):
    """Relative and printable is all that a tree promises of a path; names of ports and targets are taken from some."""
    read(name, path, CORPUS[name][0][1].encode())


# --- a good file, changed -------------------------------------------------------------------------------------------

CONTROL = [chr(n) for n in (*range(9), 11, *range(12, 32), 127, 0x85, 0x2028, 0xFEFF, 0xD7FF)]


@st.composite
def changed(draw, text):
    """The text after one to four changes of the kind that editors, transfers and upstream make."""
    lines = text.split("\n")
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        line = lines[at]
        kind = draw(
            st.sampled_from(["drop", "twice", "swap", "cut", "case", "column", "control", "word", "join", "end"])
        )
        inside = draw(st.integers(0, len(line)))
        if kind == "drop":
            del lines[at]
        elif kind == "twice":
            lines.insert(at, line)
        elif kind == "swap":
            other = draw(st.integers(0, len(lines) - 1))
            lines[at], lines[other] = lines[other], line
        elif kind == "cut":
            lines[at] = line[:inside]
        elif kind == "case":
            lines[at] = line.swapcase()
        elif kind == "column":
            lines[at] = line + draw(st.sampled_from([" extra", "\tmore", " | x |", ", y", ' "z"']))
        elif kind == "control":
            lines[at] = line[:inside] + draw(st.sampled_from(CONTROL)) + line[inside:]
        elif kind == "word":
            mark = draw(
                st.sampled_from(
                    ["(", ")", "{", "}", "[", '"', "'", "\\", "/*", "#", "$(", "`", "=", "0", "²", "&", "*", ":"]
                )
            )
            lines[at] = line[:inside] + mark * draw(st.integers(1, 3)) + line[inside:]
        elif kind == "join" and at + 1 < len(lines):
            lines[at : at + 2] = [line + lines[at + 1]]
        elif kind == "end":
            lines = [*lines[:at], line[:inside]]
        if not lines:
            return ""
    return "\n".join(lines)


@each_file
@settings(few, max_examples=4 * EXAMPLES)
@given(data=st.data())
def test_a_good_file_changed(name, path, text, data):
    """Lines dropped, doubled, swapped, joined and cut; headers in another case; columns, brackets and quotes more."""
    read(name, path, data.draw(changed(text)).encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize(("name", "path", "text"), one_in(3, FILES, several=True), ids=IDS)
def test_a_file_cut_short_anywhere(name, path, text):
    """A transfer that ends early: at most what the whole file says, or a refusal, at every single character."""
    whole = {(subject, attribute) for subject, attribute, _, _ in statements(read(name, path, text.encode()))}
    step = max(1, len(text) // max(200, EXAMPLES * 8))
    for end in range(0, len(text), step):
        facts = read(name, path, text[:end].encode())
        # A last word that was cut makes another fact; more than one cannot come of it.
        assert len({(f.subject, f.attribute) for f in facts or ()} - whole) <= 2, end


# --- hostile --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def huge():
    return b"x" * 50_000_000


@each_extractor
def test_a_file_of_50_megabytes_is_refused_with_the_limit(name, huge):
    """It is not even decoded."""
    with pytest.raises(ShapeError, match=rf"found 50000000 bytes, expected at most {LARGEST}"):
        gate.read(source_of(name), "big", huge)


@each_file
def test_invalid_utf8_is_refused_at_its_line(name, path, text):
    """A byte of Latin-1 in the middle."""
    lines = text.encode().split(b"\n")
    at = len(lines) // 2
    lines[at] += b"\xe9\x80"
    with pytest.raises(ShapeError, match="found byte 0xe9, expected UTF-8 text") as caught:
        gate.read(source_of(name), path, b"\n".join(lines))
    assert caught.value.line == at + 1


@each_file
def test_a_nul_byte_is_refused_at_its_line(name, path, text):
    """No text file holds one."""
    lines = text.encode().split(b"\n")
    at = len(lines) // 2
    lines[at] += b"\0"
    with pytest.raises(ShapeError, match="control character 0x00") as caught:
        gate.read(source_of(name), path, b"\n".join(lines))
    assert caught.value.line == at + 1


@each_file
def test_line_ends_and_a_byte_order_mark_change_nothing(name, path, text):
    """CRLF and a mark give the same facts at the same lines."""
    plain = read(name, path, text.encode())
    assert read(name, path, text.replace("\n", "\r\n").encode()) == plain
    assert read(name, path, b"\xef\xbb\xbf" + text.encode()) == plain


@each_extractor
@pytest.mark.parametrize("page", ["<!DOCTYPE html>\n<title>404</title>", "\n <html lang='en'>\n</html>\n"])
def test_an_html_page_is_refused(name, page):
    """What a server says in place of a file."""
    with pytest.raises(ShapeError, match="found an HTML page, expected the file itself"):
        gate.read(source_of(name), "page", page.encode())


@each_file
@pytest.mark.parametrize("body", [b"", b"\n", b" \n\t\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_never_passes_the_gate(name, path, text, body):
    """The extractor refuses it, or the source's floor does: nothing found is never "nothing there"."""
    facts = read(name, path, body)
    if facts is not None:
        with pytest.raises(ShapeError, match="expected at least"):
            gate.check_believable(source_of(name), [path] * 1000, len(facts))


PIECES = [
    "(",
    ")",
    "{",
    "[",
    '"',
    "'",
    "\\\n",
    "a ",
    " ",
    "\n",
    "- ",
    "| ",
    "$(",
    "/*",
    "//",
    "#",
    "if a\n",
    "case\n",
    "&&",
    "!",
]


@pytest.mark.slow
@each_file
def test_repetition_costs_no_more_than_length(name, path, text):
    """One piece many times over, alone and inside a good file: what were quadratic in it would not come back."""
    middle = len(text) // 2
    for piece in PIECES:
        long = piece * (20_000 // len(piece))
        read(name, path, long.encode())
        read(name, path, (text[:middle] + long + text[middle:]).encode())
    for line in set(text.split("\n")):
        read(name, path, ((line + "\n") * (20_000 // (len(line) + 1))).encode())
        read(name, path, (text + (line + " ") * (20_000 // (len(line) + 1))).encode())
