"""What compilers and their companions write when they are asked about themselves -> versions, targets, host.

Each function reads the output of one command, under LC_ALL=C, and gives "" or () for what it does not find: what a
tool writes is not ours to demand. The shapes, a few lines of each:

    rustc -vV                 rustc 1.95.0 (59807616e 2026-04-14)
                              host: x86_64-unknown-linux-gnu
                              LLVM version: 22.1.2
    bindgen --version         bindgen 0.71.1
    clang --version           Debian clang version 19.1.7 (3~deb12u1)
                              Target: x86_64-pc-linux-gnu
    ld.lld --version          Debian LLD 19.1.7 (compatible with GNU linkers)
    gcc -v                    Target: x86_64-linux-gnu
                              Configured with: ../src/configure -v --enable-languages=c,c++ ...
                              gcc version 12.2.0 (Debian 12.2.0-14)
    pahole --version          v1.24
    llc --version             Debian LLVM version 14.0.6
      and clang -print-targets    Registered Targets:
                                    aarch64    - AArch64 (little endian)
    llvm-config --version --targets-built    14.0.6
                                             AArch64 AMDGPU ARM
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

_NUMBERS = r"[0-9]{1,6}(?:\.[0-9]{1,6}){1,3}"
# A stage of upstream's own is part of the version (1.97.0-nightly, 20.0.0git); what follows it is a builder's.
_VERSION = rf"({_NUMBERS}(?:-(?:nightly|beta(?:\.[0-9]{{1,4}})?|dev)|git|rc[0-9]{{1,3}}|-rc[0-9]{{1,3}})?)"
_RUSTC = re.compile(rf"^rustc {_VERSION}(?![0-9.])", re.MULTILINE)
_RUSTFMT = re.compile(rf"^rustfmt ({_NUMBERS})(?![0-9.])", re.MULTILINE)
_BINDGEN = re.compile(rf"^bindgen {_VERSION}(?![0-9.])", re.MULTILINE)
_CLANG = re.compile(rf"^(?:.{{0,80}} )?clang version {_VERSION}(?![0-9.])", re.MULTILINE)
_LLD = re.compile(rf"^(?:.{{0,80}} )?LLD {_VERSION}(?![0-9.])", re.MULTILINE)
_GCC = re.compile(rf"^gcc version {_VERSION}(?![0-9.])", re.MULTILINE)
_PACKAGE = re.compile(r"^gcc version \S{1,60} \(([^()\n]{1,80})\)", re.MULTILINE)
_PAHOLE = re.compile(rf"^v?{_VERSION}$", re.MULTILINE)
_MRUSTC = re.compile(rf"^.{{0,40}}mrustc.{{0,20}} v?{_VERSION}(?![0-9.])", re.MULTILINE | re.IGNORECASE)
_LLVM = re.compile(rf"^ *(?:.{{0,80}} )?LLVM version {_VERSION}(?![0-9.])", re.MULTILINE)
_LLVM_CONFIG = re.compile(rf"^{_VERSION}$", re.MULTILINE)
_LIBCLANG = re.compile(rf"clang version {_VERSION}(?![0-9.])")
_TARGET = re.compile(r"^Target: ([\w.+-]{1,100})$", re.MULTILINE)
_CONFIGURED = re.compile(r"^Configured with: (.*)$", re.MULTILINE)
_REGISTERED = re.compile(r"^ {2,}([\w-]{1,40}) +- ")
_TRIPLE = re.compile(r"[\w.+-]{1,100}")
_CFG = re.compile(r'^(\w{1,60})="([^"\n]{0,200})"$', re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RustcSays:
    """`rustc -vV`. commit is "" where the build does not say of which it is; note is what a builder put behind."""

    version: str = ""
    host: str = ""
    llvm: str = ""
    commit: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GccSays:
    """`gcc -v`. configured are the words that its configure was given, package is what its packager calls it."""

    version: str = ""
    target: str = ""
    package: str = ""
    configured: tuple[str, ...] = ()


def rustc_says(text: str) -> RustcSays:
    """What `rustc -vV` writes."""
    found = _RUSTC.search(text)
    fields = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
    first = next((line for line in text.splitlines() if line.startswith("rustc ")), "")
    commit = fields.get("commit-hash", "").strip()
    return RustcSays(
        version=found[1] if found else "",
        host=_triple(fields.get("host", "")),
        llvm=_whole(_VERSION_ALONE, fields.get("LLVM version", "")),
        commit=commit if re.fullmatch(r"[0-9a-f]{7,40}", commit) else "",
        note=first.partition(") ")[2].strip()[:80],
    )


_VERSION_ALONE = re.compile(_NUMBERS)


def _whole(pattern: re.Pattern[str], text: str) -> str:
    return text.strip() if pattern.fullmatch(text.strip()) else ""


def _triple(text: str) -> str:
    return _whole(_TRIPLE, text)


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1] if found else ""


def rustfmt_version(text: str) -> str:
    """`1.8.0-stable (...)`: rustfmt's versions have a stage of their own, which is no part of it."""
    return _first(_RUSTFMT, text)


