"""Flags, target and unstable features that a kernel makefile gives to rustc."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.errors import ShapeError
from matrix.expression import parse
from matrix.extract.linux_rustflags import extract
from matrix.model import Fact
from matrix.text import Text

if TYPE_CHECKING:
    from pathlib import Path

SAMPLE = """\
# Words.
ifeq ($(call rustc-min-version, 109100),y)
KBUILD_RUSTFLAGS += --target=riscv32i-unknown-none-elf -Cno-redzone
else
KBUILD_RUSTFLAGS += --target=riscv32im-unknown-none-elf -Ctarget-feature="-sand" \\
\t$(if $(CONFIG_SAND),-Zone,-Ctwo=3)
endif
rustflags-$(CONFIG_DUNES) += -Zcrate-attr='feature(dunes,sand)'
RUSTC_BOOTSTRAP := 1
cmd = $(RUSTC) -Zthree $<
"""
# What the fuzzer starts from (tests/extract/corpus.py): path and text.
SAMPLES = (("arch/riscv/Makefile", SAMPLE),)

ARM64 = "arch/arm64/Makefile"


def facts(content: str, path: str = ARM64) -> list[tuple[str, str, str]]:
    return [(f.attribute, f.value, f.when) for f in extract(Text(path, content))]


def test_two_targets_chosen_by_the_version_of_rustc() -> None:
    """Each target stands under its branch, with its line, beside the flags of the same line."""
    content = (
        "ifeq ($(call rustc-min-version, 109100),y)\n"
        "KBUILD_RUSTFLAGS += --target=aarch64-unknown-linux-none\n"
        "else\n"
        'KBUILD_RUSTFLAGS += --target=aarch64-unknown-none-sve -Ctarget-feature="-sve"\n'
        "endif\n"
    )
    old = "!(RUSTC_VERSION >= 109100)"
    assert list(extract(Text(ARM64, content))) == [
        Fact("arm64", "rustc-target", "aarch64-unknown-linux-none", "RUSTC_VERSION >= 109100", 2),
        Fact("arm64", "rustc-target", "aarch64-unknown-none-sve", old, 4),
        Fact("arm64", "rustc-flag", '-Ctarget-feature="-sve"', old, 4),
    ]


def test_a_target_in_the_middle_of_a_longer_line() -> None:
    """The target need not begin the value, and each flag has the line on which it stands."""
    content = "KBUILD_RUSTFLAGS += -Ctarget-cpu=rocket --target=riscv32i-unknown-none-elf \\\n  -Cno-vectorize-slp\n"
    assert [(f.value, f.line) for f in extract(Text("arch/riscv/Makefile", content))] == [
        ("-Ctarget-cpu=rocket", 1),
        ("riscv32i-unknown-none-elf", 1),
        ("-Cno-vectorize-slp", 2),
    ]


def test_a_target_of_the_top_makefile_among_other_flags() -> None:
    """The first assignment names it on a continuation line; how make calls itself is no condition."""
    content = (
        "ifeq ($(need-sub-make),)\nifdef mixed-build\nelse\n"
        "KBUILD_RUSTFLAGS := $(common) \\\n\t--target=$(objtree)/made/m68k.json \\\n\t-Cpanic=abort\n"
        "endif\nendif\n"
    )
    assert list(extract(Text("Makefile", content))) == [
        Fact("*", "rustc-target", "$(objtree)/made/m68k.json", "", 5),
        Fact("*", "rustc-flag", "-Cpanic=abort", "", 6),
    ]


@pytest.mark.parametrize(
    ("path", "subject"),
    [
        ("arch/x86/Makefile", "x86"),
        ("arch/um/Makefile", "um"),
        ("arch/x86/Makefile.um", "um"),
        ("Makefile", "*"),
        ("rust/Makefile", "*"),
        ("scripts/Makefile.kasan", "*"),
    ],
)
def test_the_subject_is_the_port_of_the_file(path: str, subject: str) -> None:
    """arch/x86/Makefile.um belongs to um, and what stands outside arch/ to every port."""
    (fact,) = extract(Text(path, "KBUILD_RUSTFLAGS += -Zone\n"))
    assert fact.subject == subject


@pytest.mark.parametrize(
    "line",
    [
        "KBUILD_RUSTFLAGS_OPTION_CHKS += --target=x86_64-unknown-none -Zone",
        "USERFLAGS_FROM_KERNEL := -m31 --target=%",
        "KBUILD_USERCFLAGS += $(filter $(USERFLAGS_FROM_KERNEL), --target=arm-linux-gnueabi)",
        "CLANG_FLAGS += --target=sh4-linux-gnu",
        "bindgen_extra_c_flags = --target=sh4-linux-gnu",
        "rustc-tried = $(filter-out --sysroot=/dev/null -Zone --target=%target.json,$(2))",
        "quote-skip_flags := -Cone",
        "RUSTFLAGS_REMOVE_core.o += -Zone",
        "# KBUILD_RUSTFLAGS += -Zone",
        "\t@echo '  make -C path/to/kernel'",
        "      cmd_rust_expand = $(CPP) -xc -C -P $< | sed x",
        "      cmd_rusttest = $(CARGO) -q \\\n  test -Zbuild-std --target $(rustc_host_target); rm x",
        "rustc-one = $(call rustc-option, -Cinline=$(1)) -Z$(2)",
        "rust-flags-name := KBUILD_RUSTFLAGS -Done --cfg MODULE",
    ],
)
def test_what_is_not_given_to_rustc(line: str) -> None:
    """Flags to try options with, to take away, for clang, bindgen, cpp and cargo, and templates are no facts."""
    assert facts(f"{line}\n", "rust/Makefile") == []


def test_only_kbuild_rustflags_names_the_target() -> None:
    """A --target of another variable of Rust's is not the kernel's."""
    assert facts("RUSTFLAGS_host += --target=x86_64-unknown-linux-gnu\n") == []
    assert facts("KBUILD_RUSTFLAGS += --target m68k-unknown-none-elf\n") == [
        ("rustc-target", "m68k-unknown-none-elf", "")
    ]


def test_variables_named_by_a_condition() -> None:
    """`flags-$(CONFIG_X)` is under X, `flags-y` under nothing."""
    content = (
        "rustflags-$(CONFIG_M68040) += -Ctarget-cpu=M68040\n"
        "kcov-rflags-y += -Cpasses=one\n"
        "kcov-rflags-$(CONFIG_DEEP) += -Cpasses=two\n"
        "rustflags-$(call rustc-min-version, 108500) += -Zthree\n"
        "rustflags-$(other) += -Zfour\n"
        "ifndef CONFIG_X86_32\nKBUILD_RUSTFLAGS-$(CONFIG_ARM) += --target=arm-unknown-linux-gnueabi\nendif\n"
    )
    assert facts(content) == [
        ("rustc-flag", "-Ctarget-cpu=M68040", "M68040"),
        ("rustc-flag", "-Cpasses=one", ""),
        ("rustc-flag", "-Cpasses=two", "DEEP"),
        ("rustc-flag", "-Zthree", "RUSTC_VERSION >= 108500"),
        ("rustc-flag", "-Zfour", "$(make,$(other))"),
        ("rustc-target", "arm-unknown-linux-gnueabi", "!X86_32 && ARM"),
    ]


def test_flags_inside_functions() -> None:
    """`$(if ...)` puts its branches under its condition; another function is one opaque condition."""
    content = (
        "KBUILD_RUSTFLAGS += -Zhere=x $(if $(call rustc-min-version,109300),-Cnew=n,-Zold)\n"
        "KBUILD_RUSTFLAGS += $(if $(CONFIG_A),,$(if $(CONFIG_B),-Zone))\n"
        "KBUILD_RUSTFLAGS += $(call rustc-option,-Ztwo) $(filter-out -Zthree,-Zfour)\n"
    )
    new = "RUSTC_VERSION >= 109300"
    assert facts(content) == [
        ("rustc-flag", "-Zhere", ""),
        ("rustc-flag", "-Cnew=n", new),
        ("rustc-flag", "-Zold", f"!({new})"),
        ("rustc-flag", "-Zone", "!A && B"),
        ("rustc-flag", "-Ztwo", "$(make,$(call rustc-option,-Ztwo))"),
        ("rustc-flag", "-Zfour", ""),
    ]


def test_flags_without_their_value_or_with_it() -> None:
    """-Z goes without its value, -C whole, references of make within it included; each statement once."""
    content = (
        "RUSTFLAGS_KASAN := -Zsanitizer=kernel-address -Zsanitizer=kcfi\n"
        "KBUILD_RUSTFLAGS += -Cdebug-assertions=$(if $(CONFIG_A),y,n) -C opt-level=2 -Z unstable-options\n"
        "cmd_rustc_procmacro = $(RUSTC) -Clink-args='$(call escsq,$(FLAGS) x)' --emit=link=$@\n"
    )
    assert facts(content) == [
        ("rustc-flag", "-Zsanitizer", ""),
        ("rustc-flag", "-Cdebug-assertions=$(if $(CONFIG_A),y,n)", ""),
        ("rustc-flag", "-Copt-level=2", ""),
        ("rustc-flag", "-Zunstable-options", ""),
        ("rustc-rule", "procmacro", ""),
        ("rustc-flag:procmacro", "-Clink-args='$(call escsq,$(FLAGS) x)'", ""),
    ]


def test_a_z_flag_counts_in_any_variable() -> None:
    """Only rustc has flags such as -Zname, so a variable's name may say nothing of Rust."""
    assert facts("some-flags := -Zone -Cnot-ours -O\n") == [
        ("rustc-flag:some-flags", "-Zone", ""),
        ("rustc-flag:some-flags", "-Cnot-ours", ""),
    ]
    assert facts("LDFLAGS += -z notext -Z\ncpp := -C -P -Cx\n") == []


