"""The ladder of docs/semantics.md section 1: every rung of every backend, status, answer and blockers."""

from __future__ import annotations

import pytest

from matrix.cell import Rung, RungName, Status
from matrix.expression import parse, show
from matrix.model import Truth
from matrix.resolve.cell import conjunction, disjunction, resolve_all, standing

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN
BACKENDS = ("rustc-llvm", "rustc-gcc", "rustc-cranelift", "gccrs", "mrustc")


@pytest.fixture
def verdict(world, variant, backends):
    """The verdict of one backend on the 64-bit dune, in a world and of a variant with these differences."""

    def resolve(backend="rustc-llvm", like=None, **differences):
        context = world(**differences)
        return resolve_all(context, variant(**(like or {})), [backends[backend]])[0]

    return resolve


@pytest.fixture
def rung(verdict):
    """One rung of that verdict."""

    def find(name, backend="rustc-llvm", like=None, **differences):
        found = verdict(backend, like, **differences)
        return found.at(RungName(name))

    return find


def targets(cell):
    """The names of what the kernel passes."""
    return [target.name for target in cell.terms.targets]


def kernel(select="select HAVE_RUST if SANDY", more=""):
    """A Kconfig of dune whose top symbol has this line."""
    return {
        "arch/dune/Kconfig": f"config DUNE\n\tdef_bool y\n\t{select}\n"
        f'config SANDY\n\tbool "Sandy"\nconfig ROCKY\n\tbool "Rocky"\n{more}'
    }


# --- the whole ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_verdict_has_the_five_rungs_in_order_each_with_a_rule_and_a_reason(verdict, backend):
    """Evidence of a yes names file and line of a project at its version."""
    found = verdict(backend)
    assert tuple(r.name.value for r in found.rungs) == ("port", "codegen", "target", "kernel", "attested")
    for rung in found.rungs:
        assert rung.rule.startswith(f"{rung.name.value}: ")
        assert rung.because
        for evidence in rung.evidence:
            assert (evidence.project, evidence.path, evidence.says) > ("", "", "")
            assert evidence.line >= 0
    for rung in found.rungs[:4]:
        assert rung.evidence, f"{rung.name} without evidence"


def test_with_everything_in_place_only_rustc_with_llvm_is_proven(verdict):
    """No file says that a kernel is built with another backend: unknown, and neither yes nor no."""
    assert verdict("rustc-llvm").status is Status.SUPPORTED
    for backend in BACKENDS[1:]:
        found = verdict(backend)
        assert [r.truth for r in found.rungs] == [YES, YES, YES, YES, UNKNOWN], backend
        assert (found.status, found.answer) == (Status.UNKNOWN, UNKNOWN)


@pytest.mark.parametrize("backend", BACKENDS)
def test_where_nothing_was_read_nothing_is_no(verdict, backend):
    """Unknown is never no: five empty projects give five unknown rungs."""
    found = verdict(backend, unknown=("linux", "rust", "gcc", "llvm", "mrustc"))
    assert [r.truth for r in found.rungs] == [UNKNOWN] * 5
    assert found.status is Status.UNKNOWN


SOURCES_OF = {
    "port": {b: ["linux_ports", "kconfig"] for b in BACKENDS},
    "codegen": {
        "rustc-llvm": ["llvm_targets"],
        "rustc-gcc": ["gcc_config"],
        "rustc-cranelift": ["cranelift_platforms"],
        "gccrs": ["gcc_config"],
        "mrustc": ["llvm_targets gcc_config"],
    },
    "target": {
        "rustc-llvm": ["rust_target_list", "rust_built_llvm"],
        "rustc-gcc": ["rust_target_list"],
        "rustc-cranelift": ["rust_target_list"],
        "gccrs": ["gccrs_enabled", "gccrs_language", "linux_min_tools"],
        "mrustc": ["mrustc_targets", "mrustc_versions", "linux_min_tools"],
    },
    "kernel": {
        b: [
            "kconfig",
            "linux_rustflags",
            "linux_min_tools",
            "linux_quick_start linux_rust_available linux_changes",
            "linux_bindgen_targets",
            "rust_target_list",
            "rust_target_specs",
        ]
        for b in BACKENDS
    },
}


@pytest.mark.parametrize(
    ("name", "backend", "sources"),
    [(n, b, s) for n, by_backend in SOURCES_OF.items() for b, each in by_backend.items() for s in each],
)
def test_a_source_that_was_not_read_leaves_its_rung_unknown(rung, name, backend, sources):
    """Whether the file failed, or the version is not known: its silence is no answer."""
    if sources == "kconfig":
        missing = {"kconfig": dict.fromkeys(("init/Kconfig", "arch/Kconfig", "arch/dune/Kconfig", "arch/reef/Kconfig"))}
    else:
        missing = dict.fromkeys(sources.split(), ())
    assert rung(name, backend, **missing).truth is UNKNOWN


# --- port ---------------------------------------------------------------------------------------------------------


