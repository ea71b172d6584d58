"""Each wording is found once in the code: a phrase that several outputs share is made in render/phrases.py."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "matrix"
HOME = "render/phrases.py"

# A phrase, as a pattern over what stands in strings, and where else it may stand: each with the reason.
PHRASES = {
    r"yes, if": {},
    r"cannot tell": {
        "cli/commands/table.py": "--max-age about a whole table, on standard error",
        "cli/parser/arguments.py": "the help of --max-age",
        "query/diagnosis.py": "the value of a state, as text has it among others",
        "resolve/concrete/verdict.py": "likewise",
        "exits.py": "the table of exit codes, which --help shows without any output's code",
        "render/answer/headline.py": "--max-age about one answer",
    },
    r"alike in ": {},
    r"no: [a-zR]": {
        "query/matrix.py": "what --status takes, in its message",
        "render/report/pages.py": "the legend of the reports explains the word",
        "render/history/text.py": "the legend of the history explains the word",
        "render/table/text.py": "the legend of the table explains the word",
    },
    r"\? (attested|port|codegen|target|kernel)": {
        "query/matrix.py": "what --status takes, in its message",
        "render/report/pages.py": "the legend of the reports explains the word",
    },
    r"conditional(:| if| \()": {"render/table/text.py": "the legend of the table says which variants it holds of"},
    r"\(unproven\)": {},
    r"unproven: ": {},
    r"no tier": {
        "render/said.py": "a change of a tier, where a page gave none",
        "store/prose.py": "what stores before schema 6 wrote is read there",
    },
    r"best listed target": {},
    r"\(your tree\)": {},
    r"\(not known\)": {},
    r"Something wrong": {},
}


def _spoken(tree: ast.Module) -> list[str]:
    """Every text in a module but its docstrings."""
    silent = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent
    ]


SPOKEN = {
    path.relative_to(PACKAGE).as_posix(): _spoken(ast.parse(path.read_text(encoding="utf-8")))
    for path in sorted(PACKAGE.rglob("*.py"))
}


@pytest.mark.parametrize("phrase", PHRASES)
def test_a_phrase_is_made_in_one_place(phrase):
    """Elsewhere only where a reason says why; a reason that is no longer needed goes."""
    where = {name for name, texts in SPOKEN.items() if any(re.search(phrase, text) for text in texts)}
    assert where - {HOME} == set(PHRASES[phrase])