def test_a_recipe_that_runs_rustc() -> None:
    """Flags are read from recipes that call rustc or rustdoc, and from no other recipe."""
    content = "a: b\n\t$(RUSTDOC) -Zone\n\t$(TAR) -Ctwo\n\t$(HOSTRUSTC) -Zthree\n\t$(RUSTC) -Zfour\n"
    assert facts(content) == [
        ("rustc-flag:rustdoc", "-Zone", ""),
        ("rustc-flag:host", "-Zthree", ""),
        ("rustc-flag:recipe", "-Zfour", ""),
    ]


def test_rustc_bootstrap() -> None:
    """The variable that lets a stable rustc accept unstable features, where it is assigned and not merely used."""
    content = "export RUSTC_BOOTSTRAP = 1 # always\nrustc-try = RUSTC_BOOTSTRAP=1 $(RUSTC)\n"
    assert facts(content) == [("rustc-bootstrap", "1", "")]


def test_features_from_the_command_line() -> None:
    """`-Zcrate-attr='feature(a,b)'` names features; a list kept in a variable, and another attribute, do not."""
    content = (
        "cmd_rustdoc = $(RUSTDOC) -Zcrate-attr='feature(used_with_arg)' \\\n"
        '\t-Zcrate-attr="feature(one, two)" -Zcrate-attr=no_std \\\n'
        "\t-Zcrate-attr='feature($(some_features))'\n"
    )
    read = list(extract(Text("rust/Makefile", content)))
    assert [(f.value, f.line) for f in read if f.attribute == "unstable-feature:rustdoc"] == [
        ("used_with_arg", 1),
        ("one", 2),
        ("two", 2),
    ]
    assert [f.value for f in read if f.attribute == "rustc-flag:rustdoc"] == ["-Zcrate-attr"]


