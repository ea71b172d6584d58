"""Changes as `archmatrix diff` shows them: a screen, what became of people's kernels first."""

from __future__ import annotations

import pytest

from matrix.change import Kind, Said
from matrix.model import Truth
from matrix.render.changes.summary import changes_summary
from matrix.render.layout import Field, fitting
from tests.render.conftest import ADDED, HAND, RAISED, change


def summary(registry, changes, *, whole=True) -> str:
    return changes_summary(registry, changes, "Linux 6.18.15", "Linux 7.1.13", whole=whole)


def test_what_is_new_comes_first_and_is_said_in_a_sentence(registry):
    """Whatever order the changes come in; the lines of both sides are left to -v."""
    assert summary(registry, [RAISED, ADDED]) == (
        "Linux 6.18.15 -> Linux 7.1.13: 2 changes; Rust is new on arm-v7\n"
        "\n"
        "new         arm-v7: if !KASAN && RUSTC_VERSION >= 108200 (arch/arm/Kconfig:139)\n"
        "needs       rustc >= 1.78.0 -> >= 1.85.0\n"
        "\n"
        "-v shows both sides' lines; --about, --arch, --backend and --kind narrow it\n"
    )


def test_what_is_lost_and_what_changed_its_condition(registry):
    """A cell of a backend that the kernel is not written for names it."""
    supported, condition = Said("supported"), Said("conditional", condition="!KASAN")
    lost = change(Kind.DROPPED, ("support", "s390x", "rustc-llvm"), condition, Said("blocked", "kernel"))
    other = change(Kind.NARROWED, ("support", "arm64", "gccrs"), supported, condition)
    text = summary(registry, [other, lost])
    assert "2 changes; Rust is lost on s390x, under other\n  conditions on arm64\n" in text
    assert "lost        s390x: no: kernel\n" in text
    assert "condition   arm64 with gccrs: if !KASAN (was: no condition)\n" in text


def test_what_was_not_known_before_is_not_called_new(registry):
    """Nothing was won where only more was read, and nothing lost where less was."""
    yes = Said("supported")
    told = change(Kind.ADDED, ("support", "arm64", "rustc-llvm"), Said("unknown", "target"), yes)
    unread = change(Kind.BECAME_UNKNOWN, ("support", "x86_64", "rustc-llvm"), yes, Said("unknown", "target"))
    text = summary(registry, [told, unread])
    assert "now known to be there on arm64, no longer known to be there on x86_64" in " ".join(text.split())
    assert "now known   arm64: no condition\n" in text
    assert "unknown     x86_64: ? target\n" in text


def test_that_nothing_changed_is_said_of_what_was_asked_alone(registry):
    """A filter that leaves the answers out says nothing of them."""
    assert "1 change; no answer became another\n" in summary(registry, [RAISED])
    assert "answer" not in summary(registry, [RAISED], whole=False)
    assert summary(registry, []) == "Linux 6.18.15 -> Linux 7.1.13: no change\n"


def test_a_release_that_the_first_line_names_is_not_told_again(registry):
    """Between two moments it is news."""
    released = change(Kind.RELEASED, ("release", "linux", ""), Said("release", "6.18.15"), Said("release", "7.1.13"))
    assert "released" not in summary(registry, [released])
    assert "released    Linux: released: 6.18.15 -> 7.1.13\n" in changes_summary(
        registry, [released], "2026-11-01 UTC", "2026-11-20 UTC", whole=True
    )


def test_every_step_is_a_screen_in_which_every_change_counts(registry, steps):
    """20 lines of 80 columns; the answers of a step stand in it, and every family is named."""
    for step in steps:
        text = summary(registry, step.changes)
        lines = text.splitlines()
        assert len(lines) <= 20
        assert all(len(line) <= 80 for line in lines if " " in line.strip()), text
        became = [c for c in step.changes if c.topic.about == "support" and c.after.said.truth is Truth.YES]
        assert any(line.startswith(("new ", "now known ", "condition ")) for line in lines) is bool(became)
        families = {c.topic.about for c in step.changes}
        for about, name in {"requirement": "needs", "clause": "config RUST", "rust-target": "targets"}.items():
            assert (name in text) is (about in families)


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_has_words(registry, kind):
    """Also on a topic that nobody thought of."""
    assert "something: " in summary(registry, [change(kind, ("something", "new", "here"), Said("a"), Said("b"))])


def test_no_control_character_is_left(registry):
    assert summary(registry, HAND).replace("\n", "").isprintable()


# --- room -----------------------------------------------------------------------------------------------------------


def test_the_first_fields_have_the_room_and_the_others_are_counted():
    """Of a field that has some, what is missing is counted too."""
    fields = [Field("one", ["a", "b", "c"], "-v"), Field("two", ["d"] * 7, "--two"), Field("three", ["e"], "", 9)]
    assert fitting(fields, 4) == [
        "one         a",
        "            b",
        "            c",
        "besides     two (7), three (9): -v",
    ]
    assert fitting(fields, 6)[3:] == ["two         d", "            6 more: --two", "three       e"]
    assert fitting(fields, 100) == [
        "one         a",
        "            b",
        "            c",
        *("two         d", *["            d"] * 6),
        "three       e",
    ]


def test_short_items_stand_in_a_row():
    assert fitting([Field("needs", ["a", "b"], joined=True)], 1) == ["needs       a; b"]
