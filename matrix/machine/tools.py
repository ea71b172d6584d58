"""The executables of a machine -> the tools of a Rust kernel build among them, each with what it says of itself.

Every tool is asked once, several at a time: a machine may have thirty cross compilers.
"""

from __future__ import annotations

import os
import re
from concurrent.futures import ThreadPoolExecutor
from glob import glob
from typing import TYPE_CHECKING

from matrix.machine import outputs
from matrix.machine.run import ToolBounds, run_tool
from matrix.machine.search import Executable, executables, folders
from matrix.value import dataclass, field, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

# A tool's own names, each the whole name of a file: what make takes first, then with a version behind it, as
# distributions name several beside each other (rustc-1.85, Gentoo's rustc-bin-1.85.0, clang-19, ld.lld-19).
_NUMBERED = r"(?:-[0-9]+(?:\.[0-9]+)*)?"
_PATTERNS = {
    "rustc": re.compile(rf"rustc(?:-bin)?{_NUMBERED}"),
    "rustfmt": re.compile(rf"rustfmt(?:-bin)?{_NUMBERED}"),
    "bindgen": re.compile(rf"bindgen{_NUMBERED}"),
    "clang": re.compile(rf"clang{_NUMBERED}"),
    "lld": re.compile(rf"ld\.lld{_NUMBERED}"),
    "gcc": re.compile(rf"(?!c[89]9-)(?:[\w.]+-(?:[\w.]+-)*)?gcc{_NUMBERED}"),
    "pahole": re.compile(r"pahole"),
    "gccrs": re.compile(rf"(?:[\w.]+-(?:[\w.]+-)*)?gccrs{_NUMBERED}"),
    "mrustc": re.compile(r"mrustc"),
}
_ANY = re.compile("|".join(f"(?:{pattern.pattern})" for pattern in _PATTERNS.values()))
# What `make` runs without being told otherwise.
PLAIN_NAMES = {name: {"lld": "ld.lld"}.get(name, name) for name in _PATTERNS}
# Where distributions put toolchains that are in no folder of PATH.
_BESIDE = ("/usr/lib/rust-*/bin", "/usr/lib/llvm-*/bin", "/usr/lib/llvm/*/bin")
_LIBRARIES = ("/usr/lib/*-linux-*", "/usr/lib/llvm-*/lib", "/usr/lib/llvm/*/lib*", "/usr/lib", "/usr/lib64")
_LIBCLANG = re.compile(r"libclang(?:-([0-9.]+))?\.so(?:\.([0-9.]+))?")
# Debian and Ubuntu keep the library's source in a folder named for its version.
_SOURCE_OF = re.compile(r"/rustc-([0-9]+\.[0-9]+\.[0-9]+)/")
# More than these of one tool are not asked: each costs a process.
_MOST = 40
_AT_ONCE = 4

# Whatever else surrounds us is no business of theirs.
_PASSED = frozenset({"HOME", "PATH", "TMPDIR", "LD_LIBRARY_PATH", "LIBCLANG_PATH", "LLVM_CONFIG_PATH", "CLANG_PATH"})
_PASSED_PREFIXES = ("RUSTUP_", "CARGO_HOME", "BINDGEN_EXTRA_CLANG_ARGS", "NIX_", "CCACHE_")
# rustup installs what is missing unless it is told not to.
_SET = {"LC_ALL": "C", "LANG": "C", "TERM": "dumb", "RUSTUP_AUTO_INSTALL": "0"}

