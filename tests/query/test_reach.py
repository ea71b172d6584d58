"""Whether a scene's tools build its kernel: what is shut early is what would be no in the end."""

from __future__ import annotations

import pytest

from matrix.cell import Basis
from matrix.model import Truth
from matrix.query.inferred import beside
from matrix.query.reach import Reach, ReachRow, is_shut, reach


@pytest.mark.parametrize(
    "asked",
    [{"kernel": "7.1", "cc": "gcc"}, {"kernel": "6.12.30", "cc": "clang"}, {"kernel": "6.1", "rustc": "1.63.0"}],
)
def test_what_is_shut_is_no(scene, registry, asked):
    """Of every port, read or inferred; and much is shut, or it would be for nothing."""
    answers = scene(**asked)
    backends = list(registry.backends.values())
    some = list({v.arch: v for v in registry.variants.values()}.values())[:10]
    shut = [v for v in some if is_shut(answers.scene, v, backends)]
    assert len(shut) > len(some) // 2
    for variant in shut[:4]:
        assert reach(answers.scene, [variant], backends).answer is Truth.NO


def test_nothing_is_shut_by_the_rules_of_another_backend(scene, registry):
    """One without rules is unknown in every cell."""
    answers = scene(kernel="7.1")
    variant = registry.variants["m68k-classic"]
    known = [registry.backends["rustc-llvm"]]

    class Unruled:
        id = "new"

    assert is_shut(answers.scene, variant, known)
    assert not is_shut(answers.scene, variant, [*known, Unruled()])


def test_several_variants_are_all_or_nothing(scene, registry):
    """One that the kernel does not have drops out; conditions stand by variant."""
    answers = scene(kernel="7.1", cc="gcc")
    backends = list(registry.backends.values())
    both = [registry.variants[id_] for id_ in ("arm-v6", "arm-v7")]
    found = reach(answers.scene, both, backends)
    assert (found.answer, [id_ for id_, _ in found.conditions]) == (Truth.YES, ["arm-v6", "arm-v7"])
    old_and_new = [registry.variants[id_] for id_ in ("arm64", "arm64-be")]
    assert reach(answers.scene, old_and_new, backends).answer is Truth.YES
    mixed = [registry.variants[id_] for id_ in ("x86_64", "x86_32")]
    assert reach(answers.scene, mixed, backends).answer is Truth.NO


def test_the_answer_is_that_of_is(ask, scene, registry):
    """With its basis."""
    for name, asked in (("riscv64", {"kernel": "6.12.30", "cc": "clang"}), ("s390x", {"kernel": "7.1"})):
        (cell,) = ask(name, **asked).variants
        found = reach(scene(**asked).scene, [cell.variant], list(registry.backends.values()))
        assert found.answer is cell.answer
        assert found.inferred is (cell.best.basis is Basis.INFERRED)


def test_a_side_is_named_by_what_parts_it(scene, registry):
    """LLVM was not read either, and says the same on both sides: it is not named."""
    answers = scene(kernel="6.14.2", llvm="19.1.7", cc="gcc")
    backends = [registry.backends["rustc-llvm"]]
    told = beside(answers.scene, [registry.variants["arm-v7"]], backends)
    assert [(words, truth) for words, truth, _ in told] == [
        ("Linux 6.12.107", Truth.NO),
        ("Linux 6.17.8", Truth.YES),
    ]


def test_where_nothing_parts_the_sides_the_kernels_are_named(scene, registry):
    """As where nothing may be inferred."""
    answers = scene(kernel="6.14.2", llvm="19.1.7", cc="gcc", exact=True)
    told = beside(answers.scene, [registry.variants["x86_64"]], [registry.backends["rustc-llvm"]])
    assert [(words, truth) for words, truth, _ in told] == [
        ("Linux 6.12.107", Truth.YES),
        ("Linux 6.17.8", Truth.YES),
    ]


def test_a_row_answers_by_some_column():
    """Of none that was asked, nothing."""
    yes, no = Reach(answer=Truth.YES), Reach(answer=Truth.NO)
    assert ReachRow(name="a", variants=("a",), cells=(no, yes)).answer is Truth.YES
    assert ReachRow(name="a", variants=("a",), cells=(no, None)).answer is Truth.NO
    assert ReachRow(name="a", variants=("a",), cells=(None,)).answer is None
