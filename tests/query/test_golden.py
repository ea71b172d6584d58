"""What the shipped facts must answer: the golden cells, names, versions and exit codes of docs/semantics.md."""

from __future__ import annotations

import pytest

from matrix.cell import RungName
from matrix.errors import UsageError
from matrix.expression import YES, atoms, show
from matrix.expression import parse as parse_expression
from matrix.model import Truth
from matrix.registry import resolve_name
from matrix.render.answer.screen import answer_screen
from matrix.render.answer.text import answer_text
from matrix.render.phrases import cell_words
from matrix.render.style import without
from matrix.versions import parse
from tests.sampling import one_in

BACKENDS = ("rustc-llvm", "rustc-gcc", "rustc-cranelift", "gccrs", "mrustc")
# The versions that the golden cells are about; named, so that a newer release among the facts changes nothing.
GOLDEN = {"kernel": "7.1.13", "gcc": "16.2.0", "llvm": "22.1.8", "mrustc": "0.12.0"}
SERIES = {"kernel": "7.1", "rustc": "1.95", "gcc": "16", "llvm": "22"}


def statuses(answer):
    (variant,) = answer.variants
    return " / ".join(cell_words(cell) for cell in variant.cells)


def blocker(answer, backend):
    """The rung that stands in the way of one backend."""
    (variant,) = answer.variants
    return next(cell for cell in variant.cells if cell.backend == backend).decisive


# --- cells --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("x86_64", "supported / ? attested / ? attested / no: target / ? attested"),
        ("riscv64", "conditional / ? attested / ? attested / no: target / ? attested"),
        ("m68k-classic", "no: kernel / no: kernel / no: codegen / no: target / no: kernel"),
        ("alpha", "no: codegen / no: target / no: codegen / no: target / no: target"),
        ("hexagon", "no: kernel / no: codegen / no: codegen / no: codegen / no: target"),
        ("s390x", "no: kernel / no: kernel / no: kernel / no: target / no: target"),
        ("nios2", "no: codegen / no: codegen / no: codegen / no: codegen / no: codegen"),
    ],
)
def test_the_golden_cells(registry, ask, name, cells):
    """Linux 7.1.13, rustc 1.95.0, GCC 16.2, LLVM 22, in the order of the backends."""
    assert tuple(registry.backends) == BACKENDS
    assert statuses(ask(name, **GOLDEN)) == cells
    assert statuses(ask(name, **GOLDEN, rustc="1.95.0")) == cells


@pytest.mark.parametrize(
    ("name", "cells", "condition"),
    [
        # arch/s390/Kconfig:247 selects HAVE_RUST if !EXPOLINE; arch/loongarch/Kconfig:178 if !KASAN.
        ("s390x", "conditional / ? attested / ? attested / no: target / no: target", "!EXPOLINE"),
        ("loongarch64", "conditional / ? attested / no: codegen / no: target / no: target", "!KASAN"),
        ("x86_64", "supported / ? attested / ? attested / no: target / ? attested", ""),
        ("riscv64", "conditional / ? attested / ? attested / no: target / ? attested", "CC_IS_CLANG"),
        ("alpha", "no: codegen / no: target / no: codegen / no: target / no: target", ""),
        ("nios2", "no: codegen / no: codegen / no: codegen / no: codegen / no: codegen", ""),
    ],
)
def test_the_golden_cells_of_7_2_6(ask, name, cells, condition):
    """s390 came with 7.2, and loongarch64 has a condition now."""
    found = ask(name, **GOLDEN | {"kernel": "7.2.6"})
    assert statuses(found) == cells
    assert show(found.variants[0].condition) == condition


def test_no_known_rustc_reaches_what_s390_needs(ask):
    """scripts/min-tool-version.sh:35 asks for 1.96.0 on s390: 1.95 is a no, 1.96 is not known; else it is said."""
    assert ask("s390x", kernel="7.2", rustc="1.95").exit_code == 1
    assert ask("s390x", kernel="7.2", rustc="1.96").exit_code == 3
    found = ask("s390x", kernel="7.2")
    assert found.exit_code == 0
    (cell, *_) = found.variants[0].cells
    assert any("rustc >= 1.96.0, which no rustc that is known here reaches" in words for words in cell.remarks)