RULES = """\
rust_common_flags := --edition=2021 -Zeverywhere
KBUILD_HOSTRUSTFLAGS := $(rust_common_flags) -Zhost
KBUILD_RUSTFLAGS += -Zkernel --edition=2021
KBUILD_RUSTFLAGS_KERNEL += -Zvmlinux
KBUILD_RUSTFLAGS_MODULE += -Zmodules
RUSTFLAGS_SAND := -Zsand
DUNE_RUSTFLAGS := -Zdune
RUSTFLAGS_core.o += -Zcore
ifdef CONFIG_RUST
      cmd_rustdoc = \\
\t$(RUSTDOC) $(rust_flags) \\
\t\t-Zsame
      cmd_rustdoc_test = $(RUSTDOC) --test -Zsame
      cmd_rustdoc_test_kernel = $(RUSTDOC) --test $(rust_flags) -Zsame
      cmd_rustc_procmacro = $(RUSTC_OR_CLIPPY) $(rust_common_flags) -Zsame
quiet_cmd_rustc_library = $(if $(skip_clippy),RUSTC,$(RUSTC_OR_CLIPPY_QUIET)) L $@
      cmd_rustc_library = \\
\tOBJTREE=x $(if $(skip),$(RUSTC),$(RUSTC_OR_CLIPPY)) $(rust_flags) \\
\t\t--sysroot=/dev/null \\
\t\t-Zsame $(if $(CONFIG_WIND),-Zwind)
      cmd_rustc_brand_new = $(RUSTC) -Zsame
endif
rust_common_cmd = $(RUSTC_OR_CLIPPY) $(rust_flags) -Zsame
      cmd_rustc_rsi_rs = $(rust_common_cmd) -Zexpand
"""


