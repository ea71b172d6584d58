"""What is said of a topic, or of a cell -> the words for it that every output shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.render.phrases import status_words

if TYPE_CHECKING:
    from matrix.change import Said

_ALSO = {"host-tools": "host tools"}


def status_word(said: Said) -> str:
    """A cell's status alone: `conditional`, `no: kernel`."""
    return status_words(said.word, said.at, said.also.split(",") if said.also else ())


def said_words(said: Said, joint: str = ": ") -> str:
    """All that is said: `conditional: !KASAN`, `yes if !KASAN`, `>= 1.85.0`, `tier 2, host tools`, `2 cases`.

    joint stands between a conditional cell and its condition.
    """
    match said.word:
        case "blocked":
            return status_word(said)
        case "unknown":
            return _under(status_word(said), said.condition)
        case "conditional":
            return f"{status_word(said)}{joint}{said.condition}"
        case "yes":
            return _under("yes", said.condition)
        case "tier":
            named = f"tier {said.at}" if said.at else "no tier"
            return f"{named}, {_ALSO.get(said.also, said.also)}" if said.also else named
        case "cases":
            return "1 case" if said.at == "1" else f"{said.at} cases"
        case "passes":
            conditions = said.also.split(";") if said.also else [said.condition]
            return "; ".join(map(_under, said.at.split(","), conditions))
        case ">=" | "=":
            return f"{said.word} {said.at}"
        case "release":
            return said.at
        case "only":
            return said.also
    return said.word


def hangs_words(condition: str) -> str:
    """What a yes hangs on: `if !KASAN`, `no condition`."""
    return f"if {condition}" if condition else "no condition"


def _under(word: str, condition: str) -> str:
    return f"{word} if {condition}" if condition else word