def test_little_endian_xtensa_lacks_the_kernel_alone(ask):
    """rustc lists esp32 targets, and its own LLVM has the backend; the comment in its example says otherwise."""
    found = ask("xtensa-le", **GOLDEN)
    assert statuses(found).split(" / ")[0] == "no: kernel"
    (variant,) = found.variants
    (told,) = (c for c in variant.contradictions if c.rule == "example-lists-other-backends")
    assert next((side.path, side.line) for side in told.sides) == (
        "src/bootstrap/src/core/build_steps/llvm.rs",
        340,
    )


@pytest.mark.parametrize(
    ("backend", "rung", "says"),
    [
        ("rustc-llvm", "codegen", "LLVM 22.1.8 has no backend"),
        ("rustc-gcc", "target", "lists no target"),
        ("rustc-cranelift", "codegen", "no column"),
        ("gccrs", "target", "1.49.0 < 1.85.0"),
        ("mrustc", "target", "no built-in Linux target"),
    ],
)
def test_what_each_path_to_alpha_lacks(ask, backend, rung, says):
    """A ports maintainer sees the first thing to do on each way."""
    stands = blocker(ask("alpha", **GOLDEN, rustc="1.95.0"), backend)
    assert (stands.name.value, stands.truth) == (rung, Truth.NO)
    assert says in stands.because


# --- answers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "code", "condition"),
    [
        ("riscv64", 0, "CC_IS_CLANG"),
        ("riscv32", 1, ""),
        ("armv7l", 0, "!KASAN"),
        ("armv6l", 0, "CPU_32v7 && !KASAN"),
        ("armeb", 1, ""),
        ("armv4", 1, ""),
        ("armv5", 1, ""),
        ("armv7-m", 1, ""),
        ("i386", 1, ""),
        ("um-i386", 0, ""),
        ("um-x86_64", 0, ""),
        ("ppc64le", 1, ""),
        ("alpha", 1, ""),
        ("loongarch64", 0, ""),
        ("loongarch32", 1, ""),
        ("ia64", 1, ""),
        ("arm64", 0, ""),
        ("aarch64_be", 1, ""),
        ("amd64", 0, ""),
        ("s390x", 1, ""),
        ("sparc64", 1, ""),
    ],
)
def test_an_answer_with_its_exit_code_and_its_condition(ask, name, code, condition):
    """Series name the newest known of each; conditions are what remains once the variant's symbols are filled in."""
    found = ask(name, **SERIES)
    (variant,) = found.variants
    assert (found.exit_code, show(variant.condition)) == (code, condition)


def test_riscv64_is_yes_with_clang_and_no_with_gcc(ask):
    """Without --cc both are told; with it that one is the answer."""
    (variant,) = ask("riscv64", **SERIES).variants
    assert [(c.cc, c.answer, show(c.condition)) for c in variant.by_compiler] == [
        ("clang", Truth.YES, ""),
        ("gcc", Truth.NO, ""),
    ]
    clang, gcc = (ask("riscv64", **SERIES, cc=cc) for cc in ("clang", "gcc"))
    assert (clang.exit_code, show(clang.variants[0].condition)) == (0, "")
    assert gcc.exit_code == 1
    assert not clang.variants[0].by_compiler


def test_a_compiler_changes_nothing_where_the_condition_names_none(ask):
    """armv7's condition is about KASAN: with either compiler the same, and no line about compilers."""
    assert ask("armv7l", **SERIES).variants[0].by_compiler == ()
    for cc in ("clang", "gcc"):
        assert ask("armv7l", **SERIES, cc=cc).variants[0].condition == parse_expression("!KASAN")


