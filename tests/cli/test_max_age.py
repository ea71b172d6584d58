"""--max-age: an answer that was last checked longer ago is cannot tell."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from matrix.cli import surroundings
from matrix.registry import data_folder
from matrix.shipped import shipped_store


@pytest.fixture
def later(monkeypatch):
    """Move the clock to some time after the shipped facts were checked."""
    with shipped_store(data_folder()) as shipped:
        moments = [shipped.facts.checked(r.project, r.label) for r in shipped.facts.revisions()]

    def move(**age):
        monkeypatch.setattr(surroundings, "now", lambda: min(moments) + timedelta(**age))

    return move


@pytest.mark.parametrize(
    ("age", "written", "code"),
    [({"days": 29}, "30d", 0), ({"days": 31}, "30d", 3), ({"hours": 13}, "12h", 3), ({"days": 15}, "2w", 3)],
)
def test_an_older_answer_is_exit_3(run, later, age, written, code):
    """In hours, days and weeks."""
    later(**age)
    assert run("is", "arm64", "--max-age", written).code == code


def test_it_says_so_and_what_it_was(run, later):
    """In words and as JSON; the variants stay as they were found."""
    later(days=31)
    said = run("is", "riscv64", "--max-age", "30d")
    words = " ".join(said.out.split())
    assert words.startswith("riscv64: cannot tell (--max-age): last checked on 20")
    assert "when it was: yes, if CC_IS_CLANG. " in words
    (found,) = json.loads(run("is", "riscv64", "--max-age", "30d", "--json").out)["answers"]
    assert (found["answer"], found["exit_code"], found["too_old"]) == ("unknown", 3, True)
    assert found["variants"][0]["answer"] == "yes"
    (found,) = json.loads(run("is", "riscv64", "--max-age", "40d", "--json").out)["answers"]
    assert (found["answer"], found["exit_code"], found["too_old"]) == ("yes", 0, False)


def test_a_tree_of_ones_own_has_no_age(run, later, kernel):
    """Whatever is named exactly; the compilers still have one."""
    later(days=31)
    exact = ("--rustc", "1.95.0", "--gcc", "16.2.0", "--llvm", "22.1.8", "--mrustc", "0.12.0")
    found = json.loads(run("is", "arm64", "--tree", kernel.root, *exact, "--max-age", "30d", "--json").out)
    assert not found["answers"][0]["too_old"]
    found = json.loads(run("is", "arm64", "--tree", kernel.root, "--max-age", "30d", "--json").out)
    assert found["answers"][0]["too_old"]


def test_a_table_that_is_too_old_is_printed_and_exit_3(run, later):
    """It says so on standard error."""
    later(days=31)
    plain = run("table")
    said = run("table", "--max-age", "30d")
    assert (said.code, said.out) == (3, plain.out)
    assert "cannot tell (--max-age)" in said.complaint
    assert run("table", "--max-age", "40d").code == plain.code == 0


@pytest.mark.parametrize("written", ["", "30", "d", "-1d", "1.5d", "30 d", "30m", "999999d", "٣d"])
def test_what_is_no_age_is_usage(run, written):
    """Exit 2, with what would be one."""
    for command in (("is", "arm64"), ("table",)):
        said = run(*command, f"--max-age={written}")
        assert (said.code, said.out) == (2, "")
        assert "such as 12h, 30d or 2w" in said.complaint