def test_a_flag_belongs_to_the_rule_that_gives_it() -> None:
    """One flag that several rules give is a fact of each; one of an unknown rule bears the rule's own name."""
    read = [f for f in extract(Text("rust/Makefile", RULES)) if f.attribute.startswith("rustc-flag")]
    assert [(f.attribute, f.value, f.when, f.line) for f in read] == [
        ("rustc-flag", "-Zeverywhere", "", 1),
        ("rustc-flag:host", "-Zhost", "", 2),
        ("rustc-flag", "-Zkernel", "", 3),
        ("rustc-flag:built-in", "-Zvmlinux", "", 4),
        ("rustc-flag:module", "-Zmodules", "", 5),
        ("rustc-flag", "-Zsand", "", 6),
        ("rustc-flag", "-Zdune", "", 7),
        ("rustc-flag:RUSTFLAGS_core.o", "-Zcore", "", 8),
        ("rustc-flag:rustdoc", "-Zsame", "RUST", 12),
        ("rustc-flag:test", "-Zsame", "RUST", 13),
        ("rustc-flag:doctest", "-Zsame", "RUST", 14),
        ("rustc-flag:procmacro", "-Zsame", "RUST", 15),
        ("rustc-flag:library", "-Zsame", "RUST", 20),
        ("rustc-flag:library", "-Zwind", "RUST && WIND", 20),
        ("rustc-flag:cmd_rustc_brand_new", "-Zsame", "RUST", 21),
        ("rustc-flag:driver", "-Zsame", "", 23),
        ("rustc-flag:expand", "-Zexpand", "", 24),
    ]


def test_a_rule_is_a_fact_without_flags_of_its_own() -> None:
    """That a rule was read is said, at its first line, so that a flag which it lacks is known to be lacking."""
    content = RULES.replace("-Zsame", "").replace("-Zwind", "")
    read = [f for f in extract(Text("rust/Makefile", content)) if f.attribute == "rustc-rule"]
    assert [(f.value, f.when, f.line) for f in read] == [
        ("rustdoc", "RUST", 10),
        ("test", "RUST", 13),
        ("doctest", "RUST", 14),
        ("procmacro", "RUST", 15),
        ("library", "RUST", 17),
        ("cmd_rustc_brand_new", "RUST", 21),
        ("driver", "", 23),
    ]


def test_the_edition_of_each_compilation() -> None:
    """`--edition=` is told per rule; that of core, which depends on rustc's version, stands in a variable."""
    content = (
        "rust_common_flags := --edition=2021\n"
        "core-edition := $(if $(call rustc-min-version,109100),2027,2024)\n"
        "core-skip_flags := --edition=2021\n"
        "core-flags := --edition=$(core-edition)\n"
        "old-flags := \\\n  --edition=2018\n"
    )
    new = "RUSTC_VERSION >= 109100"
    assert [(f.attribute, f.value, f.when, f.line) for f in extract(Text("rust/Makefile", content))] == [
        ("rustc-edition", "2021", "", 1),
        ("rustc-edition:core", "2027", new, 2),
        ("rustc-edition:core", "2024", f"!({new})", 2),
        ("rustc-edition:old-flags", "2018", "", 6),
    ]
    assert facts("core-edition := 2024\n", "rust/Makefile") == [("rustc-edition:core", "2024", "")]