@pytest.mark.parametrize(
    ("name", "options", "code"),
    [
        ("riscv64", {}, 1),
        ("riscv64", {"cc": "clang"}, 0),
        ("armv7l", {}, 1),
        ("x86_64", {}, 0),
        ("um", {}, 0),
        ("alpha", {}, 1),
    ],
)
def test_strict_turns_yes_if_into_no(ask, name, options, code):
    """A yes without conditions stays one; a condition that --cc meets is none."""
    assert ask(name, **SERIES, strict=True, **options).exit_code == code


def test_rustc_with_llvm_says_why_each_variant_is_no_where_no_other_backend_does_better(ask):
    """arm, and hppa of which LLVM has no backend."""
    for name in ("arm", "hppa", "m68k"):
        for variant in ask(name, **SERIES).variants:
            assert variant.best.backend == "rustc-llvm", variant.variant.id
    for variant in ask("hppa", **SERIES).variants:
        assert variant.best.decisive.because.startswith("LLVM 22.1.8 has no backend for PA-RISC")


def test_what_armv6_hangs_on_is_said_in_words_that_its_owner_reads(ask, registry):
    """One image for both, none for ARMv6 alone, and what arch-support.rst documents."""
    lines = without(answer_screen(registry, ask("armv6l", **SERIES))).splitlines()
    said = " ".join(line.strip() for line in lines[:5])
    assert said.startswith("armv6l: yes, if CPU_32v7 && !KASAN. ")
    assert "CPU_32v7 means one image for ARMv6 and ARMv7 processors" in said
    for words in ("a kernel for ARMv6 alone", "cannot have Rust", "arch-support.rst documents ARMv7 alone"):
        assert words in said


def test_how_an_answer_changes_along_rustcs_versions_is_said(ask, registry):
    """arm64 on 6.18 is yes with the newest known rustc, and was a yes under a condition before 1.82."""
    text = " ".join(without(answer_text(registry, ask("arm64", kernel="6.18"))).split())
    assert text.startswith("arm64: yes Rust in the kernel")
    assert "rustc < 1.80: only if !SHADOW_CALL_STACK;" in text
    assert "rustc < 1.82, from 1.80 on: only if !SHADOW_CALL_STACK || UNWIND_PATCH_PAC_INTO_SCS;" in text
    assert "rustc > 1.95.0: not read here" in text
    assert "not read here" not in answer_text(registry, ask("arm64", kernel="7.1"))
    assert ask("arm64", kernel="6.18", rustc="1.95.0").variants[0].window == ()


def test_strict_leaves_cannot_tell_as_it_is(ask):
    """Only a yes under conditions changes."""
    assert ask("x86_64", kernel="7.9", strict=True).exit_code == 3


@pytest.mark.parametrize(
    ("backend", "code"), [("rustc-llvm", 0), ("rustc-gcc", 3), ("rustc-cranelift", 3), ("gccrs", 1), ("mrustc", 3)]
)
def test_one_backend_alone(ask, backend, code):
    """--backend asks for that one: the exit code follows its answer, and unknown is neither yes nor no."""
    found = ask("x86_64", **SERIES, backend=backend)
    assert found.exit_code == code
    assert [v.backend for v in found.variants[0].cells] == [backend]


def test_ppc64le_has_a_good_target_and_no_select(ask):
    """The target is listed at tier 2 with host tools; what is missing is Kconfig's select."""
    found = ask("ppc64le", **SERIES)
    (verdict, *_) = found.variants[0].cells
    target = verdict.rungs[2]
    assert target.truth is Truth.YES
    assert "powerpc64le-unknown-linux-gnu (tier 2)" in target.because
    rust = found.scene.context.facts["rust"]
    assert rust.first("rust-platform-support", "powerpc64le-unknown-linux-gnu", "host-tools").fact.value == "yes"
    stands = blocker(found, "rustc-llvm")
    assert stands.name is RungName.KERNEL
    assert "does not select HAVE_RUST" in stands.because


