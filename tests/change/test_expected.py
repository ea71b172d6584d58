"""The changes between real releases against a list that was read in the upstream files: none missing, none invented."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import tomli

from matrix.change import compare
from matrix.change.logic import implies
from matrix.query.picture import picture
from matrix.query.question import Question
from matrix.query.scene import set_scene
from matrix.render.said import said_words
from tests.sampling import one_in

# The steps between releases are resolved for them.
pytestmark = pytest.mark.slow

LIST = tomli.loads((Path(__file__).parent / "expected.toml").read_text("utf-8"))["step"]
NAMES = [f"{s['project']} {s['before']} {s['after']}" for s in LIST]
# What the list holds of each project, whole (see its head).
COMPLETE = {
    "linux": {"port", "kernel", "support", "passed", "requirement", "level", "constraint", "clause"},
    "rust": {"rust-target"},
    "gcc": {"codegen"},
}

# Where the resolver leads to another line than the list, and both are right.
OTHER_LINES = {
    ("port", "ia64", "before"): "the lines of what IA64 is set by, some below the symbol's first",
    ("port", "arm64-be", "before"): "one line below",
    ("port", "loongarch32", "before"): "one line below: the type, and nothing else, is what keeps it from being set",
    ("support", "loongarch32", "before"): "likewise",
    ("support", "arm64-be", "before"): "what kept Rust out before was the select, not the byte order",
    ("support", "loongarch32", "after"): "what keeps Rust out now is the target, not the prompt that came",
    ("codegen", "loongarch32", "before"): "the pattern that matched, one line above what it says",
    ("codegen", "loongarch32", "after"): "the machine's pattern, not the check inside it that no longer refuses",
}


@pytest.fixture(scope="module")
def told(registry, knowledge):
    """A step -> each change of the families that the list has, by topic. Each step is compared once."""
    return cache(lambda name: _told(registry, knowledge, LIST[NAMES.index(name)]))


def _told(registry, knowledge, step):
    project = step["project"]
    sides = [
        picture(registry, set_scene(registry, knowledge, Question(versions={project: f"v{step[side]}"})))
        for side in ("before", "after")
    ]
    found = {}
    for change in compare(*sides):
        about, subject, attribute = change.before.topic
        if about in COMPLETE[project] and not (about == "support" and attribute != "rustc-llvm"):
            if about == "codegen" and attribute != "gcc":
                continue
            found[about, subject, attribute] = change
    return found


def key(event):
    """A codegen event of the list is of GCC's, and a renamed thing stands under its old name."""
    attribute = event["attribute"] or ("gcc" if event["about"] == "codegen" else "")
    return event["about"], event["subject"], attribute


def words(side):
    """What a side says as the list writes it."""
    return said_words(side.said) if side.said else ""


def same(listed, value):
    """Whether a listed value means what was found; conditions by what they mean, not by how they are written."""
    if listed == value:
        return True
    for head in ("yes if ", "conditional: "):
        if listed.startswith(head) and value.startswith(head):
            left, right = listed.removeprefix(head), value.removeprefix(head)
            # 6.1 pins its rustc in a document; the list writes that as Kconfig would.
            right = right.replace("rustc = 1.62.0", "RUSTC_VERSION = 106200")
            return implies(left, right) and implies(right, left)
    return False


@pytest.mark.parametrize(("name", "step"), one_in(7, zip(NAMES, LIST, strict=True), several=True), ids=NAMES)
def test_no_event_is_missing_and_none_is_invented(told, name, step):
    """The topics that changed are those of the list."""
    found = told(name)
    assert {key(e) for e in step["event"]} == found.keys()


@pytest.mark.parametrize(("name", "step"), one_in(7, zip(NAMES, LIST, strict=True), several=True), ids=NAMES)
def test_each_event_is_of_the_kind_and_says_what_the_list_says(told, name, step):
    """Kind, and the value on both sides. A generated specification goes by the LLVM target that it is for."""
    found = told(name)
    for event in step["event"]:
        change = found[key(event)]
        assert change.kind.value == event["kind"], event
        if event["about"] in {"clause", "passed"}:
            continue
        assert same(event["before"], words(change.before)), (event, change.before.said)
        assert same(event["after"], words(change.after)), (event, change.after.said)


@pytest.mark.parametrize(("name", "step"), one_in(7, zip(NAMES, LIST, strict=True), several=True), ids=NAMES)
def test_a_rewritten_clause_and_a_renamed_target_name_what_they_became(told, name, step):
    """`becomes` is the new name of the target, or the new words of the clause."""
    found = told(name)
    for event in step["event"]:
        topic = found[key(event)].after.topic
        if "becomes" in event:
            assert event["becomes"] in {topic.subject, topic.attribute}
        else:
            assert topic == found[key(event)].before.topic


@pytest.mark.parametrize(("name", "step"), one_in(7, zip(NAMES, LIST, strict=True), several=True), ids=NAMES)
def test_each_side_of_an_event_leads_to_its_line(told, name, step):
    """The line that the list names stands in the evidence of that side."""
    found = told(name)
    astray = []
    for event in step["event"]:
        change = found[key(event)]
        for side in ("before", "after"):
            place = event[f"{side}_at"]
            stands = {f"{e.path}:{e.line}" for e in getattr(change, side).evidence}
            if place and place not in stands and (*key(event)[:2], side) not in OTHER_LINES:
                astray.append((event["about"], event["subject"], side, place, sorted(stands)))
    assert not astray, "\n".join(map(str, astray))
