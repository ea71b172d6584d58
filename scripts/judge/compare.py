"""The oracle's answer and ours on one .config -> what differs, each with its kind; and how often each occurred.

Kinds: `state` (the verdict), `clause` (a letter), `open` (the oracle knows, we do not), `missing` and `invented` (a
clause that only one of both has), `gate` (a line that declares Rust). RUST_IS_AVAILABLE is told apart: a .config does
not hold it, and we never claim it.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from judge.ours import Said

TOOLS = "RUST_IS_AVAILABLE"


class Difference(NamedTuple):
    """One thing that both say otherwise; line is its place in the kernel's tree."""

    kind: str
    line: str
    text: str
    conf: str
    ours: str
    values: str = ""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What makes two differences alike: all but the values."""
        return self.kind, self.text, self.conf, self.ours


class Tally(NamedTuple):
    """Counts of one cell. refused are configurations that we would not read."""

    configs: int = 0
    on: int = 0
    possible: int = 0
    blocked: int = 0
    disagree: int = 0
    unsure: int = 0
    refused: int = 0

    def __add__(self, other: Tally) -> Tally:  # type: ignore[override]
        return Tally(*(a + b for a, b in zip(self, other, strict=True)))


def verdict(answer: Mapping[str, Any]) -> str:
    """What conf says in one word, RUST_IS_AVAILABLE left out: on, possible, blocked, undefined."""
    if not answer["defined"]:
        return "undefined"
    if answer["value"] == "y":
        return "on"
    demands = [c["value"] for c in answer["clauses"] if c["text"] != TOOLS]
    around = [letter for one in answer["around"] for letter in (one["value"], one["visible"])]
    return "blocked" if "n" in (*demands, *around) or not answer["prompt"] else "possible"


def sound(answer: Mapping[str, Any]) -> str:
    """Why the oracle contradicts itself, or nothing: with all tools there, possible and visible are the same."""
    if not answer["defined"]:
        return ""
    tools = [c["value"] for c in answer["clauses"] if c["text"] == TOOLS]
    visible = answer["visible"] != "n"
    should = verdict(answer) != "blocked" and "n" not in tools
    return "" if visible == should else f"visible is {answer['visible']}, its clauses say {should}"


def compare(answer: Mapping[str, Any], said: Said) -> list[Difference]:
    """Everything that differs."""
    found: list[Difference] = []
    conf = verdict(answer)
    theirs = {c["line"]: c for c in answer.get("clauses", ()) if c["text"] != TOOLS}
    tools = [c["value"] for c in answer.get("clauses", ()) if c["text"] == TOOLS]
    # A .config says y and its tools are not there: conf takes it away, and we say nothing of tools.
    same = said.state == conf or ({said.state, conf} == {"on", "possible"} and "n" in tools)
    if not same:
        kind = "open" if said.state == "cannot tell" or _left_open(theirs, said, conf) else "state"
        found.append(Difference(kind, "", "verdict", conf, said.state))
    for line, clause in theirs.items():
        values = " ".join(f"{k}={v}" for k, v in clause["symbols"].items())
        if line not in said.clauses:
            found.append(Difference("missing", line, clause["text"], clause["value"], "-", values))
            continue
        letter = said.clauses[line][1]
        if letter != clause["value"]:
            kind = "open" if letter == "?" else "clause"
            found.append(Difference(kind, line, clause["text"], clause["value"], letter, values))
    found += [
        Difference("invented", line, text, "-", letter)
        for line, (text, letter) in said.clauses.items()
        if line not in theirs and TOOLS not in text
    ]
    for gate in answer.get("selects", ()):
        letter = said.gates.get(gate["line"], "-")
        if letter != gate["value"]:
            kind = "open" if letter == "?" else "gate"
            found.append(Difference(kind, gate["line"], f"{gate['by']}: {gate['if']}", gate["value"], letter))
    return found


def _left_open(theirs: Mapping[str, Mapping[str, Any]], said: Said, conf: str) -> bool:
    """Whether the verdict hangs on nothing but clauses of which we say that the build machine's tools decide them."""
    if conf == "blocked":
        against = [said.clauses.get(line, ("", ""))[1] for line, clause in theirs.items() if clause["value"] == "n"]
        return bool(against) and set(against) == {"?"}
    return (conf, said.state) == ("on", "possible") and any(
        said.clauses.get(line, ("", ""))[1] == "?" for line in theirs
    )


def tally(conf: str, differences: Iterable[Difference]) -> Tally:
    """One configuration, counted. What we leave open counts by itself: it is no wrong answer, and no right one."""
    kinds = {one.kind for one in differences}
    if kinds - {"open"}:
        return Tally(configs=1, disagree=1)
    if kinds:
        return Tally(configs=1, unsure=1)
    word = "blocked" if conf == "undefined" else conf
    return Tally(1, **{word: 1})


class Kinds:
    """Differences by kind, each with how often and with the smallest example."""

    def __init__(self) -> None:
        """None yet."""
        self.counts: Counter[tuple[str, str, str, str]] = Counter()
        self.smallest: dict[tuple[str, str, str, str], tuple[int, Path, str, Difference]] = {}

    def add(self, difference: Difference, path: Path, about: str) -> None:
        """Count one; the smallest file is kept as its example."""
        key = difference.key
        self.counts[key] += 1
        size = path.stat().st_size
        if key not in self.smallest or size < self.smallest[key][0]:
            self.smallest[key] = size, path, about, difference

    def lines(self) -> Iterable[str]:
        """As Markdown, the most frequent first."""
        for key, count in self.counts.most_common():
            _, path, about, one = self.smallest[key]
            yield f"## {one.kind}: `{one.text}` ({count} times)\n"
            yield f"conf says **{one.conf}**, we say **{one.ours}**"
            yield f"- line: {one.line or '-'}"
            yield f"- values by conf: {one.values or '-'}"
            yield f"- smallest example: {path} ({about})\n"


def table(rows: Mapping[str, Tally]) -> str:
    """Counts as Markdown, with a sum."""
    head = "| kernel, variant, compiler | configs | on | possible | blocked | disagree | left open | refused |"
    lines = [head, "|---|" + "---:|" * 7]
    total = Tally()
    for name, one in rows.items():
        total += one
        lines.append(f"| {name} | " + " | ".join(map(str, one)) + " |")
    lines.append("| **all** | " + " | ".join(map(str, total)) + " |")
    return "\n".join(lines) + "\n"