def test_a_port_is_there_and_can_set_what_the_variant_fixes(rung):
    """The evidence is the port itself and where each symbol is defined."""
    found = rung("port")
    assert found.truth is YES
    assert [e.path for e in found.evidence][:2] == ["linux-ports.txt", "arch/dune/Kconfig"]


def test_a_port_that_the_kernel_does_not_list_is_a_no(rung):
    """The list was read and lacks it, whatever Kconfig files lie about."""
    assert rung("port", linux_ports=("reef port arch/reef/Kconfig",)).truth is NO


@pytest.mark.parametrize(
    "content",
    [
        "config DUNE\n\tdef_bool y\n",
        "config DUNE\n\tdef_bool y\nconfig SANDY\n\tbool\n",
        'config DUNE\n\tdef_bool y\nconfig SANDY\n\tbool "S"\n\tdepends on BROKEN\nconfig BROKEN\n\tbool\n',
        "config DUNE\n\tdef_bool y\nconfig SANDY\n\tdef_bool n\n",
        'config DUNE\n\tdef_bool y\nconfig SANDY\n\tbool "S"\n\tdepends on ROCKY\n',
    ],
    ids=["undefined", "nothing sets it", "broken", "always n", "excluded by the variant"],
)
def test_a_symbol_that_the_kernel_cannot_set_is_a_no(rung, content):
    """Undefined, or without a prompt, default or select that can hold. The reason names the symbol."""
    found = rung("port", kconfig={"arch/dune/Kconfig": content})
    assert found.truth is NO
    assert "SANDY" in found.because


def test_a_symbol_that_the_variant_denies_and_the_kernel_always_sets_is_a_no(rung):
    """loongarch32 on a kernel in which 64BIT is always y."""
    content = kernel()["arch/dune/Kconfig"].replace('ROCKY\n\tbool "Rocky"', "ROCKY\n\tdef_bool y")
    found = rung("port", kconfig={"arch/dune/Kconfig": content})
    assert found.truth is NO
    assert "ROCKY" in found.because


def test_a_symbol_may_be_set_by_a_select(rung):
    """CPU_32v7 has no prompt; a processor's option selects it."""
    content = 'config DUNE\n\tdef_bool y\nconfig SANDY\n\tbool\nconfig MACH\n\tbool "M"\n\tselect SANDY\n'
    assert rung("port", kconfig={"arch/dune/Kconfig": content}).truth is YES


def test_an_undefined_symbol_is_unknown_while_a_sourced_file_is_unread(rung):
    """The file may define it."""
    content = 'config DUNE\n\tdef_bool y\nsource "arch/dune/lost/Kconfig"\n'
    assert rung("port", kconfig={"arch/dune/Kconfig": content}).truth is UNKNOWN


def test_an_unread_kconfig_of_the_port_is_unknown(rung):
    """Other files of the kernel were read; they do not say what the port can set."""
    assert rung("port", kconfig={"arch/dune/Kconfig": None}).truth is UNKNOWN


# --- codegen ------------------------------------------------------------------------------------------------------


def test_llvm_has_the_backend_or_has_it_as_an_experiment(rung):
    """Experimental is a yes with a remark; a backend that the list lacks, or that LLVM never had, is a no."""
    plain = rung("codegen")
    assert (plain.truth, plain.remarks) == (YES, ())
    experimental = rung("codegen", like={"llvm": "Mirage"})
    assert experimental.truth is YES
    assert "experimental" in experimental.remarks[0]
    assert rung("codegen", like={"llvm": "Atlantis"}).truth is NO
    assert rung("codegen", like={"llvm": ""}).truth is NO


@pytest.mark.parametrize("backend", ["rustc-gcc", "gccrs", "mrustc"])
def test_config_gcc_accepts_a_triple_or_refuses_all(rung, backend):
    """Any of the variant's triples will do; mrustc's C could go through LLVM too, which has no backend here."""
    like = {"llvm": "", "gnu_triples": ("atlantis-unknown-linux-gnu", "dune64-unknown-linux-gnu")}
    assert rung("codegen", backend, like).truth is YES
    assert rung("codegen", backend, like | {"gnu_triples": ("atlantis-unknown-linux-gnu",)}).truth is NO
    assert rung("codegen", backend, like | {"gnu_triples": ()}).truth is NO


def test_an_obsolete_triple_is_a_yes_under_a_condition(rung, verdict):
    """GCC still builds for it when asked with --enable-obsolete."""
    like = {"gnu_triples": ("reef-unknown-linux-gnu",), "llvm": ""}
    for backend in ("rustc-gcc", "gccrs", "mrustc"):
        found = rung("codegen", backend, like)
        assert found.truth is YES
        assert show(found.condition) == "--enable-obsolete"
        assert any("obsolete" in remark for remark in found.remarks)
        assert "--enable-obsolete" in show(verdict(backend, like).condition)


