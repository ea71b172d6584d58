"""A small world to ask in: five projects' facts from few words, a variant, the backends, and the context of a question.

The kernel is called 9.1 and knows two ports, `dune` and `reef`. Its Kconfig is written as text and read by the
extractor; every other fact is `subject attribute value`, with `if CONDITION` behind it where it has one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from functools import partial

import pytest

from matrix.extract.kconfig import extract
from matrix.model import Fact, Located, Revision, Variant
from matrix.registry import data_folder, load
from matrix.resolve.context import Asked, Context
from matrix.resolve.facts import Facts
from matrix.text import Text

SEEN = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
LABELS = {"linux": "9.1", "rust": "1.99.0", "gcc": "20.1.0", "llvm": "30.1.0", "mrustc": "0.20.0"}

KCONFIG = {
    "init/Kconfig": "config CC_IS_GCC\n\tdef_bool $(success,gcc)\nconfig CC_IS_CLANG\n\tdef_bool $(success,clang)\n"
    'config RUSTC_VERSION\n\tint\n\tdefault $(rustc-version)\nconfig KASAN\n\tbool "K"\n'
    'config RUST\n\tbool "Rust"\n\tdepends on HAVE_RUST\n',
    "arch/Kconfig": "config KPROBES\n\tbool\nconfig HAVE_RUST\n\tbool\n",
    "arch/dune/Kconfig": "config DUNE\n\tdef_bool y\n\tselect HAVE_RUST if SANDY\n"
    'config SANDY\n\tbool "Sandy"\nconfig ROCKY\n\tbool "Rocky"\n',
    "arch/reef/Kconfig": 'config REEF\n\tdef_bool y\n\tselect HAVE_RUST if CORAL\nconfig CORAL\n\tbool "Coral"\n',
}
# How the kernel compiles core, which every list of its flags here begins with.
CORE = ("* rustc-rule library", "* rustc-edition 2021")
# What each source says. A source that is set to () is one that was never read.
WORLD = {
    "linux-ports": ("dune port arch/dune/Kconfig", "reef port arch/reef/Kconfig"),
    "linux-min-tools": ("rustc minimum 1.85.0", "bindgen minimum 0.71.1", "gcc minimum 8.1.0", "llvm minimum 15.0.0"),
    "linux-quick-start": ("rustc version-policy minimum",),
    "linux-rust-available": (
        "bindgen broken too-old if BINDGEN_VERSION < BINDGEN_MIN_VERSION",
        "libclang broken too-old if LIBCLANG_VERSION < LLVM_MIN_VERSION",
        "rustc version-policy minimum",
        "bindgen version-policy minimum",
        "libclang version-policy minimum",
    ),
    "linux-changes": ("pahole minimal-version 1.20", "rustc version-policy minimum"),
    "linux-rustflags": ("dune rustc-target dune64-unknown-none",),
    "linux-target-spec": ("SHELLS llvm-target shells-linux-gnu",),
    "linux-bindgen-targets": ("dune bindgen-target dune64-linux-gnu",),
    "linux-arch-support": ("dune rust-level Maintained",),
    "rust-target-list": (
        "dune64-unknown-none module dune64_none",
        "dune64-unknown-linux-gnu module dune64_linux",
        "dune32-unknown-none module dune32_none",
    ),
    "rust-target-specs": (
        "dune64_none arch dune",
        "dune64_none pointer-width 64",
        "dune64_none endian little",
        "dune64_linux inherits dune64_none",
        "dune32_none arch dune",
        "dune32_none pointer-width 32",
        "dune32_none endian little",
    ),
    "rust-platform-support": ("dune64-unknown-none tier 2", "dune64-unknown-linux-gnu tier 3"),
    "rust-built-llvm": ("Dune built-backend default",),
    "rust-default-llvm": ("Dune default-backend default",),
    "rust-json-targets": ("json-target needs none",),
    "rust-core-edition": ("core edition 2021",),
    "rust-features": ("let_chains accepted 1.88.0",),
    "cg-gcc-target-specs": ("other-unknown-linux-gnu arch other",),
    "cg-gcc-libgccjit": ("libgccjit commit 0123456789abcdef0123456789abcdef01234567",),
    "cranelift-platforms": ("Dune~(64) os:Linux yes", "Reef os:Linux no"),
    "gcc-config": (
        "reef-*-* obsolete yes",
        "dune*-*-* cpu-type dune",
        "dune*-*-linux* machine supported",
        "reef-*-linux* machine supported",
        "* machine unsupported",
    ),
    "gccrs-enabled": ("rust can-be-enabled yes",),
    "gccrs-language": ("rust language-level 1.90.0",),
    "gccrs-flag": ("rust experimental-flag fsand", "rust experimental-required yes"),
    "gccrs-hooks": ("gcc/config/other/other-rust.cc rust-hook cpu",),
    "llvm-targets": ("Dune backend default", "Mirage backend experimental"),
    "mrustc-targets": (
        "dune64-linux-gnu arch DUNE64",
        "dune64-linux-gnu os linux",
        "mrustc spec-file yes",
        "DUNE64 name dune",
        "DUNE64 pointer-width 64",
        "DUNE64 endian little",
    ),
    "mrustc-versions": ("rustc builds 1.74", "rustc builds 1.90"),
    "mrustc-language": ("rustc default 1.90.0",),
}


def said(statement: str, line: int = 0) -> Fact:
    """`subject attribute value` or `subject attribute value if condition` -> a fact; `~` is a blank in the subject."""
    words, _, when = statement.partition(" if ")
    subject, attribute, value = words.split(" ", 2)
    return Fact(subject.replace("~", " "), attribute, value, when, line)


def located(source: str, path: str, fact: Fact) -> Located:
    return Located(source, path, SEEN, SEEN, fact)


def kconfig_facts(files: dict[str, str]) -> list[Located]:
    """The Kconfig files of a kernel as facts. init/ and arch/Kconfig get the symbol that marks them."""
    found = []
    for path, content in files.items():
        anchor = {"init/Kconfig": "CC_IS_GCC", "arch/Kconfig": "KPROBES"}.get(path)
        text = content if not anchor or f"config {anchor}\n" in content else f"{content}config {anchor}\n\tbool\n"
        found += [located("linux-kconfig", path, fact) for fact in extract(Text(path, text))]
    return found


def facts_of(project: str, statements: dict[str, tuple[str, ...]], kconfig: dict[str, str] | None = None) -> Facts:
    """What is known of one project: the statements of its sources in their order, as one file each."""
    items = kconfig_facts(kconfig or {})
    for source, words in statements.items():
        items += [located(source, f"{source}.txt", said(word, line)) for line, word in enumerate(words, start=1)]
    return Facts(Revision(project=project, label=LABELS[project]), items)


@pytest.fixture(scope="session")
def registry():
    """The declared data: its backends and sources serve this world too."""
    return load(data_folder())


@pytest.fixture(scope="session")
def backends(registry):
    return registry.backends


@pytest.fixture
def port_facts():
    """Kconfig files -> the facts of a kernel, for what reads Kconfig alone."""
    return lambda files: facts_of("linux", {}, files)


@pytest.fixture
def variant():
    """The 64-bit dune, and others like it: every field can be given."""
    plain = Variant(
        id="dune64",
        arch="dune",
        title="Dune, 64-bit",
        bits=64,
        endian="little",
        on=("DUNE", "SANDY"),
        off=("ROCKY",),
        free=(),
        names={},
        srcarch="dune",
        make=("dune",),
        rustc=("dune",),
        rust_targets=("dune64-unknown-linux-gnu", "dune64-unknown-none"),
        llvm="Dune",
        gnu_triples=("dune64-unknown-linux-gnu",),
    )
    return lambda **more: replace(plain, **more)


@pytest.fixture
def world(registry):
    """The context of a question.

    Sources are given with underscores (`gcc_config=(...)`), `kconfig` by path; None for a Kconfig file takes it away.
    unknown names projects of whose version nothing is known, the rest is what the asker named: tools are bindgen,
    libclang and pahole. evaluated is the rustc of a question that names none. core is what the kernel's flags say of
    how core is compiled, older is what other releases of rustc say, the newest first.
    """

    def make(
        *,
        kconfig=None,
        unknown=(),
        rustc="",
        evaluated="",
        cc="",
        cc_version="",
        tools=None,
        core=CORE,
        older=None,
        **sources,
    ):
        changed = {name.replace("_", "-"): words for name, words in sources.items()}
        assert changed.keys() <= registry.sources.keys(), "a source by the name it is declared with"
        statements = WORLD | changed
        if flags := statements["linux-rustflags"]:
            statements["linux-rustflags"] = (*core, *flags)
        releases = {
            label: Facts(
                Revision(project="rust", label=label),
                [located(s, f"{s}.txt", said(w, n)) for s, words in says.items() for n, w in enumerate(words, start=1)],
            )
            for label, says in (older or {}).items()
        }
        files = {p: c for p, c in (KCONFIG | (kconfig or {})).items() if c is not None}
        facts = {}
        for project in LABELS:
            own = {s: w for s, w in statements.items() if w and registry.sources[s].project == project}
            known = facts_of(project, own, files if project == "linux" else None)
            facts[project] = None if project in unknown else known
        return Context(
            facts=facts,
            asked=Asked(
                named_rustc=rustc,
                rustc=rustc or evaluated,
                cc=cc,
                cc_version=cc_version,
                named_cc_version=cc_version,
                **(tools or {}),
            ),
            symbols={"DUNE": "dune", "REEF": "reef", "SHELLS": "shells"},
            sources=registry.sources,
            names={project: project for project in LABELS},
            rustcs={label: partial(dict.__getitem__, releases, label) for label in releases},
        )

    return make