def test_loongarch32_is_refused_by_its_target_and_the_contradiction_is_shown(ask):
    """On 7.1 it can be built and HAVE_RUST is selected, but the target passed is 64-bit."""
    found = ask("loongarch32", **SERIES)
    (variant,) = found.variants
    rungs = {r.name.value: r for r in variant.cells[0].rungs}
    assert rungs["port"].truth is Truth.YES
    assert rungs["kernel"].truth is Truth.NO
    assert "64-bit" in rungs["kernel"].because
    assert "target-of-another-width" in {c.rule for c in variant.contradictions}


def test_ia64_is_not_in_this_kernel(ask):
    """The first blocker says so, on every way."""
    found = ask("ia64", **SERIES)
    for backend in BACKENDS:
        stands = blocker(found, backend)
        assert (stands.name.value, stands.because) == ("port", "Linux 7.1.13 has no arch/ia64")


@pytest.mark.parametrize(
    ("name", "targets"),
    [
        ("x86_64", "x86_64-linux-gnu"),
        ("um-i386", "i386-unknown-linux-gnu"),
        ("arm64", "aarch64-unknown-none-softfloat"),
        ("riscv64", "riscv64imac-unknown-none-elf"),
        ("loongarch64", "loongarch64-unknown-none-softfloat"),
        ("armv7l", "arm-unknown-linux-gnueabi"),
        ("alpha", ""),
    ],
)
def test_the_target_that_the_kernel_passes(ask, name, targets):
    """A generated specification by its LLVM target; of arm64's two branches the one that 7.1's minimum leaves."""
    (variant,) = ask(name, **SERIES).variants
    assert ", ".join(target.name for target in variant.terms.targets) == targets


# --- other kernels ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "options", "code", "condition"),
    [
        ("armv7l", {"kernel": "6.12"}, 1, ""),
        ("arm64", {"kernel": "6.12"}, 0, ""),
        ("arm64", {"kernel": "6.12", "rustc": "1.85"}, 0, ""),
        ("loongarch64", {"kernel": "6.12"}, 0, ""),
        ("loongarch32", {"kernel": "6.12"}, 1, ""),
        ("armv7l", {"kernel": "6.18"}, 0, ""),
        ("x86_64", {"kernel": "6.1"}, 0, "rustc = 1.62.0"),
        ("x86_64", {"kernel": "6.1", "rustc": "1.62.0"}, 0, ""),
        ("x86_64", {"kernel": "6.1", "rustc": "1.85"}, 3, ""),
        ("x86_64", {"kernel": "6.1", "rustc": "1.95"}, 1, ""),
        ("x86_64", {"kernel": "6.18"}, 0, "rustc <= 1.90.0"),
        ("x86_64", {"kernel": "6.18", "rustc": "1.90.0"}, 0, ""),
        ("x86_64", {"kernel": "6.18", "rustc": "1.95.0"}, 1, ""),
        ("um-x86_64", {"kernel": "6.18"}, 0, "rustc <= 1.90.0"),
        ("um-x86_64", {"kernel": "6.18", "rustc": "1.95.0"}, 1, ""),
        ("arm64", {"kernel": "6.18", "rustc": "1.95.0"}, 0, ""),
        ("x86_64", {"kernel": "6.12", "rustc": "1.95.0"}, 0, ""),
        ("x86_64", {"kernel": "7.1", "rustc": "1.95.0"}, 0, ""),
        ("x86_64", {"kernel": "6.1", "rustc": "1.61.0"}, 1, ""),
        ("um-x86_64", {"kernel": "6.1"}, 1, ""),
        ("arm64", {"kernel": "6.1"}, 1, ""),
        ("x86_64", {"kernel": "7.1", "rustc": "1.80"}, 1, ""),
        ("x86_64", {"kernel": "7.1", "gcc": "5.1", "cc": "gcc"}, 1, ""),
        ("x86_64", {"kernel": "7.1", "cc": "clang", "cc_version": "14.0.0"}, 1, ""),
        ("arm64", {"kernel": "7.1", "rustc": "1.99"}, 3, ""),
        ("x86_64", {"kernel": "6.17"}, 0, "rustc <= 1.90.0"),
        ("x86_64", {"kernel": "6.16"}, 0, "rustc <= 1.90.0"),
        ("x86_64", {"kernel": "6.12.48"}, 0, "rustc <= 1.85.1"),
        ("x86_64", {"kernel": "6.12.48", "rustc": "1.85.1"}, 0, ""),
        ("x86_64", {"kernel": "6.18.13", "rustc": "1.95.0"}, 1, ""),
        ("x86_64", {"kernel": "6.5"}, 3, ""),
        ("x86_64", {"kernel": "6.16", "exact": True}, 3, ""),
        ("x86_64", {"kernel": "7.9"}, 3, ""),
        ("arm64", {"kernel": "7.9", "rustc": "1.20"}, 3, ""),
    ],
)
def test_the_kernel_and_the_named_versions_decide(ask, name, options, code, condition):
    """A named version below the minimum is no, one that nobody has read is cannot tell, a pinned one a condition."""
    found = ask(name, **options)
    (variant,) = found.variants
    assert (found.exit_code, show(variant.condition)) == (code, condition)