@pytest.mark.parametrize("backend", ["rustc-gcc", "gccrs"])
def test_a_triple_that_is_not_obsolete_needs_no_condition(rung, backend):
    """One supported triple is enough, wherever it stands among the variant's."""
    like = {"gnu_triples": ("reef-unknown-linux-gnu", "dune64-unknown-linux-gnu")}
    assert show(rung("codegen", backend, like).condition) == ""


def test_c_through_llvm_needs_no_obsolete_gcc(rung):
    """Where LLVM compiles what mrustc emits without a condition, GCC's condition is no condition."""
    assert show(rung("codegen", "mrustc", {"gnu_triples": ("reef-unknown-linux-gnu",)}).condition) == ""


def test_mrustc_needs_only_one_of_the_two_compilers(rung):
    """Yes outranks unknown, which outranks no."""
    assert rung("codegen", "mrustc", gcc_config=()).truth is YES
    assert rung("codegen", "mrustc", llvm_targets=()).truth is YES
    assert rung("codegen", "mrustc", {"llvm": ""}, gcc_config=()).truth is UNKNOWN
    assert rung("codegen", "mrustc", {"gnu_triples": ()}, llvm_targets=()).truth is UNKNOWN


@pytest.mark.parametrize(
    ("like", "truth"),
    [
        ({}, YES),
        ({"gnu_triples": ()}, NO),
    ],
)
def test_rustc_codegen_gcc_always_says_that_gcc_stands_in_for_its_own_libgccjit(rung, like, truth):
    """The commit that it asks for is named, whatever the answer; gccrs has no such remark."""
    found = rung("codegen", "rustc-gcc", like)
    assert found.truth is truth
    assert any("libgccjit" in r and "0123456789ab" in r for r in found.remarks)
    assert any("libgccjit" in r for r in rung("codegen", "rustc-gcc", like, cg_gcc_libgccjit=()).remarks)
    assert not any("libgccjit" in r for r in rung("codegen", "gccrs", like).remarks)


@pytest.mark.parametrize(
    ("columns", "truth"),
    [
        (("Dune~(64) os:Linux yes",), YES),
        (("Dune~(64) os:Linux no",), NO),
        (("Dune~(64) os:Linux n/a",), NO),
        (("Reef os:Linux yes",), NO),
        (("Dune~(64) os:Windows yes",), UNKNOWN),
        (("Dune~(64) os:Linux unknown",), UNKNOWN),
    ],
)
def test_cranelift_goes_by_the_linux_row_of_its_table(rung, columns, truth):
    """A tick is yes; a cross or no column is no; a table without that row, or a cell that is not sure, is unknown."""
    assert rung("codegen", "rustc-cranelift", cranelift_platforms=columns).truth is truth


def test_cranelift_knows_one_byte_order_of_an_architecture(rung):
    """Its code generators are little-endian but for s390x: a big-endian machine of the same name is not meant."""
    assert rung("codegen", "rustc-cranelift", {"endian": "big"}).truth is NO
    table = ("s390x~(System-Z) os:Linux yes",)
    z = {"rustc": ("s390x",), "endian": "big"}
    assert rung("codegen", "rustc-cranelift", z, cranelift_platforms=table).truth is YES


# --- target -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("backend", ["rustc-llvm", "rustc-gcc", "rustc-cranelift"])
def test_rustc_lists_a_target_or_does_not(rung, backend):
    """A complete list: what it lacks is a no. The best tier is named, and decides nothing."""
    found = rung("target", backend)
    assert found.truth is YES
    assert "tier 2" in found.because
    assert rung("target", backend, {"rust_targets": ("atlantis-unknown-linux-gnu",)}).truth is NO
    assert rung("target", backend, {"rust_targets": ()}).truth is NO


@pytest.mark.parametrize("table", [("dune64-unknown-none tier 3",), ("dune64-unknown-none tier 1",), ()])
def test_the_tier_decides_nothing(rung, table):
    """Nor does it when it is not known: the kernel builds core from source."""
    assert rung("target", rust_platform_support=table).truth is YES


def test_a_listed_target_whose_llvm_backend_rustc_is_built_without_is_a_no(rung):
    """xtensa: targets are listed, rustc's own LLVM lacks the backend. Other code generators do not care."""
    other = ("Atlantis built-backend default",)
    assert rung("target", rust_built_llvm=other).truth is NO
    for backend in ("rustc-gcc", "rustc-cranelift"):
        assert rung("target", backend, rust_built_llvm=other).truth is YES


def test_an_experimental_backend_of_rustc_is_a_remark(rung):
    """Built by default upstream; a distribution may leave it out."""
    found = rung("target", rust_built_llvm=("Dune built-backend experimental",))
    assert found.truth is YES
    assert "experimental" in found.remarks[0]


SPECIFIED = {
    "linux_rustflags": ("dune rustc-target $(objtree)/scripts/target.json",),
    "linux_target_spec": ("SANDY llvm-target sandy-linux-gnu", "ROCKY llvm-target rocky-linux-gnu"),
}


