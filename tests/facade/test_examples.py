"""Every example that a reader may copy runs, and gives what stands below it."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

import matrix
from matrix.facade import builds, questions

CHECKOUT = Path(__file__).parents[2]
FINDER = doctest.DocTestFinder(exclude_empty=True, recurse=True)
EXAMPLES = {
    test.name: test
    for module in (matrix, questions, builds)
    for test in FINDER.find(module, module.__name__)
    if test.examples
}


def examples_of(path: Path) -> doctest.DocTest:
    return doctest.DocTestParser().get_doctest(path.read_text("utf-8"), {}, path.name, str(path), 0)


def failures(test: doctest.DocTest) -> str:
    """What the examples gave where it is not what stands there."""
    said: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test, out=said.append)
    return "".join(said)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_of_docstrings(name):
    """Of the package and of each function."""
    assert failures(EXAMPLES[name]) == ""


def test_every_function_has_examples():
    """What can be called is shown called."""
    functions = {name for name in matrix.__all__ if name.islower()}
    assert functions == {name.rpartition(".")[2] for name in EXAMPLES} - {"matrix"}


def test_the_examples_of_the_guide():
    """docs/python.md, from its first line to its last: what one example names, the next may use."""
    guide = examples_of(CHECKOUT / "docs" / "python.md")
    assert len(guide.examples) > 15
    assert failures(guide) == ""