def bindgen_version(text: str) -> str:
    """What `bindgen --version` writes."""
    return _first(_BINDGEN, text)


def libclang_version(text: str) -> str:
    """What bindgen warns of a file that says __clang_version__ in a message."""
    return _first(_LIBCLANG, text)


def clang_version(text: str) -> str:
    """What `clang --version` writes."""
    return _first(_CLANG, text)


def lld_version(text: str) -> str:
    """What `ld.lld --version` writes."""
    return _first(_LLD, text)


def pahole_version(text: str) -> str:
    """What `pahole --version` writes."""
    return _first(_PAHOLE, text)


def mrustc_version(text: str) -> str:
    """What `mrustc --version` writes. Its shape was read in mrustc's source (src/version.cpp) alone, and never seen."""
    return _first(_MRUSTC, text)


def gcc_says(text: str) -> GccSays:
    """What `gcc -v` writes; a clang under that name says no "gcc version"."""
    configured = _first(_CONFIGURED, text)
    return GccSays(
        version=_first(_GCC, text),
        target=_first(_TARGET, text),
        package=_first(_PACKAGE, text),
        configured=tuple(configured.split()),
    )


def llvm_version(text: str) -> str:
    """What `llc --version` or `llvm-config --version` writes."""
    return _first(_LLVM, text) or _first(_LLVM_CONFIG, text)


def registered(text: str) -> tuple[str, ...]:
    """The names under "Registered Targets:", as `llc --version` and `clang -print-targets` write them."""
    _, head, rest = text.partition("Registered Targets:")
    return tuple(_names(rest)) if head else ()


def _names(rest: str) -> Iterator[str]:
    for line in rest.splitlines():
        if found := _REGISTERED.match(line):
            yield found[1]


def backends_built(text: str) -> tuple[str, ...]:
    """The folders of llvm/lib/Target that `llvm-config --targets-built` names, on one line."""
    lines = [line.split() for line in text.splitlines() if line.strip() and not _LLVM_CONFIG.fullmatch(line.strip())]
    return tuple(word for word in (lines[0] if lines else ()) if re.fullmatch(r"\w{1,40}", word))


def target_list(text: str) -> tuple[str, ...]:
    """What `rustc --print target-list` writes: a target a line."""
    return tuple(line for line in text.splitlines() if _TRIPLE.fullmatch(line) and "-" in line)


def cfg_values(text: str) -> dict[str, str]:
    """`rustc --print cfg`: each key with a value, such as target_arch; of several values of a key the last."""
    return dict(_CFG.findall(text))


# --- LLVM's names -----------------------------------------------------------------------------------