def test_a_specification_that_the_kernel_generates_needs_no_listed_target(rung, verdict):
    """x86_64: the custom specification is enough, also where rustc's list is not known."""
    for differences in ({}, {"rust_target_list": ("other module other",)}, {"unknown": ("rust",)}):
        assert rung("target", **SPECIFIED, **differences).truth is YES
    found = verdict(**SPECIFIED)
    assert (found.status, targets(found)) == (Status.SUPPORTED, ["sandy-linux-gnu"])


def test_a_specification_is_the_branch_of_the_variants_own_symbol(verdict, rung):
    """A branch of another symbol is no branch for this one: then rustc's list decides."""
    other = SPECIFIED | {"linux_target_spec": ("ROCKY llvm-target rocky-linux-gnu",)}
    assert rung("target", **other, rust_target_list=("other module other",)).truth is NO
    assert targets(verdict(**other)) == []


def test_rustc_codegen_gcc_may_bring_a_specification_of_its_own(rung):
    """m68k: its target_specs/ count beside rustc's list, whether that was read or not."""
    unlisted = {"rust_targets": ("atlantis-unknown-linux-gnu",)}
    own = {"cg_gcc_target_specs": ("atlantis-unknown-linux-gnu arch atlantis",)}
    assert rung("target", "rustc-gcc", unlisted).truth is NO
    assert rung("target", "rustc-gcc", unlisted, **own).truth is YES
    assert rung("target", "rustc-gcc", unlisted, **own, rust_target_list=()).truth is YES
    assert rung("target", "rustc-llvm", unlisted, **own).truth is NO


def test_an_unlisted_target_is_unknown_for_rustc_codegen_gcc_while_its_own_were_not_read(rung):
    """Half of the alternatives was read: no and unknown together are unknown."""
    unlisted = {"rust_targets": ("atlantis-unknown-linux-gnu",)}
    assert rung("target", "rustc-gcc", unlisted, cg_gcc_target_specs=()).truth is UNKNOWN


@pytest.mark.parametrize(
    ("differences", "truth"),
    [
        ({}, YES),
        ({"gccrs_language": ("rust language-level 1.85.0",)}, YES),
        ({"gccrs_language": ("rust language-level 1.49.0",)}, NO),
        ({"gccrs_language": ()}, UNKNOWN),
        ({"gccrs_enabled": ("rust can-be-enabled no",)}, NO),
        ({"gccrs_enabled": ("rust can-be-enabled no",), "gccrs_language": ()}, NO),
        ({"gccrs_enabled": (), "gccrs_language": ("rust language-level 1.49.0",)}, UNKNOWN),
        ({"gccrs_enabled": (), "gcc_languages": ("cp front-end yes", "rust can-be-enabled no")}, NO),
        ({"gccrs_enabled": (), "gcc_languages": ("cp front-end yes", "rust front-end yes")}, UNKNOWN),
        ({"linux_min_tools": ("rustc minimum 1.40.0",), "gccrs_language": ("rust language-level 1.49.0",)}, YES),
    ],
)
def test_gccrs_must_be_enabled_and_speak_the_language_that_the_kernel_needs(rung, differences, truth):
    """The level is compared with the kernel's minimum rustc; one that no file states is unknown."""
    assert rung("target", "gccrs", **differences).truth is truth


def test_a_gcc_without_a_front_end_for_rust_is_a_no_with_its_list(rung):
    """GCC 12, of which configure.ac says nothing of Rust."""
    found = rung("target", "gccrs", gccrs_enabled=(), gcc_languages=("cp front-end yes", "rust can-be-enabled no"))
    assert [(e.path, e.line) for e in found.evidence] == [("gcc-languages.txt", 2)]


@pytest.mark.parametrize("scope", ["", ":built-in", ":module", ":library", ":driver"])
def test_flags_of_the_kernels_own_objects_are_remarked(verdict, scope):
    """Unstable ones, and those made for LLVM."""
    flags = ("dune rustc-target dune64-unknown-none", f"* rustc-flag{scope} -Zsanitizer")
    remarks = verdict("rustc-gcc", linux_rustflags=flags).remarks
    assert any(r.startswith("the kernel may pass unstable flags: -Zsanitizer on every port") for r in remarks)
    assert any(r.startswith("the kernel may pass flags made for LLVM: -Zsanitizer at") for r in remarks)


@pytest.mark.parametrize("scope", [":host", ":procmacro", ":rustdoc", ":expand", ":test", ":doctest"])
def test_flags_of_programs_that_run_while_building_are_not_remarked(verdict, scope):
    """No object of the kernel is made with them."""
    flags = ("dune rustc-target dune64-unknown-none", f"* rustc-flag{scope} -Zsanitizer")
    assert not any("-Zsanitizer" in r for r in verdict("rustc-gcc", linux_rustflags=flags).remarks)