def test_loongarch32_is_no_port_of_6_12(ask):
    """32BIT has no prompt there: the kernel cannot be built for it."""
    assert blocker(ask("loongarch32", kernel="6.12"), "rustc-llvm").name is RungName.PORT


def test_an_unknown_kernel_is_told_with_its_neighbours(ask):
    """Never the nearest in its place."""
    found = ask("x86_64", kernel="6.16")
    assert found.scene.revisions["linux"] is None
    (words,) = [s for s in found.scene.said if "6.16" in s]
    assert "6.12.107" in words
    assert "6.17.8" in words


@pytest.mark.parametrize(
    ("asked", "label", "says"),
    [
        ("7.1", "7.1.13", "7.1.13, the newest known of that series"),
        ("v7.1.13", "7.1.13", ""),
        ("7.1.13-1-amd64", "7.1.13", "'-1-amd64'"),
        ("v7.1", None, "was not read"),
        ("7.1.0", None, "was not read"),
        ("7.1.12", None, "was not read"),
    ],
)
def test_which_kernel_a_version_means(ask, asked, label, says):
    """A series means its newest, said so; a tag itself or nothing; a distribution's suffix is cut, said so."""
    scene = ask("x86_64", kernel=asked).scene
    revision = scene.revisions["linux"]
    assert (revision.label if revision else None) == label
    assert any(says in words for words in scene.said) or not says


def test_a_version_that_does_not_parse_is_a_usage_error(ask):
    """Exit code 2, and no answer."""
    with pytest.raises(UsageError, match="nonsense"):
        ask("x86_64", kernel="nonsense")


def test_the_default_is_the_newest_release_of_each_project(ask, shipped):
    """Every shipped release was read whole, so that none is passed over."""
    for project, revision in ask("x86_64").scene.revisions.items():
        releases = [r for r in shipped.facts.revisions(project) if r.kind == "release"]
        assert revision == max(releases, key=lambda r: parse(r.label))


# --- names --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "variant", "code"),
    [
        ("arm64", "arm64", 0),
        ("aarch64", "arm64", 0),
        ("AArch64", "arm64", 0),
        ("x86_64", "x86_64", 0),
        ("amd64", "x86_64", 0),
        ("armhf", "arm-v7", 0),
        ("s390", "s390x", 1),
    ],
)
def test_names_that_mean_one_variant_tell_its_siblings(ask, name, variant, code):
    """Exit code 0 does not wait for a sibling that the asker did not mean, and says that there is one."""
    found = ask(name, **SERIES)
    assert [v.variant.id for v in found.variants] == [variant]
    assert found.exit_code == code
    assert bool(found.meaning.see_also) is (variant != "s390x")