# A backend is a folder of llvm/lib/Target; its TargetInfo file registers it under these names (RegisterTarget).
# Those that llc of LLVM 14 and 19 writes, as Debian builds them, were read there on 2026-11-28. What these do not
# have was not seen registered: ARC, CSKY, DirectX, SPIRV, and the big-endian names of RISCV.
_REGISTERED_BY = {
    "AArch64": ("aarch64", "aarch64_32", "aarch64_be", "arm64", "arm64_32"),
    "AMDGPU": ("amdgcn", "r600"),
    "ARC": ("arc",),
    "ARM": ("arm", "armeb", "thumb", "thumbeb"),
    "AVR": ("avr",),
    "BPF": ("bpf", "bpfeb", "bpfel"),
    "CSKY": ("csky",),
    "DirectX": ("dxil",),
    "Hexagon": ("hexagon",),
    "Lanai": ("lanai",),
    "LoongArch": ("loongarch32", "loongarch64"),
    "M68k": ("m68k",),
    "MSP430": ("msp430",),
    "Mips": ("mips", "mips64", "mips64el", "mipsel"),
    "NVPTX": ("nvptx", "nvptx64"),
    "PowerPC": ("ppc32", "ppc32le", "ppc64", "ppc64le"),
    "RISCV": ("riscv32", "riscv32be", "riscv64", "riscv64be"),
    "SPIRV": ("spirv", "spirv32", "spirv64"),
    "Sparc": ("sparc", "sparcel", "sparcv9"),
    "SystemZ": ("systemz",),
    "VE": ("ve",),
    "WebAssembly": ("wasm32", "wasm64"),
    "X86": ("x86", "x86-64"),
    "XCore": ("xcore",),
    "Xtensa": ("xtensa",),
}
_BACKEND_OF = {name: folder for folder, names in _REGISTERED_BY.items() for name in names}


def backend_of(name: str) -> str:
    """The folder of llvm/lib/Target that registers a name; "" for one that is not known."""
    return _BACKEND_OF.get(name, "")


# --- rustc's own specifications -----------------------------------------------------------------------

# The keys of a specification that source files state too, by the names that facts use.
_STATED = {"arch": "arch", "llvm-target": "llvm-target", "target-pointer-width": "pointer-width"}
_METADATA = {"tier": "metadata-tier", "host_tools": "metadata-host-tools", "std": "metadata-std"}


def specification(text: str) -> dict[str, str]:
    """`--print target-spec-json`: what it states, by the names of facts; {} for what is no specification."""
    return _stated(_json(text))


def specifications(text: str) -> dict[str, dict[str, str]]:
    """`--print all-target-specs-json`: likewise for each target."""
    document = _json(text)
    return {name: found for name, spec in document.items() if (found := _stated(spec))}


def _json(text: str) -> dict[str, object]:
    import json  # noqa: PLC0415  # only where a compiler is held against what is known

    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _stated(spec: object) -> dict[str, str]:
    """A byte order that is not written is little; a width is a number in 1.95 and a text in 1.63."""
    if not isinstance(spec, dict) or "llvm-target" not in spec:
        return {}
    found = {fact: _word(spec[key]) for key, fact in _STATED.items() if key in spec}
    found["endian"] = _word(spec.get("target-endian", "little"))
    metadata = spec.get("metadata")
    if isinstance(metadata, dict):
        found |= {fact: _word(metadata.get(key)) for key, fact in _METADATA.items()}
    return found


def _word(value: object) -> str:
    """As facts write it: `true`, `None`, `64`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if value is None or isinstance(value, (str, int)) else ""


_NO_BACKEND = "No available targets are compatible"
_CPUS = "Available CPUs for this target"


def has_backend(text: str) -> bool | None:
    """`rustc --print target-cpus --target T`: whether its LLVM has T's backend; None where it does not say."""
    if _NO_BACKEND in text:
        return False
    return True if _CPUS in text else None