def test_gccrs_remarks_its_experimental_flag_and_a_missing_hook(rung):
    """Neither decides: the flag required or not, and the hook that only some CPUs have."""
    found = rung("target", "gccrs")
    assert any("needs -fsand" in remark for remark in found.remarks)
    assert any("no target hook" in remark for remark in found.remarks)
    free = rung("target", "gccrs", gccrs_flag=("rust experimental-flag fsand", "rust experimental-required no"))
    assert free.truth is YES
    assert any("no longer needs -fsand" in remark for remark in free.remarks)
    hooked = ("gcc/config/dune/dune-rust.cc rust-hook cpu",)
    assert not any("hook" in remark for remark in rung("target", "gccrs", gccrs_hooks=hooked).remarks)


@pytest.mark.parametrize(
    ("differences", "truth"),
    [
        ({}, YES),
        ({"mrustc_versions": ("rustc builds 1.74",)}, NO),
        ({"mrustc_targets": ("mrustc spec-file yes", "other-linux-gnu arch OTHER", "other-linux-gnu os linux")}, NO),
    ],
)
def test_mrustc_has_a_built_in_target_and_builds_a_new_enough_rustc(rung, differences, truth):
    """Its newest rustc is compared with the kernel's minimum. A remark: a specification file may add a target."""
    found = rung("target", "mrustc", **differences)
    assert found.truth is truth
    assert any("specification" in remark for remark in found.remarks)


@pytest.mark.parametrize(
    "like", [{"bits": 32}, {"endian": "big"}, {"rustc": ("dune64",)}], ids=["width", "byte order", "arch"]
)
def test_mrustcs_target_must_be_the_variants_in_every_respect(rung, like):
    """The same arch with another width or byte order is another machine."""
    assert rung("target", "mrustc", like).truth is NO


def test_mrustcs_target_must_be_for_linux(rung):
    """A target of the same processor for another system does not count."""
    words = (
        "dune64-windows arch DUNE64",
        "dune64-windows os windows",
        "DUNE64 name dune",
        "DUNE64 pointer-width 64",
        "DUNE64 endian little",
    )
    assert rung("target", "mrustc", mrustc_targets=words).truth is NO


# --- kernel -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_kernel_rung_is_the_same_for_all_backends(verdict, backend):
    """Kconfig does not know which one is used."""
    assert verdict(backend).rungs[3] == verdict("rustc-llvm").rungs[3]


@pytest.mark.parametrize(
    ("select", "truth", "condition"),
    [
        ("select HAVE_RUST", YES, ""),
        ("select HAVE_RUST if SANDY", YES, ""),
        ("select HAVE_RUST if ROCKY", NO, ""),
        ("select HAVE_RUST if SANDY && CC_IS_CLANG", YES, "CC_IS_CLANG"),
        ("select HAVE_RUST if SANDY && !KASAN", YES, "!KASAN"),
        ("select HAVE_RUST if KASAN || SANDY", YES, ""),
        ("select HAVE_RUST if REEF", NO, ""),
        ("select HAVE_RUST if CORAL || ROCKY", NO, ""),
        ("select HAVE_RUST if ROCKY\n\tselect HAVE_RUST if SANDY && KASAN", YES, "KASAN"),
        ("select HAVE_RUST if !KASAN\n\tselect HAVE_RUST if KASAN", YES, ""),
        ("select HAVE_RUST if ELSEWHERE", UNKNOWN, ""),
        ("select HAVE_RUST if $(rustc-option,-Zsand)", YES, "$(rustc-option,-Zsand)"),
        ("imply HAVE_RUST", YES, ""),
        ("imply HAVE_RUST if KASAN", YES, "KASAN"),
        ("select OTHER", NO, ""),
        ("select HAVE_RUST if RUSTC_VERSION >= 108500", YES, ""),
        ("select HAVE_RUST if RUSTC_VERSION >= 109000", YES, "RUSTC_VERSION >= 109000"),
        ("select HAVE_RUST if RUSTC_VERSION < 108500", NO, ""),
    ],
)
def test_have_rust_must_be_selected_under_the_variants_symbols(rung, select, truth, condition):
    """Several selects are ORed. No select is no; an undefined symbol that decides is unknown; what is free remains."""
    found = rung("kernel", kconfig=kernel(select))
    assert (found.truth, show(found.condition)) == (truth, condition)


def test_a_helper_symbol_is_expanded_to_its_dependencies(rung):
    """RUSTC_SUPPORTS_DUNE is y under what it depends on, and evidence shows where that stands."""
    more = (
        "config RUSTC_SUPPORTS_DUNE\n\tdef_bool y\n\tdepends on SANDY\n\tdepends on !KASAN || RUSTC_VERSION >= 109000\n"
    )
    found = rung("kernel", kconfig=kernel("select HAVE_RUST if RUSTC_SUPPORTS_DUNE && CC_IS_CLANG", more))
    assert show(found.condition) == "(!KASAN || RUSTC_VERSION >= 109000) && CC_IS_CLANG"
    assert {e.line for e in found.evidence if e.path == "arch/dune/Kconfig"} >= {3, 10, 11}
    named = rung("kernel", kconfig=kernel("select HAVE_RUST if RUSTC_SUPPORTS_DUNE", more), rustc="1.95.0")
    assert (named.truth, show(named.condition)) == (YES, "")


