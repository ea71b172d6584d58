"""Each extractor -> small files in the shape it reads, by hand: what the fuzzer starts from.

Where an extractor's own tests keep a whole good file, it is that one.
"""

from __future__ import annotations

from tests.extract import (
    test_cargo_crates,
    test_cg_gcc_ci,
    test_cg_gcc_failing_tests,
    test_cg_gcc_libgccjit,
    test_cranelift_platforms,
    test_gcc_config,
    test_gcc_languages,
    test_gccrs_enabled,
    test_gccrs_flag,
    test_gccrs_hooks,
    test_linux_arch_support,
    test_linux_bindgen_targets,
    test_linux_changes,
    test_linux_clang_targets,
    test_linux_llvm,
    test_linux_maintainers,
    test_linux_min_tools,
    test_linux_quick_start,
    test_linux_rust_available,
    test_linux_target_spec,
    test_llvm_targets,
    test_mrustc_language,
    test_mrustc_targets,
    test_mrustc_versions,
    test_rust_core_edition,
    test_rust_library_features,
    test_rust_target_json,
    test_rust_toolchain,
    test_rustc_default_llvm,
    test_rustc_features,
    test_rustc_json_targets,
    test_rustc_platform_support,
    test_rustc_target_list,
    test_rustc_target_spec,
)