def test_a_makefile_without_rust() -> None:
    """Many ports' makefiles say nothing of rustc: no facts, and no fault."""
    assert facts("KBUILD_CFLAGS += -Wa\nifdef CONFIG_A\nendif\n", "arch/alpha/Makefile") == []
    assert facts("") == []


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("A := 1\nifdef CONFIG_A\n", 2),
        ("A := 1\nendif\n", 2),
        ("\nKBUILD_RUSTFLAGS += --target=\n", 2),
        ("KBUILD_RUSTFLAGS += --target=$(if $(CONFIG_A),a,b)\n", 1),
        ("KBUILD_RUSTFLAGS += --target=$(TARGET)\n", 1),
        ("KBUILD_RUSTFLAGS += \\\n  -Z=one\n", 2),
        ("KBUILD_RUSTFLAGS += -Z$(one)\n", 1),
        ("KBUILD_RUSTFLAGS += -Zcrate-attr='feature(a-b)'\n", 1),
        ("KBUILD_RUSTFLAGS += -Zcrate-attr=feature\n", 1),
        ("KBUILD_RUSTFLAGS += " + "$(if $(A)," * 9 + "-Zone" + ")" * 9 + "\n", 1),
        ("KBUILD_RUSTFLAGS += $(if " + "a" * 3000 + ",-Zone)\n", 1),
        ("core-edition := $(newest-edition)\n", 1),
        ("\ncore-edition :=\n", 2),
        ("core-edition := $(if $(A),2021)\n", 1),
    ],
)
def test_a_changed_shape_is_refused(content: str, line: int) -> None:
    """Unbalanced conditionals and flags of unknown shape name their line."""
    with pytest.raises(ShapeError) as caught:
        facts(content, "rust/Makefile")
    assert caught.value.line == line


PIECES = [
    "KBUILD_RUSTFLAGS",
    " += ",
    "-Z",
    "-Cone",
    "--target=",
    "$(if ",
    "$(call x",
    ",",
    ")",
    " ",
    "\n",
    "\\\n",
    "\t",
]
PIECES += [
    "rustflags-$(CONFIG_A) := ",
    "-Zcrate-attr='feature(",
    "a",
    "ifdef CONFIG_A\n",
    "endif\n",
    "$(CARGO)",
    ";",
    "}",
]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_any_text_gives_facts_or_is_refused(content: str) -> None:
    """No text raises anything but ShapeError, no statement comes twice, and each condition is an expression."""
    try:
        read = facts(content)
    except ShapeError:
        return
    assert len(set(read)) == len(read)
    for _, _, when in read:
        parse(when)


def of_tree(tree: Path) -> list[tuple[str, Fact]]:
    patterns = (
        "arch/*/Makefile",
        "arch/x86/Makefile.um",
        "Makefile",
        "rust/Makefile",
        "scripts/Makefile",
        "scripts/Makefile.*",
    )
    files = [path for pattern in patterns for path in sorted(tree.glob(pattern))]
    return [
        (name, fact)
        for name, body in ((str(f.relative_to(tree)), f.read_bytes()) for f in files)
        for fact in extract(Text.decode(name, body))
    ]


ARM64_TARGETS = {
    ("arch/arm64/Makefile", "aarch64-unknown-none-softfloat", "RUSTC_VERSION >= 108500"),
    ("arch/arm64/Makefile", "aarch64-unknown-none", "!(RUSTC_VERSION >= 108500)"),
}
COMMON_TARGETS = ARM64_TARGETS | {
    ("arch/loongarch/Makefile", "loongarch64-unknown-none-softfloat", ""),
    ("arch/riscv/Makefile", "riscv64imac-unknown-none-elf", "ARCH_RV64I"),
    ("arch/x86/Makefile", "$(objtree)/scripts/target.json", ""),
    ("arch/x86/Makefile.um", "$(objtree)/scripts/target.json", ""),
}
WITH_ARM = COMMON_TARGETS | {("arch/arm/Makefile", "arm-unknown-linux-gnueabi", "")}


@pytest.mark.trees
@pytest.mark.parametrize(
    ("version", "targets"),
    [
        ("6.1.176", {("Makefile", "$(objtree)/rust/target.json", "")}),
        ("6.12.107", COMMON_TARGETS),
        ("6.18.15", WITH_ARM),
        ("7.1.13", WITH_ARM),
    ],
)
def test_targets_of_real_trees(trees: dict[str, Path], version: str, targets: set[tuple[str, str, str]]) -> None:
    """Each tree passes these targets to rustc, and no other; RUSTC_BOOTSTRAP is 1 in all of them."""
    if f"linux-{version}" not in trees:
        pytest.skip(f"no linux-{version}")
    read = of_tree(trees[f"linux-{version}"])
    assert {(path, f.value, f.when) for path, f in read if f.attribute == "rustc-target"} == targets
    assert [(path, f.value, f.when) for path, f in read if f.attribute == "rustc-bootstrap"] == [("Makefile", "1", "")]


