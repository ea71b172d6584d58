"""The contradictions of one answer, found by asking about its names alone: those that the whole list has of them."""

from __future__ import annotations

import pytest

from matrix.query.answer import Answers
from matrix.query.knowledge import Knowledge
from matrix.query.question import Question
from matrix.query.scene import set_scene
from matrix.resolve.contradictions import contradictions
from tests.sampling import one_in


@pytest.mark.slow
@pytest.mark.parametrize("version", one_in(4, ["6.12.107", "6.1.176", "6.18.15", "7.1.13"]))
def test_asking_about_names_is_filtering_the_whole(registry, scene, version):
    """For every variant of every shipped kernel: no rule misses what is about it, and none adds anything."""
    answers = scene(kernel=version)
    whole = answers.contradictions
    assert whole
    for variant in registry.variants.values():
        answer = answers.variant(variant.id)
        names = {variant.id, variant.srcarch, *(t.name for t in answer.terms.targets or ())}
        assert answer.contradictions == tuple(c for c in whole if c.subject in names), variant.id


@pytest.mark.slow
def test_any_subject_can_be_asked_about(registry, scene):
    """Each subject that the whole list has, alone: rustc's targets and the tools too."""
    answers = scene(kernel="7.1.13")
    context, variants = answers.scene.context, registry.variants.values()
    for subject in {c.subject for c in answers.contradictions}:
        alone = contradictions(context, variants, [subject])
        assert alone == tuple(c for c in answers.contradictions if c.subject == subject), subject


def test_a_question_about_one_port_builds_no_other(registry, shipped):
    """Kconfig is evaluated of the port that is asked about: that is most of an answer's time."""
    fresh = Answers(registry, set_scene(registry, Knowledge([shipped]), Question(versions={"linux": "6.12.107"})))
    fresh.variant("riscv64")
    assert fresh.scene.context.facts["linux"].made.keys() == {("port", "riscv")}
