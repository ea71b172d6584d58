"""Every extractor by name: the explicit, sorted table that data/sources.toml refers to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matrix.extract import (
    cargo_crates,
    cg_gcc_ci,
    cg_gcc_failing_tests,
    cg_gcc_libgccjit,
    cranelift_platforms,
    gcc_config,
    gcc_languages,
    gccrs_enabled,
    gccrs_flag,
    gccrs_hooks,
    gccrs_language,
    kconfig,
    linux_allowed_features,
    linux_arch_support,
    linux_bindgen_targets,
    linux_changes,
    linux_clang_targets,
    linux_crate_features,
    linux_llvm,
    linux_maintainers,
    linux_min_tools,
    linux_ports,
    linux_quick_start,
    linux_rust_available,
    linux_rustflags,
    linux_target_spec,
    llvm_targets,
    mrustc_language,
    mrustc_targets,
    mrustc_versions,
    rust_core_edition,
    rust_library_features,
    rust_target_json,
    rust_toolchain,
    rustc_default_llvm,
    rustc_features,
    rustc_json_targets,
    rustc_platform_support,
    rustc_target_list,
    rustc_target_spec,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from matrix.model import Fact
    from matrix.text import Text


@dataclass(frozen=True, slots=True)
class Extractor:
    """A pure function from a file's text to facts. `version` grows when the same text would give other facts."""

    extract: Callable[[Text], Iterable[Fact]]
    version: int


EXTRACTORS: Mapping[str, Extractor] = {
    "cargo_crates": Extractor(cargo_crates.extract, cargo_crates.VERSION),
    "cg_gcc_ci": Extractor(cg_gcc_ci.extract, cg_gcc_ci.VERSION),
    "cg_gcc_failing_tests": Extractor(cg_gcc_failing_tests.extract, cg_gcc_failing_tests.VERSION),
    "cg_gcc_libgccjit": Extractor(cg_gcc_libgccjit.extract, cg_gcc_libgccjit.VERSION),
    "cranelift_platforms": Extractor(cranelift_platforms.extract, cranelift_platforms.VERSION),
    "gcc_config": Extractor(gcc_config.extract, gcc_config.VERSION),
    "gcc_languages": Extractor(gcc_languages.extract, gcc_languages.VERSION),
    "gccrs_enabled": Extractor(gccrs_enabled.extract, gccrs_enabled.VERSION),
    "gccrs_flag": Extractor(gccrs_flag.extract, gccrs_flag.VERSION),
    "gccrs_hooks": Extractor(gccrs_hooks.extract, gccrs_hooks.VERSION),
    "gccrs_language": Extractor(gccrs_language.extract, gccrs_language.VERSION),
    "kconfig": Extractor(kconfig.extract, kconfig.VERSION),
    "linux_allowed_features": Extractor(linux_allowed_features.extract, linux_allowed_features.VERSION),
    "linux_arch_support": Extractor(linux_arch_support.extract, linux_arch_support.VERSION),
    "linux_bindgen_targets": Extractor(linux_bindgen_targets.extract, linux_bindgen_targets.VERSION),
    "linux_changes": Extractor(linux_changes.extract, linux_changes.VERSION),
    "linux_clang_targets": Extractor(linux_clang_targets.extract, linux_clang_targets.VERSION),
    "linux_crate_features": Extractor(linux_crate_features.extract, linux_crate_features.VERSION),
    "linux_llvm": Extractor(linux_llvm.extract, linux_llvm.VERSION),
    "linux_maintainers": Extractor(linux_maintainers.extract, linux_maintainers.VERSION),
    "linux_min_tools": Extractor(linux_min_tools.extract, linux_min_tools.VERSION),
    "linux_ports": Extractor(linux_ports.extract, linux_ports.VERSION),
    "linux_quick_start": Extractor(linux_quick_start.extract, linux_quick_start.VERSION),
    "linux_rust_available": Extractor(linux_rust_available.extract, linux_rust_available.VERSION),
    "linux_rustflags": Extractor(linux_rustflags.extract, linux_rustflags.VERSION),
    "linux_target_spec": Extractor(linux_target_spec.extract, linux_target_spec.VERSION),
    "llvm_targets": Extractor(llvm_targets.extract, llvm_targets.VERSION),
    "mrustc_language": Extractor(mrustc_language.extract, mrustc_language.VERSION),
    "mrustc_targets": Extractor(mrustc_targets.extract, mrustc_targets.VERSION),
    "mrustc_versions": Extractor(mrustc_versions.extract, mrustc_versions.VERSION),
    "rust_core_edition": Extractor(rust_core_edition.extract, rust_core_edition.VERSION),
    "rust_library_features": Extractor(rust_library_features.extract, rust_library_features.VERSION),
    "rust_target_json": Extractor(rust_target_json.extract, rust_target_json.VERSION),
    "rust_toolchain": Extractor(rust_toolchain.extract, rust_toolchain.VERSION),
    "rustc_default_llvm": Extractor(rustc_default_llvm.extract, rustc_default_llvm.VERSION),
    "rustc_features": Extractor(rustc_features.extract, rustc_features.VERSION),
    "rustc_json_targets": Extractor(rustc_json_targets.extract, rustc_json_targets.VERSION),
    "rustc_platform_support": Extractor(rustc_platform_support.extract, rustc_platform_support.VERSION),
    "rustc_target_list": Extractor(rustc_target_list.extract, rustc_target_list.VERSION),
    "rustc_target_spec": Extractor(rustc_target_spec.extract, rustc_target_spec.VERSION),
}
