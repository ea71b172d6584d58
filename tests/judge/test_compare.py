"""What conf says and what we say: which differences there are, of which kind, and how they are counted."""

from __future__ import annotations

import pytest
from judge.compare import Difference, Kinds, Tally, compare, sound, table, tally, verdict
from judge.ours import Said


def said(state, *clauses, gates=None):
    """Ours, with the lines that the oracle's answer has."""
    rows = [("RUST_IS_AVAILABLE", "?"), *clauses]
    return Said(state, {f"init/Kconfig:{n}": row for n, row in enumerate(rows, start=10)}, gates or {}, {})


def kinds(answer, ours):
    return [one.kind for one in compare(answer, ours)]


@pytest.mark.parametrize(
    ("clauses", "more", "word"),
    [
        ([("!A", "y")], {"value": "y"}, "on"),
        ([("!A", "y")], {}, "possible"),
        ([("!A", "n")], {}, "blocked"),
        ([("!A", "y")], {"tools": "n"}, "possible"),
        ([("!A", "y")], {"prompt": False}, "blocked"),
        ([("!A", "y")], {"around": [{"value": "y", "visible": "n"}]}, "blocked"),
    ],
)
def test_confs_verdict_leaves_out_what_the_machine_decides(answer, clauses, more, word):
    """The tools at hand are told apart; menus around config RUST count."""
    assert verdict(answer(*clauses, **more)) == word


def test_a_kernel_without_config_rust_has_none():
    """Before 6.1 there is nothing to be judged."""
    assert verdict({"defined": False}) == "undefined"


def test_an_oracle_whose_clauses_and_visibility_differ_is_not_believed(answer):
    """Each is computed by upstream's code in its own way; a difference is a fault of ours."""
    assert sound(answer(("!A", "n"))) == ""
    assert sound(answer(("!A", "n"), visible="y")) == "visible is y, its clauses say False"
    assert sound(answer(("!A", "y"), visible="n"))
    assert sound(answer(("!A", "y"), tools="n")) == ""
    assert sound({"defined": False}) == ""


def test_the_same_is_no_difference(answer):
    """On both sides: possible, by the same letters."""
    assert compare(answer(("!A", "y"), ("B || C", "m")), said("possible", ("!A", "y"), ("B || C", "m"))) == []


def test_a_letter_that_differs_names_its_line_and_both_sides(answer):
    """What a person needs to find it."""
    told = answer(("!A", "n"))
    told["clauses"][1]["symbols"] = {"A": "y"}
    found = compare(told, said("possible", ("!A", "y")))
    assert found == [
        Difference("state", "", "verdict", "blocked", "possible"),
        Difference("clause", "init/Kconfig:11", "!A", "n", "y", "A=y"),
    ]


def test_what_we_leave_open_is_no_wrong_letter(answer):
    """It is counted by itself."""
    assert kinds(answer(("!A", "n")), said("cannot tell", ("!A", "?"))) == ["open", "open"]


def test_a_verdict_beside_what_stays_open_is_open_too(answer):
    """Possible, if the tools answer so; they did not. Where another clause blocks as well, we were wrong."""
    assert kinds(answer(("!A", "n")), said("possible", ("!A", "?"))) == ["open", "open"]
    assert kinds(answer(("!A", "n"), ("!B", "n")), said("possible", ("!A", "?"), ("!B", "y"))) == [
        "state",
        "open",
        "clause",
    ]


def test_a_recorded_y_without_tools_is_no_difference(answer):
    """conf takes RUST=y away where rustc is too old; a .config does not hold that."""
    assert compare(answer(("!A", "y"), tools="n"), said("on", ("!A", "y"))) == []
    assert kinds(answer(("!A", "y")), said("on", ("!A", "y"))) == ["state"]
    assert kinds(answer(("!A", "y"), value="y"), said("possible", ("!A", "?"))) == ["open", "open"]


def test_clauses_of_one_side_alone_are_found(answer):
    """The oracle's is missing of ours; one that it does not know was invented."""
    assert kinds(answer(("!A", "y"), ("!B", "y")), said("possible", ("!A", "y"))) == ["missing"]
    assert kinds(answer(("!A", "y")), said("possible", ("!A", "y"), ("!B", "y"))) == ["invented"]


def test_lines_that_declare_rust_are_compared(answer):
    """By where they stand."""
    lines = [{"by": "X86", "line": "arch/x86/Kconfig:3", "if": "X86_64", "value": "y"}]
    told = answer(("HAVE_RUST", "y"), selects=lines)
    assert compare(told, said("possible", ("HAVE_RUST", "y"), gates={"arch/x86/Kconfig:3": "y"})) == []
    assert kinds(told, said("possible", ("HAVE_RUST", "y"), gates={"arch/x86/Kconfig:3": "n"})) == ["gate"]
    assert kinds(told, said("possible", ("HAVE_RUST", "y"))) == ["gate"]


def test_each_configuration_is_counted_once():
    """A wrong answer outweighs an open one."""
    wrong, left = Difference("clause", "", "", "", ""), Difference("open", "", "", "", "")
    assert tally("on", []) == Tally(configs=1, on=1)
    assert tally("undefined", []) == Tally(configs=1, blocked=1)
    assert tally("on", [left]) == Tally(configs=1, unsure=1)
    assert tally("on", [left, wrong, wrong]) == Tally(configs=1, disagree=1)
    assert tally("on", []) + tally("possible", []) == Tally(configs=2, on=1, possible=1)


def test_differences_are_told_by_kind_with_the_smallest_example(tmp_path):
    """The most frequent first."""
    big, small = tmp_path / "big", tmp_path / "small"
    big.write_text("x" * 9)
    small.write_text("x")
    found = Kinds()
    found.add(Difference("clause", "a:1", "!A", "n", "y", "A=y"), big, "rand")
    found.add(Difference("clause", "a:1", "!B", "n", "y"), big, "rand")
    found.add(Difference("clause", "a:1", "!A", "n", "y", "A=y"), small, "flip A=y")
    text = "\n".join(found.lines())
    assert text.index("clause: `!A` (2 times)") < text.index("clause: `!B` (1 times)")
    assert f"- smallest example: {small} (flip A=y)" in text


def test_the_table_has_a_sum():
    """A row a cell."""
    text = table({"7.1.13 riscv64-gcc": Tally(3, 0, 1, 1, 1), "7.1.13 riscv64-clang": Tally(2, 2)})
    assert "| 7.1.13 riscv64-gcc | 3 | 0 | 1 | 1 | 1 | 0 | 0 |" in text
    assert text.splitlines()[-1] == "| **all** | 5 | 2 | 1 | 1 | 1 | 0 | 0 |"
