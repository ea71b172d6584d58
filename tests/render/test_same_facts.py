"""JSON and text say the same facts of an answer: both are walked, and nothing stands in one of them alone."""

from __future__ import annotations

import json
import re

import pytest

from matrix.query.answer import Answers
from matrix.query.question import Question
from matrix.query.scene import set_scene
from matrix.registry import resolve_name
from matrix.render.answer.data import answers_json
from matrix.render.answer.screen import answer_screen
from matrix.render.answer.text import answer_text
from matrix.render.answer.why import why_text
from matrix.resolve.cell import deciding_sources
from matrix.resolve.facts import Facts

NAMES = (
    "x86_64",
    "riscv64",
    "arm-v6",
    "m68k-classic",
    "hexagon",
    "s390x",
    "loongarch32",
    "um-x86_64",
    "xtensa-le",
    "ia64",
)
PLACE = re.compile(r"[\w./+-]+:\d+")
ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+\w")
UNREAD = "llvm-targets"
# What of a tool a symbol stands for: text has it beside the symbol, JSON in a field of its own.
TIED = re.compile(r"\([a-z]+[<>=]+[\d.]+\)")


WORDS = {"yes": "yes", "no": "no", "unknown": "cannot tell"}


def squeezed(text: str) -> str:
    """Without colours and blanks, so that it does not matter where a line was broken."""
    return re.sub(r"\x1b\[\d*m|\s", "", text)


@pytest.fixture(scope="module", params=("7.1.13", "6.12.107", "6.6.22"))
def asked(registry, knowledge, request):
    """Read, read of an older kernel, and between two: the sides say what cannot be told."""
    return Answers(registry, set_scene(registry, knowledge, Question(versions={"linux": request.param})))


@pytest.fixture(params=NAMES)
def both(registry, asked, request):
    """The JSON of an answer, and its texts: `is` and `why` together."""
    answer = asked.name(resolve_name(registry, request.param))
    return as_json(registry, answer), squeezed(answer_text(registry, answer) + why_text(registry, answer))


def as_json(registry, answer):
    """The document of one answer."""
    return answers_json(registry, answer.scene, [answer], [], answer.exit_code)


def places(value):
    """Every piece of evidence in a JSON value."""
    if isinstance(value, dict):
        if {"path", "line", "says"} <= value.keys():
            yield value
        for inner in value.values():
            yield from places(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from places(inner)


def test_what_json_says_stands_in_the_text(both):
    """Rungs, conditions, remarks, what the kernel needs and passes, tiers, general demands, contradictions, notes."""
    data, text = both
    (answer,) = data["answers"]
    (variant,) = answer["variants"]
    said = list(data["notes"])
    said += [c["says"] for c in variant["contradictions"]]
    for cell in variant["cells"]:
        said += [cell["status"], *cell["remarks"], *([cell["condition"]] if cell["condition"] else [])]
        for rung in cell["rungs"]:
            said += [rung["rung"], rung["because"], rung["rule"].partition(": ")[2]]
            said += [rung["condition"]] if rung["condition"] else []
            said += [f"{e['path']}:{e['line']}" if e["line"] else e["path"] for e in rung["evidence"]]
    said += [need["text"] for need in variant["needs"] if need["tool"] not in {"gcc", "llvm"}]
    refused = next(r for r in variant["cells"][0]["rungs"] if r["rung"] == "kernel")["answer"] == "no"
    if not refused:
        said += [option["remains"] for option in variant["general"]]
        for target in variant["targets"] or ():
            said += [target["target"], "no tier" if target["custom"] else f"tier {target['tier'] or 'not stated'}"]
    elif variant["listed"]:
        said += [variant["listed"]["target"], f"tier {variant['listed']['tier'] or 'not stated'}"]
    for side in answer["beside"]:
        said += [side["release"], {"unknown": "cannot tell"}.get(side["answer"], side["answer"])]
    plain = TIED.sub("", text)
    assert [words for words in said if squeezed(words) not in text and squeezed(words) not in plain] == []


def test_every_place_in_the_text_stands_in_json(registry, asked):
    """A line that the text cites can be found by a program too."""
    for name in NAMES:
        answer = asked.name(resolve_name(registry, name))
        cited = {place for place in PLACE.findall(why_text(registry, answer)) if not place.startswith("//")}
        data = as_json(registry, answer)
        known = {f"{e['path']}:{e['line']}" for e in places(data)}
        # A remark, or a reason, may cite a line in its words.
        assert cited - known - set(PLACE.findall(json.dumps(data))) == set()


def test_what_the_screen_shows_stands_in_json(registry, asked):
    """Its places, whom to ask, and what is nearby with its answer."""
    for name in NAMES:
        answer = asked.name(resolve_name(registry, name))
        text, data = answer_screen(registry, answer), as_json(registry, answer)
        (told,) = data["answers"]
        (variant,) = told["variants"]
        assert [place for place in PLACE.findall(text) if not place.startswith("//") and not shown(place, data)] == []
        assert [address for address in ADDRESS.findall(text) if address not in variant["ask"]] == []
        words = " ".join(text.split())
        if " nearby " in words:
            near = [f"{one['id']} {WORDS[one['answer']]}" for one in told["nearby"]] or told["see_also"]
            assert [one for one in near if one not in words] == []
        assert not variant["port_dropped_in"] or f"in Linux {variant['port_dropped_in']}" in words


def shown(place, data):
    """Whether a place is a piece of evidence, or stands in words of JSON's."""
    return place in {f"{e['path']}:{e['line']}" for e in places(data)} or place in json.dumps(data)


def test_the_answer_itself_is_the_same(both):
    """The word, and the condition of a yes, in the first line."""
    data, text = both
    (answer,) = data["answers"]
    (variant,) = answer["variants"]
    word = WORDS[data["answer"]]
    condition = f", if {variant['condition']}" if variant["condition"] else ""
    assert text.startswith(squeezed(f"{answer['name']}: {word}{condition}"))


def test_a_source_that_was_not_read_is_named_in_both(registry, knowledge):
    """Each deciding source that lacks is in JSON's list of the cell, and in a sentence of both."""
    scene = set_scene(registry, knowledge, Question())
    llvm = scene.context.facts["llvm"]
    assert UNREAD in deciding_sources(registry.backends)
    rest = [item for source in registry.sources if source != UNREAD for item in llvm.of(source)]
    scene.context.facts["llvm"] = Facts(llvm.revision, rest)
    answer = Answers(registry, scene).name(resolve_name(registry, "x86_64"))
    cells = as_json(registry, answer)["answers"][0]["variants"][0]["cells"]
    assert [c["backend"] for c in cells if UNREAD in c["unread"]] == ["rustc-llvm", "mrustc"]
    assert squeezed(f"{UNREAD} (") in squeezed(why_text(registry, answer))