def test_a_select_by_a_helper_holds_where_the_helper_does(rung):
    """Not only the top symbol may select it."""
    more = "config SANDY_RUST\n\tdef_bool SANDY && !KASAN\n\tselect HAVE_RUST\n"
    assert show(rung("kernel", kconfig=kernel("select OTHER", more)).condition) == "!KASAN"


def test_a_select_by_what_a_person_may_choose_holds_only_then(rung):
    """The selector is a free atom: never simplified by assuming it."""
    more = 'config SANDY_RUST\n\tbool "Rust on sand"\n\tselect HAVE_RUST\n'
    found = rung("kernel", kconfig=kernel("select OTHER", more))
    assert (found.truth, show(found.condition)) == (YES, "SANDY_RUST")


def test_the_c_compiler_that_was_named_is_filled_in(rung):
    """riscv64: yes with clang, no with GCC, a condition where nobody said."""
    files = kernel("select HAVE_RUST if SANDY && CC_IS_CLANG")
    assert show(rung("kernel", kconfig=files).condition) == "CC_IS_CLANG"
    clang, gcc = (rung("kernel", kconfig=files, cc=cc) for cc in ("clang", "gcc"))
    assert (clang.truth, show(clang.condition)) == (YES, "")
    assert gcc.truth is NO


def test_a_free_symbol_of_the_variant_stays_as_a_condition(rung):
    """armv6: CPU_32v7 is free, so an image for both is what the answer hangs on."""
    files = kernel("select HAVE_RUST if V7 && !KASAN", 'config V7\n\tbool\nconfig M7\n\tbool "M"\n\tselect V7\n')
    assert show(rung("kernel", like={"free": ("V7",)}, kconfig=files).condition) == "V7 && !KASAN"
    assert rung("kernel", like={"off": ("ROCKY", "V7")}, kconfig=files).truth is NO


def test_a_port_that_selects_nothing_is_a_no_with_the_place_where_it_would_stand(rung):
    """Kconfig read and no select."""
    found = rung("kernel", kconfig=kernel("select OTHER"))
    assert found.truth is NO
    assert found.evidence[0].path == "arch/dune/Kconfig"


def test_the_ports_kconfig_that_was_not_read_leaves_the_kernel_unknown(rung):
    """That no other file selects HAVE_RUST says nothing: the select stands in the port's own."""
    assert rung("kernel", kconfig={"arch/dune/Kconfig": None}).truth is UNKNOWN


def test_init_kconfig_that_was_not_read_leaves_the_kernel_unknown(rung):
    """config RUST may be there."""
    assert rung("kernel", kconfig={"init/Kconfig": None}).truth is UNKNOWN


def test_a_kernel_without_config_rust_is_a_no(rung):
    """Kernels before Rust: init/Kconfig was read, and has none."""
    assert rung("kernel", kconfig={"init/Kconfig": "config CC_IS_GCC\n\tbool\n"}).truth is NO


RUST = (
    'config CC_IS_GCC\n\tdef_bool $(a)\nconfig KASAN\n\tbool "K"\nconfig RUST\n\tbool "Rust"\n\tdepends on HAVE_RUST\n'
)


@pytest.mark.parametrize(
    ("demand", "truth"),
    [
        ("!ROCKY", YES),
        ("ROCKY", NO),
        ("!SANDY", NO),
        ("!KASAN", YES),
        ("KASAN && ROCKY", NO),
        ("$(success,rust)", YES),
        ("REEF || CORAL", NO),
    ],
)
def test_a_demand_of_config_rust_that_cannot_hold_for_the_variant_is_a_no(rung, demand, truth):
    """General exclusions are no conditions of the cell, or every cell would be conditional."""
    found = rung("kernel", kconfig={"init/Kconfig": f"{RUST}\tdepends on {demand}\n"})
    assert (found.truth, show(found.condition)) == (truth, "")


@pytest.mark.parametrize(
    ("target", "truth"),
    [
        ("dune64-unknown-none", YES),
        ("dune64-unknown-linux-gnu", YES),
        ("dune32-unknown-none", NO),
        ("atlantis-unknown-none", NO),
    ],
)
def test_the_target_that_the_kernel_passes_must_be_the_variants(rung, target, truth):
    """loongarch32: HAVE_RUST is selected, and the target is 64-bit all the same."""
    assert rung("kernel", linux_rustflags=(f"dune rustc-target {target}",)).truth is truth


@pytest.mark.parametrize(
    ("like", "truth"),
    [({"bits": 32}, NO), ({"endian": "big"}, NO), ({"rustc": ("reef",)}, NO), ({"rustc": ("x", "dune")}, YES)],
)
def test_arch_width_and_byte_order_of_the_target_all_count(rung, like, truth):
    """As rustc's own specification of it says, through the one that it starts from."""
    for target in ("dune64-unknown-none", "dune64-unknown-linux-gnu"):
        assert rung("kernel", like=like, linux_rustflags=(f"dune rustc-target {target}",)).truth is truth


