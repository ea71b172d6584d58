"""One compiler -> all that it says of itself that source files state too."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from matrix.machine import outputs
from matrix.machine.run import run_tool
from matrix.machine.search import look_up
from matrix.value import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from matrix.machine.outputs import GccSays, RustcSays
    from matrix.machine.run import ToolRan
    from matrix.machine.tools import Machine

_AT_ONCE = 4
_UNSTABLE = "-Zunstable-options"


@dataclass(frozen=True, slots=True, kw_only=True)
class RustcAsked:
    """What a rustc says: problem is why nothing was learned of it, "" for nothing.

    specs are by target, all of them or, where it refuses that, one_by_one those that were wanted. backends say of some
    of LLVM's whether they are in it. own_llvm is whether it came with an LLVM that was built for it, as rust-lang.org's
    do; else its LLVM is the distribution's.
    """

    path: str
    problem: str = ""
    says: RustcSays | None = None
    targets: tuple[str, ...] = ()
    specs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    one_by_one: bool = False
    cfg: Mapping[str, str] = field(default_factory=dict)
    backends: Mapping[str, bool] = field(default_factory=dict)
    own_llvm: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LlvmAsked:
    """What an llc, an llvm-config or a clang says: the backends, and the names it registers that are not known."""

    path: str
    problem: str = ""
    version: str = ""
    backends: tuple[str, ...] = ()
    strange: tuple[str, ...] = ()
    builder: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GccAsked:
    """What `gcc -v` says."""

    path: str
    problem: str = ""
    says: GccSays | None = None


def ask_rustc(
    machine: Machine, written: str, wanted: Callable[[str], Sequence[str]], probes: Mapping[str, str]
) -> RustcAsked:
    """Ask it all at once. probes is a target for each backend to ask about.

    wanted gives, for its version, the targets that are asked about one by one where it does not print them all.
    """
    one = look_up(written, machine.folders)
    if one.problem:
        return RustcAsked(path=one.path or written, problem=one.problem)
    environment = {**machine.given, "RUSTC_BOOTSTRAP": "1"}

    def ask(*arguments: str) -> ToolRan:
        return run_tool([one.path, *arguments], environment, limits=machine.limits)

    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        everything = pool.submit(ask, "--print", "all-target-specs-json", _UNSTABLE)
        told = pool.submit(ask, "-vV")
        listed = pool.submit(ask, "--print", "sysroot", "--print", "target-list")
        cfg = pool.submit(ask, "--print", "cfg")
        says = outputs.rustc_says(told.result().out)
        if told.result().problem or not says.version:
            problem = told.result().problem or "says no version of rustc"
            return RustcAsked(path=one.path, problem=problem)
        sysroot, _, rest = listed.result().out.partition("\n")
        targets = outputs.target_list(rest)
        asked = {
            backend: pool.submit(ask, "--print", "target-cpus", "--target", target)
            for backend, target in probes.items()
            if target in targets
        }
        specs = outputs.specifications(everything.result().out)
        one_by_one = not specs
        if one_by_one:
            singly = {
                target: pool.submit(ask, "--print", "target-spec-json", _UNSTABLE, "--target", target)
                for target in wanted(says.version)
                if target in targets
            }
            read = {target: outputs.specification(done.result().out) for target, done in singly.items()}
            specs = {target: spec for target, spec in read.items() if spec}
        answers = {b: outputs.has_backend(f"{done.result().out}\n{done.result().err}") for b, done in asked.items()}
    return RustcAsked(
        path=one.path,
        says=says,
        targets=targets,
        specs=specs,
        one_by_one=one_by_one,
        cfg=outputs.cfg_values(cfg.result().out),
        backends={backend: answer for backend, answer in answers.items() if answer is not None},
        own_llvm=_comes_with_llvm(sysroot.strip()),
    )


def _comes_with_llvm(sysroot: str) -> bool:
    """rust-lang.org's toolchains carry libLLVM-22-rust-1.95.0-stable.so; a distribution's link its own."""
    try:
        names = os.listdir(os.path.join(sysroot, "lib"))
    except OSError:
        return False
    return any(name.startswith("libLLVM") and "-rust-" in name for name in names)


def ask_llvm(machine: Machine, written: str, kind: str) -> LlvmAsked:
    """Kind is "llc", "llvm-config" or "clang"."""
    one = look_up(written, machine.folders)
    if one.problem:
        return LlvmAsked(path=one.path or written, problem=one.problem)
    commands = {
        "llc": (("--version",),),
        "llvm-config": (("--version", "--targets-built"),),
        "clang": (("--version",), ("-print-targets",)),
    }[kind]
    done = [run_tool([one.path, *arguments], machine.given, limits=machine.limits) for arguments in commands]
    text = "\n".join(ran.out for ran in done)
    problem = next((ran.problem for ran in done if ran.problem), "")
    version = outputs.clang_version(text) if kind == "clang" else outputs.llvm_version(text)
    names = () if kind == "llvm-config" else outputs.registered(text)
    backends = outputs.backends_built(text) if kind == "llvm-config" else [outputs.backend_of(name) for name in names]
    if not problem and not (version and backends):
        problem = "says no version of LLVM" if not version else "names no backend"
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return LlvmAsked(
        path=one.path,
        problem=problem,
        version=version,
        backends=tuple(dict.fromkeys(name for name in backends if name)),
        strange=tuple(name for name in names if not outputs.backend_of(name)),
        builder=first if " " in first and kind != "llvm-config" else "",
    )


def ask_gcc(machine: Machine, written: str) -> GccAsked:
    """What `gcc -v` says of version, target and configuration."""
    one = look_up(written, machine.folders)
    if one.problem:
        return GccAsked(path=one.path or written, problem=one.problem)
    done = run_tool([one.path, "-v"], machine.given, limits=machine.limits)
    says = outputs.gcc_says(f"{done.out}\n{done.err}")
    problem = done.problem or ("" if says.version else "says no version of GCC")
    return GccAsked(path=one.path, problem=problem, says=says)
