"""Statements as they are written: every word and every label comes back, and the same is written once."""

from __future__ import annotations

from contextlib import closing

from hypothesis import given, settings
from hypothesis import strategies as st

from matrix.change import Said, Side, Topic
from matrix.model import Evidence
from matrix.store.connection import open_memory
from matrix.store.statements import StatementWriter, statements

# Labels, the mark that stands for one, and what could be taken for a part of either.
words = st.text(alphabet="\x1a01;.7m ä", max_size=8)
places = st.builds(
    lambda revision, path, line, says: Evidence(project="linux", revision=revision, path=path, line=line, says=says),
    words,
    words,
    st.integers(0, 9),
    words,
)
sides = st.builds(
    lambda said, evidence, note: Side(Topic("support", "riscv64"), said, tuple(evidence), note),
    st.one_of(st.none(), st.builds(Said, words, words, words, words)),
    st.lists(places, max_size=4),
    words,
)


@settings(max_examples=300, deadline=None)
@given(st.lists(sides, max_size=5))
def test_what_is_written_is_read(said):
    """Whatever the words are."""
    with closing(open_memory()) as db:
        numbers = StatementWriter(db).numbers(said)
        assert StatementWriter(db).numbers(said) == numbers
        found = statements(db, set(numbers))
        assert [found[n].of(side.topic) for n, side in zip(numbers, said, strict=True)] == said
        assert len(set(numbers)) == len({side[1:] for side in said})


def test_a_label_is_no_part_of_the_words():
    """The same sentence about the next release adds the release's name alone."""

    def said(label: str) -> Side:
        place = Evidence(
            project="llvm", revision=label, path="llvm/CMakeLists.txt", line=536, says=f"LLVM {label} has it"
        )
        return Side(Topic("codegen", "riscv64", "llvm"), Said("yes"), (place,), f"LLVM {label} has the backend")

    with closing(open_memory()) as db:
        writer = StatementWriter(db)
        writer.numbers([said("21.1.8")])
        before = {row[0] for row in db.execute("SELECT value FROM texts")}
        writer.numbers([said("22.1.8")])
        assert {row[0] for row in db.execute("SELECT value FROM texts")} - before == {"llvm 22.1.8"}