KCONFIG = """\
# Words on sand.
menu "Desert"
config SAND
\tbool "Sand" if DESERT
\tdefault WIND if STORM || GALE
\tdepends on SUN && \\
\t\t!RAIN
\tselect DUST if DRY
\timply HEAT
\thelp
\t  config NOT_THIS
\t    depends on NOTHING

config DUNES
\tint "Dunes" if 64BIT
\trange 1 64
\tdefault "8" if ARCH = "dune"

choice
\tprompt "Wind"
\tdefault WIND

config WIND
\tbool "Wind" if $(cc-option,-mwind)

endchoice
endmenu

if SAND
source "arch/dune/Kconfig.more"
config STORM
\tdef_bool y if CC_IS_CLANG || RUSTC_VERSION >= 108500
endif
"""
RUSTFLAGS = """\
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
CRATE = """\
//! Words.
#![no_std]
#![feature(one)]
#![feature(
    two, // and
    three,
)]
#![cfg_attr(not(CONFIG_SAND), feature(four, five))]
pub mod a;
"""
ALLOWED = """\
x := y
ifdef CONFIG_SAND
rust_allowed_features := one_way,two
else
rust_allowed_features := one_way
endif
cmd = -Zallow-features=$(rust_allowed_features)
"""
LEVEL = "# from here\n\nSTDARCH=abc\nLIBCORE_TAG=1.49.0\n"
PORTS = "arch/alpha/Kconfig\narch/riscv/Kconfig\narch/x86/Kconfig\n"

# Extractor -> paths and texts.
CORPUS: dict[str, tuple[tuple[str, str], ...]] = {
    "cargo_crates": (
        (test_cargo_crates.PATH, test_cargo_crates.GOOD),
        (test_cargo_crates.LOCK, test_cargo_crates.LOCKED),
    ),
    "cg_gcc_ci": ((test_cg_gcc_ci.PATH, test_cg_gcc_ci.GOOD),),
    "cg_gcc_failing_tests": ((test_cg_gcc_failing_tests.PATH, test_cg_gcc_failing_tests.GOOD),),
    "cg_gcc_libgccjit": ((test_cg_gcc_libgccjit.PATH, test_cg_gcc_libgccjit.GOOD),),
    "cranelift_platforms": ((test_cranelift_platforms.PATH, test_cranelift_platforms.GOOD),),
    "gcc_config": (("gcc/config.gcc", test_gcc_config.SCRIPT),),
    "gcc_languages": (("gcc/", test_gcc_languages.NEW), ("gcc/", test_gcc_languages.OLD)),
    "gccrs_enabled": (("configure.ac", test_gccrs_enabled.TODAY), ("configure.ac", test_gccrs_enabled.REFUSED)),
    "gccrs_flag": tuple(test_gccrs_flag.FILES.items()),
    "gccrs_hooks": (("gcc/config/", test_gccrs_hooks.LISTING),),
    "gccrs_language": (("libgrust/rustc-lib/version-info", LEVEL),),
    "kconfig": (("arch/dune/Kconfig", KCONFIG),),
    "linux_allowed_features": (("scripts/Makefile.build", ALLOWED),),
    "linux_arch_support": ((test_linux_arch_support.PATH, test_linux_arch_support.FILE),),
    "linux_bindgen_targets": (("rust/Makefile", test_linux_bindgen_targets.TABLE),),
    "linux_changes": ((test_linux_changes.PATH, test_linux_changes.FILE),),
    "linux_clang_targets": (("scripts/Makefile.clang", test_linux_clang_targets.TABLE),),
    "linux_crate_features": (("rust/kernel/lib.rs", CRATE),),
    "linux_llvm": ((test_linux_llvm.PATH, test_linux_llvm.FILE),),
    "linux_maintainers": ((test_linux_maintainers.PATH, test_linux_maintainers.FILE),),
    "linux_min_tools": ((test_linux_min_tools.PATH, test_linux_min_tools.FILE),),
    "linux_ports": (("arch/", PORTS),),
    "linux_quick_start": ((test_linux_quick_start.PATH, test_linux_quick_start.FILE),),
    "linux_rust_available": ((test_linux_rust_available.PATH, test_linux_rust_available.FILE),),
    "linux_rustflags": (("arch/riscv/Makefile", RUSTFLAGS),),
    "linux_target_spec": (("scripts/generate_rust_target.rs", test_linux_target_spec.WHOLE),),
    "llvm_targets": (
        (test_llvm_targets.PATH, test_llvm_targets.GOOD),
        (test_llvm_targets.PATH, test_llvm_targets.OLD),
        (test_llvm_targets.FOLDER, "add_llvm_component_group(Dune HAS_JIT)\nset(X y)\n"),
    ),
    "mrustc_language": ((test_mrustc_language.PATH, test_mrustc_language.GOOD),),
    "mrustc_targets": ((test_mrustc_targets.PATH, test_mrustc_targets.GOOD),),
    "mrustc_versions": ((test_mrustc_versions.PATH, test_mrustc_versions.GOOD),),
    "rust_core_edition": ((test_rust_core_edition.PATH, test_rust_core_edition.GOOD),),
    "rust_library_features": ((test_rust_library_features.PATH, test_rust_library_features.GOOD),),
    "rust_target_json": ((test_rust_target_json.PATH, test_rust_target_json.GOOD),),
    "rust_toolchain": ((test_rust_toolchain.PATH, test_rust_toolchain.GOOD),),
    "rustc_default_llvm": (
        ("config.example.toml", test_rustc_default_llvm.OLD),
        ("bootstrap.example.toml", test_rustc_default_llvm.NEW),
    ),
    "rustc_features": (
        (f"{test_rustc_features.FOLDER}/unstable.rs", test_rustc_features.NEW),
        (f"{test_rustc_features.FOLDER}/active.rs", test_rustc_features.OLD),
    ),
    "rustc_json_targets": (
        (test_rustc_json_targets.PATH, test_rustc_json_targets.NEW),
        (test_rustc_json_targets.PATH, test_rustc_json_targets.OLD),
    ),
    "rustc_platform_support": ((test_rustc_platform_support.PATH, test_rustc_platform_support.PAGE),),
    "rustc_target_list": ((test_rustc_target_list.PATH, test_rustc_target_list.LIST),),
    "rustc_target_spec": (
        (f"{test_rustc_target_spec.FOLDER}/m68k_unknown_linux_gnu.rs", test_rustc_target_spec.WHOLE),
        (f"{test_rustc_target_spec.FOLDER}/i586_unknown_linux_gnu.rs", test_rustc_target_spec.DERIVED),
    ),
}