def test_the_target_is_chosen_by_what_is_known_of_the_version(rung, verdict):
    """arm64 passes one target from rustc 1.85 on and another before: on 7.1 the older branch is dead."""
    flags = (
        "dune rustc-target dune64-unknown-none if RUSTC_VERSION >= 108500",
        "dune rustc-target dune32-unknown-none if !(RUSTC_VERSION >= 108500)",
    )
    found = verdict(linux_rustflags=flags)
    assert (targets(found), found.status) == (["dune64-unknown-none"], Status.SUPPORTED)
    both = verdict(linux_rustflags=flags, linux_min_tools=("rustc minimum 1.70.0",))
    assert targets(both) == ["dune64-unknown-none", "dune32-unknown-none"]
    assert both.rungs[3].truth is NO
    assert (
        verdict(linux_rustflags=flags, linux_min_tools=("rustc minimum 1.70.0",), rustc="1.95.0").rungs[3].truth is YES
    )


def test_a_kernel_that_passes_no_target_for_the_port_leaves_it_unknown(rung):
    """What rustc would then make of it, no file says."""
    assert rung("kernel", linux_rustflags=("reef rustc-target reef-unknown-none",)).truth is UNKNOWN


# --- named versions -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("named", "truth"),
    [
        ({"rustc": "1.84.1"}, NO),
        ({"rustc": "1.85.0"}, YES),
        ({"rustc": "1.85"}, YES),
        ({"cc": "gcc", "cc_version": "8.0"}, NO),
        ({"cc": "gcc", "cc_version": "8.1.0"}, YES),
        ({"cc": "clang", "cc_version": "14.0.6"}, NO),
        ({"cc": "clang", "cc_version": "19"}, YES),
        ({}, YES),
    ],
)
def test_a_named_version_must_meet_the_kernels_minimum(rung, named, truth):
    """Only what the asker named; of two C compilers only the one that builds this kernel."""
    assert rung("kernel", **named).truth is truth


@pytest.mark.parametrize(
    "unread",
    [
        {"unknown": ("rust", "gcc", "llvm", "mrustc")},
        {"kconfig": {"init/Kconfig": None, "arch/Kconfig": None, "arch/dune/Kconfig": None, "arch/reef/Kconfig": None}},
        {"linux_rustflags": ()},
    ],
)
def test_a_named_version_below_the_minimum_is_a_no_even_if_nothing_else_is_known(rung, verdict, unread):
    """That the kernel refuses it is proven by the minimum alone."""
    assert rung("kernel", rustc="1.80", **unread).truth is NO
    assert verdict(rustc="1.80", **unread).answer is NO


def test_without_a_minimum_nothing_is_proven(rung):
    """The file was not read: neither a rustc that is named nor one that is not can be told to suffice."""
    for rustc in ("1.20", ""):
        assert rung("kernel", rustc=rustc, linux_min_tools=()).truth is UNKNOWN


def test_a_port_may_ask_more_than_the_general_minimum(rung):
    """An override compares ARCH (what make was given) or SRCARCH (the port)."""
    tools = (
        "rustc minimum 1.85.0",
        'rustc minimum 1.90.0 if SRCARCH = "dune"',
        'rustc minimum 1.99.0 if ARCH = "reef"',
    )
    assert rung("kernel", rustc="1.89.0", linux_min_tools=tools).truth is NO
    assert rung("kernel", rustc="1.90.0", linux_min_tools=tools).truth is YES


PINNED = {"linux_quick_start": ("rustc version-policy exactly",)}


@pytest.mark.parametrize(
    ("named", "truth", "condition"),
    [("", YES, "rustc = 1.85.0"), ("1.85.0", YES, ""), ("1.86.0", UNKNOWN, ""), ("1.84.0", NO, "")],
)
def test_a_pinned_rustc_is_a_condition_and_another_cannot_be_told(rung, named, truth, condition):
    """Linux 6.1: newer versions may or may not work; older ones do not."""
    found = rung("kernel", rustc=named, **PINNED)
    assert (found.truth, show(found.condition)) == (truth, condition)


def test_a_pinned_rustc_decides_what_depends_on_its_version(rung):
    """Its number is known exactly, and not only from below."""
    files = kernel("select HAVE_RUST if RUSTC_VERSION < 109000")
    assert show(rung("kernel", kconfig=files, **PINNED).condition) == "rustc = 1.85.0"
    assert show(rung("kernel", kconfig=files).condition) == "RUSTC_VERSION < 109000"


# --- attested -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("differences", "truth"),
    [({}, YES), ({"kconfig": kernel("select OTHER")}, NO), ({"kconfig": kernel("select HAVE_RUST if LOST")}, UNKNOWN)],
)
def test_rustc_with_llvm_is_attested_as_the_kernel_admits_it(rung, differences, truth):
    """The kernel's build is written for it."""
    assert rung("attested", **differences).truth is truth
    for backend in BACKENDS[1:]:
        assert rung("attested", backend, **differences).truth is UNKNOWN


