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
    linux_rust_options,
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
    rustc_built_llvm,
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


# Whatever a source of data/sources.toml names as its extractor is one of these.
_MODULES = (
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
    linux_rust_options,
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
    rustc_built_llvm,
    rustc_default_llvm,
    rustc_features,
    rustc_json_targets,
    rustc_platform_support,
    rustc_target_list,
    rustc_target_spec,
)

EXTRACTORS: Mapping[str, Extractor] = {
    module.__name__.rpartition(".")[2]: Extractor(module.extract, module.VERSION) for module in _MODULES
}