@pytest.mark.parametrize(
    ("name", "count", "code"),
    [
        ("um", 2, 0),
        ("arm", 7, 1),
        ("x86", 2, 1),
        ("riscv", 2, 1),
        ("loongarch", 2, 1),
        ("mips", 8, 1),
        ("powerpc", 4, 1),
    ],
)
def test_names_of_ports_mean_every_variant(ask, registry, name, count, code):
    """All of them must be yes; um is, on both hosts."""
    found = ask(name, **SERIES)
    assert len(found.variants) == count
    assert {v.variant.arch for v in found.variants} == {name}
    assert {v.variant.id for v in found.variants} == {v.id for v in registry.variants.values() if v.arch == name}
    assert found.exit_code == code


def test_a_variant_that_the_kernel_lacks_drops_out_of_a_name(ask):
    """`loongarch` on 6.12 must not fail over a loongarch32 that is not there; where none is left, all are shown."""
    found = ask("loongarch", kernel="6.12")
    assert [v.variant.id for v in found.variants] == ["loongarch64"]
    assert [v.variant.id for v in found.dropped] == ["loongarch32"]
    assert found.exit_code == 0
    gone = ask("ia64", kernel="7.1")
    assert [v.variant.id for v in gone.variants] == ["ia64"]
    assert gone.dropped == ()


def test_a_kernel_that_nobody_has_read_drops_no_variant(ask):
    """Whether the port is there is not known; unknown is no reason to leave it out."""
    assert len(ask("loongarch", kernel="7.9").variants) == 2


def test_no_outranks_cannot_tell_which_outranks_yes(ask):
    """With several variants: arm on an unread kernel cannot be told; with one variant proven no, it is no."""
    assert ask("arm", kernel="7.9").exit_code == 3
    assert ask("x86", kernel="7.1", rustc="1.99").exit_code == 1


def test_a_name_that_nothing_has_is_a_usage_error_with_the_nearest(registry):
    """Exit code 2."""
    with pytest.raises(UsageError, match="riscv64"):
        resolve_name(registry, "riscv46")


# --- laws ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kernel", one_in(3, ["7.2", "6.12", "6.17", "6.1", "6.18", "7.1"]))
def test_laws_that_every_cell_keeps(registry, scene, kernel):
    """Status, answer, condition and evidence agree with each other, on every variant and backend."""
    answers = scene(kernel=kernel)
    for id_ in registry.variants:
        for verdict in answers.variant(id_).cells:
            place = f"{kernel} {id_} {verdict.backend}"
            truths = [r.truth for r in verdict.rungs]
            assert (verdict.answer is Truth.YES) == (set(truths) == {Truth.YES}), place
            assert (verdict.answer is Truth.NO) == (Truth.NO in truths), place
            positive = verdict.status.value in {"supported", "conditional"}
            assert positive == (verdict.answer is Truth.YES), place
            assert (verdict.status.value == "conditional") == (positive and verdict.condition != YES), place
            assert (verdict.status.value == "unknown") == (verdict.answer is Truth.UNKNOWN), place
            assert {r.truth for r in verdict.blockers} <= {Truth.NO}, place
            assert {r.truth for r in verdict.unproven} <= {Truth.UNKNOWN}, place
            for rung in verdict.rungs:
                assert rung.evidence or rung.truth is Truth.UNKNOWN or rung.name is RungName.ATTESTED, (
                    f"{place} {rung.name}"
                )


@pytest.mark.slow
def test_a_condition_names_nothing_that_the_variant_fixes(registry, scene):
    """What is fixed is filled in: neither the variant's own symbols nor other ports' stand in a condition."""
    symbols = {arch.symbol for arch in registry.arches.values()}
    for kernel in ("6.1", "6.12", "6.17", "6.18", "7.1", "7.2"):
        for id_, variant in registry.variants.items():
            for verdict in scene(kernel=kernel).variant(id_).cells:
                words = set(atoms(verdict.condition))
                assert not words & ({*variant.on, *variant.off} | symbols), f"{kernel} {id_}: {words}"