@pytest.mark.parametrize("words", [("reef rust-level Maintained",), ()])
def test_arch_support_rst_adds_words_and_never_a_no(rung, words):
    """A port that the document does not list, or a document that was not read, changes no answer."""
    assert rung("attested", linux_arch_support=words).truth is YES


def test_the_level_and_its_constraint_are_quoted(rung):
    """With the line where they stand."""
    words = ("dune rust-level Odd Fixes", "dune rust-constraint Dry ones only.")
    found = rung("attested", linux_arch_support=words)
    assert "Odd Fixes, Dry ones only." in found.because
    assert found.evidence[0].path == "linux-arch-support.txt"


# --- status, answer, blockers -------------------------------------------------------------------------------------


def rungs(**truths):
    """Five rungs, yes but for those named."""
    return tuple(Rung(name=n, truth=truths.get(n.value, YES), because="", rule="") for n in RungName)


@pytest.mark.parametrize(
    ("truths", "condition", "status", "rung", "unknown"),
    [
        ({}, "", Status.SUPPORTED, None, []),
        ({}, "A", Status.CONDITIONAL, None, []),
        ({"attested": UNKNOWN}, "A", Status.UNKNOWN, "attested", []),
        ({"port": UNKNOWN, "kernel": UNKNOWN}, "", Status.UNKNOWN, "port", []),
        ({"attested": NO, "target": UNKNOWN}, "", Status.BLOCKED, "attested", ["target"]),
        ({"kernel": NO}, "A", Status.BLOCKED, "kernel", []),
        ({"target": NO, "kernel": NO}, "", Status.BLOCKED, "target", []),
        ({"target": NO, "codegen": UNKNOWN}, "", Status.BLOCKED, "target", ["codegen"]),
        ({"codegen": NO, "target": NO}, "", Status.BLOCKED, "codegen", []),
        ({"port": NO}, "", Status.BLOCKED, "port", []),
        ({"codegen": NO, "port": UNKNOWN, "kernel": UNKNOWN}, "", Status.BLOCKED, "codegen", ["port"]),
    ],
)
def test_a_cell_is_blocked_at_its_first_no_and_else_unknown_at_its_first_unknown(
    truths, condition, status, rung, unknown
):
    """What is unknown before a no is marked; a condition counts only where all is yes."""
    at = RungName(rung) if rung else None
    assert standing(rungs(**truths), parse(condition)) == (status, at, tuple(RungName(n) for n in unknown))


@pytest.mark.parametrize(
    ("truths", "all_", "any_"),
    [
        ([YES, YES], YES, YES),
        ([YES, UNKNOWN], UNKNOWN, YES),
        ([UNKNOWN, NO], NO, UNKNOWN),
        ([YES, NO], NO, YES),
        ([NO, NO], NO, NO),
        ([], YES, NO),
    ],
)
def test_three_valued_and_and_or(truths, all_, any_):
    """Unknown is never no and never yes."""
    assert conjunction(truths) is all_
    assert disjunction(truths) is any_


def test_an_unknown_below_the_rung_that_decides_no_leaves_the_answer_no(verdict):
    """GCC was not read; that the kernel does not admit Rust is proven all the same."""
    found = verdict("rustc-gcc", kconfig=kernel("select OTHER"), gcc_config=())
    assert found.rungs[1].truth is UNKNOWN
    assert (found.answer, found.status, found.rung) == (NO, Status.BLOCKED, RungName.KERNEL)
    assert found.unknown == (RungName.CODEGEN,)


def test_the_blockers_are_what_is_no_and_the_rest_is_unproven(verdict):
    """Each in rung order."""
    found = verdict("rustc-gcc", {"rust_targets": ()}, kconfig=kernel("select OTHER"), gcc_config=())
    assert [r.name.value for r in found.blockers] == ["target", "kernel"]
    assert [r.name.value for r in found.unproven] == ["codegen", "attested"]


def test_the_condition_of_a_cell_joins_those_of_its_rungs(verdict):
    """GCC's and the kernel's together."""
    like = {"gnu_triples": ("reef-unknown-linux-gnu",)}
    found = verdict("rustc-gcc", like, kconfig=kernel("select HAVE_RUST if !KASAN"))
    assert show(found.condition) == "--enable-obsolete && !KASAN"


def test_a_variant_of_a_port_that_is_gone_is_blocked_everywhere(verdict):
    """ia64 in 7.1, whatever the compilers can do."""
    for backend in BACKENDS:
        gone = verdict(backend, linux_ports=("reef port arch/reef/Kconfig",), kconfig={"arch/dune/Kconfig": None})
        assert (gone.status, gone.rung, gone.answer) == (Status.BLOCKED, RungName.PORT, NO)
        assert gone.blockers[0].name is RungName.PORT