EARLY = {"allow-features", "binary_dep_depinfo", "crate-attr", "function-sections", "tune-cpu", "unpretty"}
LATER = EARLY | {
    "branch-protection", "cf-protection", "debuginfo-compression", "direct-access-external-data", "dwarf-version",
    "fixed-x18", "function-return", "no-jump-tables", "patchable-function-entry", "sanitizer",
    "sanitizer-cfi-normalize-integers", "sanitizer-recover", "unstable-options", "use-sync-unwind",
}  # fmt: skip


@pytest.mark.trees
@pytest.mark.parametrize(
    ("version", "flags"),
    [
        ("6.1.176", EARLY),
        ("6.12.107", LATER | {"llvm_module_flag"}),
        ("6.18.15", LATER),
        ("7.1.13", LATER | {"llvm_module_flag"}),
    ],
)
def test_unstable_flags_of_real_trees(trees: dict[str, Path], version: str, flags: set[str]) -> None:
    """Each tree gives rustc these -Z flags, as a search for -Z outside of comments found them."""
    if f"linux-{version}" not in trees:
        pytest.skip(f"no linux-{version}")
    read = of_tree(trees[f"linux-{version}"])
    found = {f.value[2:] for _, f in read if f.attribute.startswith("rustc-flag") and f.value.startswith("-Z")}
    assert found == flags


@pytest.mark.trees
def test_some_lines_of_7_1(trees: dict[str, Path]) -> None:
    """Lines read by hand, one of each kind of condition."""
    if "linux-7.1.13" not in trees:
        pytest.skip("no linux-7.1.13")
    read = {(path, f) for path, f in of_tree(trees["linux-7.1.13"])}
    old = "!(RUSTC_VERSION >= 109300)"
    tables = f"OBJTOOL && !RUSTC_HAS_ANNOTATE_TABLEJUMP && {old}"
    sse = "(GCC_VERSION >= 110000 && !CC_IS_CLANG || !(GCC_VERSION >= 110000) && CC_IS_CLANG)"
    features = "-Ctarget-feature=-sse,-sse2,-sse3,-ssse3,-sse4.1,-sse4.2,-avx,-avx2"
    assert read >= {
        ("arch/arm64/Makefile", Fact("arm64", "rustc-flag", "-Zfixed-x18", "SHADOW_CALL_STACK", 119)),
        ("arch/loongarch/Makefile", Fact("loongarch", "rustc-flag", "-Zno-jump-tables", tables, 133)),
        ("arch/x86/Makefile.um", Fact("um", "rustc-flag", features, sse, 12)),
        ("Makefile", Fact("*", "rustc-flag", "-Zsanitizer", "SHADOW_CALL_STACK && !DYNAMIC_SCS", 1071)),
        ("rust/Makefile", Fact("*", "unstable-feature:test", "used_with_arg", "RUST", 320)),
        ("rust/Makefile", Fact("*", "rustc-flag:library", "-Zunstable-options", "RUST", 578)),
        ("scripts/Makefile.kasan", Fact("*", "rustc-flag", "-Zsanitizer-recover", "KASAN_GENERIC", 52)),
    }


@pytest.mark.trees
@pytest.mark.parametrize(
    ("version", "rule", "flag"),
    [
        ("6.1.4", 338, None),
        ("6.1.176", 335, None),
        ("6.12.8", 362, None),
        ("6.12.107", 394, 403),
        ("6.17.8", 442, None),
        ("6.18.15", 441, None),
        ("7.1.13", 569, 578),
        ("7.2.6", 635, 645),
    ],
)
def test_where_core_is_compiled_with_unstable_options(
    trees: dict[str, Path], version: str, rule: int, flag: int | None
) -> None:
    """Some kernels give -Zunstable-options to the crates of rust/, which rustc 1.95 wants for target.json."""
    if f"linux-{version}" not in trees:
        pytest.skip(f"no linux-{version}")
    read = [f for _, f in of_tree(trees[f"linux-{version}"])]
    assert [f.line for f in read if (f.attribute, f.value) == ("rustc-rule", "library")] == [rule]
    given = [f for f in read if f.value == "-Zunstable-options"]
    assert [f.line for f in given if f.attribute == "rustc-flag:library"] == [flag] * (flag is not None)
    assert {f.attribute for f in given} <= {
        f"rustc-flag:{rule}" for rule in ("library", "driver", "rustdoc", "doctest")
    }
    assert any(f.attribute == "rustc-flag:driver" for f in given) == (not version.startswith("6.1."))
