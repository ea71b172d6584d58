"""What matrix.value makes of a class is what dataclasses makes of it, but for when it is compiled."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import subprocess
import sys

import pytest

from matrix import value
from matrix.expression import Known, Range
from matrix.model import Evidence, Revision
from matrix.resolve.kconfig import Block

EVIDENCE = Evidence(project="linux", revision="7.1", path="Makefile", line=7, says="so")


def twin(**options):
    """The same class by both."""

    def declare(make):
        @make(slots=True, **options)
        class Grain:
            """A grain."""

            size: int
            colour: str = "grey"

            def twice(self):
                return self.size * 2

        return Grain

    return declare(value.dataclass), declare(dataclasses.dataclass)


@pytest.mark.parametrize("options", [{}, {"frozen": True}, {"frozen": True, "order": True}])
def test_a_class_is_what_dataclasses_makes_of_it(options):
    """Positions, names, defaults, words, equality, order, hash, and what is refused."""
    ours, theirs = twin(**options)
    for made in (ours, theirs):
        grain = made(3)
        assert (grain.size, grain.colour, grain.twice()) == (3, "grey", 6)
        assert grain == made(size=3, colour="grey") != made(3, "red")
        assert grain != (3, "grey")
        assert repr(grain).endswith("Grain(size=3, colour='grey')")
        assert made.__match_args__ == ("size", "colour")
        assert made.__doc__ == "A grain."
        assert not hasattr(grain, "__dict__")
        for wrong in ((), (1, "red", 2)):
            with pytest.raises(TypeError):
                made(*wrong)
        with pytest.raises(TypeError):
            made(1, shape="round")
        if options.get("frozen"):
            assert len({grain, made(3)}) == 1
            with pytest.raises(dataclasses.FrozenInstanceError):
                grain.size = 4
        else:
            grain.size = 4
            assert grain.size == 4
            with pytest.raises(TypeError):
                hash(grain)
        if options.get("order"):
            assert sorted([made(3), made(2)]) == [made(2), made(3)]
            assert made(2) <= made(2) >= made(1)
            with pytest.raises(TypeError):
                assert made(2) < (2,)


def test_fields_by_name_alone_take_no_position():
    """kw_only."""
    ours, theirs = twin(frozen=True, kw_only=True)
    for made in (ours, theirs):
        assert made(size=1).size == 1
        assert made.__match_args__ == ()
        with pytest.raises(TypeError):
            made(1)


def test_a_default_that_is_made_is_made_each_time():
    """Two blocks share no list."""
    first, second = Block("a"), Block("a")
    first.prompts.append(None)
    assert second.prompts == []
    assert Block("a", prompts=first.prompts).prompts is first.prompts


def test_a_value_with_a_change():
    """By our own replace and by dataclasses', of our values and of theirs."""
    _, theirs = twin(frozen=True)
    for replace in (value.replace, dataclasses.replace):
        assert (replace(EVIDENCE, line=8).line, replace(EVIDENCE, line=8).says) == (8, "so")
        assert replace(Revision(project="linux", label="7.1"), label="7.2").label == "7.2"
        assert replace(theirs(3), colour="red") == theirs(3, "red")
        with pytest.raises(TypeError):
            replace(EVIDENCE, colour="red")


def test_dataclasses_functions_take_the_values():
    """They ask for fields, which are made then."""
    assert [f.name for f in dataclasses.fields(EVIDENCE)] == ["project", "revision", "path", "line", "says"]
    assert dataclasses.asdict(EVIDENCE)["line"] == 7
    assert dataclasses.is_dataclass(Known)


def test_what_dataclasses_asks_for_is_made_once():
    """dataclasses.replace asks for the fields of every value; to make them compiles a class."""

    @value.dataclass(frozen=True, slots=True)
    class Pair:
        left: int
        right: int = 2

    assert dataclasses.replace(Pair(1), right=3) == Pair(1, 3)
    assert Pair.__dataclass_fields__ is Pair.__dataclass_fields__


def test_a_value_survives_being_copied_and_written():
    """Another process gets the same."""
    assert copy.copy(EVIDENCE) == copy.deepcopy(EVIDENCE) == pickle.loads(pickle.dumps(EVIDENCE)) == EVIDENCE  # noqa: S301
    assert pickle.loads(pickle.dumps(Range(1, 2))) == Range(1, 2)  # noqa: S301


def test_what_is_no_small_value_is_refused():
    """Inheritance and classes without slots are for dataclasses itself."""
    with pytest.raises(TypeError, match="slots"):
        value.dataclass(slots=False)
    with pytest.raises(TypeError, match="bases"):
        value.dataclass(slots=True)(type("Worse", (ValueError,), {}))


def test_a_question_imports_no_dataclasses():
    """It would cost more than all of an answer's own classes."""
    probe = "import sys, matrix.cli.commands.is_; sys.exit('dataclasses' in sys.modules or 'inspect' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0


@pytest.mark.parametrize("module", [value, dataclasses], ids=["ours", "theirs"])
def test_a_field_can_be_left_out_of_the_words(module):
    """What makes them longer than a screen; it is compared all the same."""

    @module.dataclass(slots=True, frozen=True)
    class Jar:
        """A jar."""

        label: str
        content: tuple[int, ...] = module.field(repr=False)

    jar = Jar("sand", (1, 2))
    assert repr(jar).endswith("Jar(label='sand')")
    assert jar != Jar("sand", (1, 3))
    assert [field.repr for field in dataclasses.fields(jar)] == [True, False]