_HEADER = "ask.h"
# bindgen passes on what its libclang says of this, with the version.
_ASKS = '#pragma message("archmatrix asks: clang version " __clang_version__)\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Where tools are looked for: a PATH, the environment that they get, patterns of further folders.

    libraries are patterns of folders in which a libclang may lie; src is RUST_LIB_SRC, "" where it is not set.
    """

    path: str
    environment: Mapping[str, str] = field(default_factory=dict)
    beside: tuple[str, ...] = _BESIDE
    libraries: tuple[str, ...] = _LIBRARIES
    src: str = ""
    limits: ToolBounds = field(default_factory=ToolBounds)

    @property
    def folders(self) -> tuple[str, ...]:
        """Where executables are looked for, PATH first."""
        return tuple(folders(self.path, (place for pattern in self.beside for place in sorted(glob(pattern)))))

    @property
    def given(self) -> dict[str, str]:
        """The environment that a tool gets."""
        passed = {k: v for k, v in self.environment.items() if k in _PASSED or k.startswith(_PASSED_PREFIXES)}
        return {**passed, **_SET, "PATH": self.path}


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """One tool that was found, or, without a path, one that was not.

    name is the tool's ("rustc", "rust-src", "libclang", "gcc", ...), called the name by which make reaches it. version
    is upstream's, "" where it did not say one; targets are what it says that it compiles for: rustc's targets, the
    names of LLVM's backends as clang registers them, gcc's one triple. problem says why it cannot be used, "" for
    nothing. host and llvm are rustc's, sysroot too; note is what its builder says of the build.
    """

    name: str
    path: str = ""
    version: str = ""
    targets: tuple[str, ...] = ()
    problem: str = ""
    called: str = ""
    host: str = ""
    llvm: str = ""
    sysroot: str = ""
    note: str = ""

    @property
    def usable(self) -> bool:
        """Whether it is there and says what it is."""
        return bool(self.path and self.version and not self.problem)


def installed(machine: Machine) -> tuple[Installed, ...]:
    """Every tool that is found, in the order of a build; what make would take of each comes first."""
    found = list(_sorted(executables(machine.folders, _ANY)))
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        asked = [item for items in pool.map(lambda pair: list(_asked(machine, *pair)), found) for item in items]
    asked += _libraries(machine, asked)
    order = ["rustc", "rust-src", "rustfmt", "bindgen", "libclang", "clang", "lld", "gcc", "pahole", "gccrs", "mrustc"]
    return tuple(sorted(asked, key=lambda tool: order.index(tool.name)))


def _sorted(found: Iterable[Executable]) -> Iterator[tuple[str, Executable]]:
    """Each tool with its executables: the plain name, then by name; of several names of one file the first."""
    listed = list(found)
    for name, pattern in _PATTERNS.items():
        own = [one for one in listed if pattern.fullmatch(one.name)]
        own.sort(key=lambda one: (one.name != PLAIN_NAMES[name], bool(one.problem), len(one.name), one.name))
        seen: set[str] = set()
        kept = [one for one in own if not one.real or not (one.real in seen or seen.add(one.real))]  # type: ignore[func-returns-value]
        yield from ((name, one) for one in kept[:_MOST])


def _asked(machine: Machine, name: str, one: Executable) -> Iterator[Installed]:
    base = Installed(name=name, path=one.path, called=one.name, problem=one.problem)
    if one.problem:
        yield base
        return
    yield from _ASKED[name](machine, base)


def _says(
    machine: Machine, base: Installed, arguments: tuple[str, ...], read: Callable[[str], str], what: str
) -> tuple[Installed, str]:
    """The tool with the version that it says, and all that it wrote."""
    done = run_tool([base.path, *arguments], machine.given, limits=machine.limits, files={_HEADER: _ASKS})
    text = f"{done.out}\n{done.err}"
    version = "" if done.problem else read(text)
    problem = done.problem or ("" if version else f"says no version of {what}: {_shown(text)}")
    return replace(base, version=version, problem=problem), text


def _shown(text: str) -> str:
    """The first words of what a tool wrote, without what is no text."""
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return (
        repr("".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in first[:60])) if first else "nothing"
    )


def _rustc(machine: Machine, base: Installed) -> Iterator[Installed]:
    """rustc, with the source of its library, which a kernel compiles anew."""
    tool, text = _says(machine, base, ("-vV",), lambda text: outputs.rustc_says(text).version, "rustc")
    says = outputs.rustc_says(text)
    tool = replace(tool, host=says.host, llvm=says.llvm, note=says.note)
    if tool.problem:
        yield tool
        return
    done = run_tool([base.path, "--print", "sysroot", "--print", "target-list"], machine.given, limits=machine.limits)
    first, _, rest = done.out.partition("\n")
    problem = done.problem or ("" if os.path.isabs(first) else f"says no sysroot: {_shown(done.out)}")
    yield replace(tool, sysroot=first.strip(), targets=outputs.target_list(rest), problem=problem)
    if not problem:
        yield _source(machine, tool, first.strip())


def _source(machine: Machine, rustc: Installed, sysroot: str) -> Installed:
    """The library's source, where the kernel's own check looks for it."""
    folder = machine.src or os.path.join(sysroot, "lib/rustlib/src/rust/library")
    place = os.path.join(folder, "core/src/lib.rs")
    if os.path.exists(place):
        named = _SOURCE_OF.search(os.path.realpath(folder))
        other = named is not None and named[1] != rustc.version
        problem = f"is the source of rustc {named[1]}, and rustc is {rustc.version}" if named and other else ""
        return Installed(name="rust-src", path=folder, version=rustc.version, called=rustc.called, problem=problem)
    if machine.src:
        problem = "is what RUST_LIB_SRC names, without core/src/lib.rs in it"
        return Installed(name="rust-src", path=machine.src, called=rustc.called, problem=problem)
    link = os.path.join(sysroot, "lib/rustlib/src/rust")
    if os.path.islink(link) and not os.path.exists(link):
        problem = f"is a symbolic link to {os.readlink(link)}, which is not there"
        return Installed(name="rust-src", path=link, called=rustc.called, problem=problem)
    return Installed(name="rust-src", called=rustc.called)


def _bindgen(machine: Machine, base: Installed) -> Iterator[Installed]:
    """bindgen, with the libclang that it loads. 0.69.0 and 0.71.0 tell their version only where a header is given."""
    tool, _ = _says(machine, base, ("--version", _HEADER), outputs.bindgen_version, "bindgen")
    yield tool
    if not tool.problem:
        library = Installed(name="libclang", path=base.path, called=base.called)
        loaded, _ = _says(machine, library, (_HEADER,), outputs.libclang_version, "libclang")
        yield replace(loaded, problem=f"bindgen loads none: {loaded.problem}" if loaded.problem else "")


def _clang(machine: Machine, base: Installed) -> Iterator[Installed]:
    tool, text = _says(machine, base, ("--version",), outputs.clang_version, "clang")
    if not tool.problem:
        done = run_tool([base.path, "-print-targets"], machine.given, limits=machine.limits)
        tool = replace(tool, host=outputs.gcc_says(text).target, targets=outputs.registered(done.out))
    yield tool


def _gcc(machine: Machine, base: Installed) -> Iterator[Installed]:
    tool, text = _says(machine, base, ("-v",), lambda text: outputs.gcc_says(text).version, "GCC")
    target = outputs.gcc_says(text).target
    yield replace(tool, targets=(target,) if target else ())


def _plain(arguments: tuple[str, ...], read: Callable[[str], str], what: str) -> Callable[..., Iterator[Installed]]:
    def ask(machine: Machine, base: Installed) -> Iterator[Installed]:
        yield _says(machine, base, arguments, read, what)[0]

    return ask


_ASKED: dict[str, Callable[[Machine, Installed], Iterator[Installed]]] = {
    "rustc": _rustc,
    "rustfmt": _plain(("--version",), outputs.rustfmt_version, "rustfmt"),
    "bindgen": _bindgen,
    "clang": _clang,
    "lld": _plain(("--version",), outputs.lld_version, "LLD"),
    "gcc": _gcc,
    "pahole": _plain(("--version",), outputs.pahole_version, "pahole"),
    "gccrs": _gcc,
    "mrustc": _plain(("--version",), outputs.mrustc_version, "mrustc"),
}


def _libraries(machine: Machine, found: Iterable[Installed]) -> Iterator[Installed]:
    """A libclang that lies in a folder of libraries, where no bindgen says which it loads: its name has a version."""
    if any(tool.name == "libclang" for tool in found):
        return
    seen: set[str] = set()
    for folder in (place for pattern in machine.libraries for place in sorted(glob(pattern))):
        for place in sorted(glob(os.path.join(_escaped(folder), "libclang*.so*"))):
            named = _LIBCLANG.fullmatch(os.path.basename(os.path.realpath(place)))
            # libclang-19.so.19.1.7, or libclang-19.so.19 for any of that series; libclang.so.13 is no version of LLVM.
            version = (named[2] if "." in (named[2] or "") else named[1] or "").strip(".") if named else ""
            if version and os.path.realpath(place) not in seen:
                seen.add(os.path.realpath(place))
                yield Installed(name="libclang", path=place, version=version, called=os.path.basename(place))


def _escaped(folder: str) -> str:
    """A folder's name in a pattern, standing for itself."""
    return re.sub(r"([*?\[])", r"[\1]", folder)
