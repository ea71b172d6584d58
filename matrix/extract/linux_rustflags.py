r"""A kernel makefile -> the flags that rustc is given, its target, and the unstable features they turn on.

The shape:

    ifeq ($(CONFIG_64BIT),y)
    KBUILD_RUSTFLAGS += --target=riscv64-unknown-none-elf -Cno-redzone \
                        $(if $(call rustc-min-version,109300),-Ctwo,-Zone)
    endif
    rustflags-$(CONFIG_KASAN) += -Zsanitizer=kernel-address
    RUSTC_BOOTSTRAP := 1

Read are assignments to variables named after Rust, those of rust/Makefile, and any other that holds a `-Z` flag. A
flag stands where it is assigned: when is the condition of that line, and what further conditions the variable is used
under is not followed. Only KBUILD_RUSTFLAGS names the target.

The kernel compiles Rust by several rules, and a flag on the command line of one of them reaches no other:

    cmd_rustc_library = $(RUSTC) $(rust_flags) -Zone      `rustc-flag:library`: core and the other crates of rust/
    rust_common_cmd = $(RUSTC) $(rust_flags) -Ztwo        `rustc-flag:driver`
    KBUILD_RUSTFLAGS += -Zthree                           `rustc-flag`: both, and all else that a kernel is made of

SCOPES lists them. A flag in a variable that is not listed stands under the variable's own name, `rustc-flag:NAME`, so
that no flag of a new rule is taken for one of every compilation. That a rule was read, and gives no flags of its own,
is a fact too (`rustc-rule`), as is the edition that a compilation is told.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from matrix import make
from matrix.model import Fact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matrix.text import Text

VERSION = 2
# A line a fact: subject | attribute | value | when. docs/facts.md is made of these (scripts/document-facts).
EMITS = """
port that the file belongs to; `um` for arch/x86/Makefile.um; `*` for files outside arch/ | `rustc-target` | what
    `--target=` is given in KBUILD_RUSTFLAGS (`--target=` of other variables is no fact) | the stack of make
    conditionals
same | `rustc-flag` | a `-Z...` or `-C...` flag, without its `=value` for -Z (`-Zfixed-x18`), whole for -C; given to
    every object of the kernel that is made from Rust | likewise
same | `rustc-flag:built-in`, `rustc-flag:module` | one given to what is linked into vmlinux (the crates of rust/
    are), or to modules | likewise
same | `rustc-flag:RULE` | one on the command line of that rule alone, beside the above: `library` (core, kernel and
    the other crates of rust/), `driver` (all other objects), `expand` (`make FILE.rsi`), `procmacro`, `host`
    (programs that run while building), `rustdoc`, `doctest` (the kernel crate's KUnit doctests), `test` (`make
    rusttest`), `recipe`; the variable's name where the rule is none of these | likewise
`*` | `rustc-rule` | `library`, `driver`, ...: this rule was read, at the line where it begins; a flag that it does
    not give is no fact | likewise
same | `rustc-edition`, `rustc-edition:RULE` | edition, by compilation as for flags; `rustc-edition:core` is that of
    rustc's core, which without such a fact is the kernel's own | likewise
same | `rustc-bootstrap` | value of RUSTC_BOOTSTRAP |
same | `unstable-feature`, `unstable-feature:RULE` | a feature from `-Zcrate-attr='feature(...)'`, by compilation as
    for flags; a list kept in a variable is not expanded |
"""

# Real values nest two deep; the bound keeps the time linear.
_DEEPEST = 8

# How the top makefile calls itself: every build ends in the pass for which these hold.
PASSES = frozenset(
    {
        "$(make,ifeq ($(need-sub-make),))",
        "!$(make,ifeq ($(need-sub-make),1))",
        "!$(make,ifdef mixed-build)",
        "!$(make,ifdef config-build)",
    }
)

# Which compilations the flags of a variable are given to; "" is every object of the kernel that is made from Rust.
SCOPES = (
    # What feeds KBUILD_RUSTFLAGS, or each object that is instrumented; rust_common_flags feeds the other rules too.
    ("", r"KBUILD_RUSTFLAGS|rust_common_flags(?:_\w+)?|[A-Z_]+_RUSTFLAGS|RUSTFLAGS_[A-Z_]+|RUSTC_FLAGS_\w+"),
    ("", r"(?:[a-z]+-)?r(?:ust)?flags|_?rust_flags|modkern_rustflags"),
    # What is linked into vmlinux, and so the crates of rust/.
    ("built-in", r"(?:KBUILD_)?RUSTFLAGS_KERNEL"),
    ("module", r"(?:KBUILD_)?RUSTFLAGS_MODULE"),
    # rust/Makefile: the crates of rust/, core among them; scripts/Makefile.build: all other objects.
    ("library", r"cmd_rustc_library"),
    ("driver", r"rust_common_cmd|cmd_rustc_(?:o|s|ll)_rs"),
    # `make FILE.rsi`, which shows a file with its macros expanded and is part of no build.
    ("expand", r"cmd_rustc_rsi_rs"),
    ("procmacro", r"cmd_rustc_procmacro(?:library)?"),
    ("host", r"(?:KBUILD_)?HOSTRUSTFLAGS(?:_\w+)?|HOST_EXTRARUSTFLAGS|hostrust_flags|cmd_host-rust"),
    ("rustdoc", r"cmd_rustdoc|rustdoc_modifiers_workaround"),
    # The examples in the kernel crate's documentation, as KUnit tests; then `make rusttest`, where the build runs.
    ("doctest", r"cmd_rustdoc_test_kernel|doctests_\w+"),
    ("test", r"cmd_rust(?:c|doc)_test(?:_library)?|rustdoc_test_target_flags"),
)
# The variable of rust/Makefile that says in which edition core is compiled.
_CORE_EDITION = "core-edition"

_SCOPES = tuple((scope, re.compile(names)) for scope, names in reversed(SCOPES))

_PORT = re.compile(r"(?:.*/)?arch/([^/]+)/Makefile")
_RUST = re.compile(r"rust|rflags", re.IGNORECASE)
# Flags for trying out options, flags to be taken away, and bindgen's are not given to rustc.
_NOT_GIVEN = re.compile(r"OPTION_CHKS|skip_flags|remove|bindgen", re.IGNORECASE)
_RUNS_RUST = re.compile(r"\$[({]((?:HOST)?RUST(?:C|DOC))")
# Whom a recipe compiles for that calls the program itself; $(RUSTC) may be for anything.
_PROGRAMS = {"RUSTC": "recipe", "RUSTDOC": "rustdoc", "HOSTRUSTC": "host"}
_UNSTABLE = re.compile(r"(?<![\w-])-Z\s?[a-z]")
_ANY_FLAG = re.compile(r"-[CZ]|--target")
_FLAG = re.compile(r"-([CZ])([A-Za-z][\w-]*)(=.*)?", re.DOTALL)
_RULE = re.compile(r"cmd_[\w-]+|rust_common_cmd")
_YEAR = re.compile(r"20\d\d")
_EDITION = re.compile(r"--edition[= ](20\d\d)")
_TARGET = re.compile(r"[\w.-]+|\$\((?:objtree|srctree|obj|src)\)/[\w./-]+\.json")
_FEATURES = re.compile(r"""-Zcrate-attr=\\?["']?feature\(\s*(?:(\$\(\w+\))|([\w\s,]*))\)""")
_CRATE_FEATURE = re.compile(r"""-Zcrate-attr=\\?["']?feature\b""")
_PARAMETER = re.compile(r"\$[({]?\d")


class Word(NamedTuple):
    """A word of a value: where it stands in its line, and the condition under which make leaves it there."""

    start: int
    stop: int
    when: str


class Given(NamedTuple):
    """To what the flags of a line are given: which port, which compilations, and whether they name the target."""

    subject: str
    scope: str
    names_target: bool

    def attribute(self, name: str) -> str:
        """The attribute of a fact that holds for these compilations alone."""
        return f"{name}:{self.scope}" if self.scope else name


def extract(text: Text) -> Iterator[Fact]:
    """The facts of one makefile, in the order of the file; none where it says nothing of rustc.

    Raises: ShapeError for conditionals that do not match, and for a flag, target or feature list not understood.
    """
    subject = _subject(text.path)
    seen: set[tuple[str, str, str]] = set()
    for line in make.lines(text, granted=PASSES):
        for fact in _of_line(text, line, subject):
            identity = (fact.attribute, fact.value, fact.when)
            if identity not in seen:
                seen.add(identity)
                yield fact


def _subject(path: str) -> str:
    if path.endswith("arch/x86/Makefile.um"):
        return "um"
    port = _PORT.fullmatch(path)
    return port[1] if port else "*"


def _of_line(text: Text, line: make.MakeLine, subject: str) -> Iterator[Fact]:
    if line.name == "RUSTC_BOOTSTRAP":
        yield Fact(subject, "rustc-bootstrap", line.value, line.when, line.number)
    if not _concerns_rust(text.path, line):
        return
    variable, own = _conditional_name(text, line)
    when = make.both(line.when, own)
    given = Given(subject, _scope(line, variable), names_target=variable == "KBUILD_RUSTFLAGS")
    if _RULE.fullmatch(variable) and _RUNS_RUST.search(line.text, line.value_at):
        yield Fact(subject, "rustc-rule", given.scope, when, line.number)
    if variable == _CORE_EDITION:
        yield from _core_edition(text, line, Word(line.value_at, len(line.text), when), subject)
    for word in _flags(text, line, Word(line.value_at, len(line.text), when)):
        yield from _facts(text, line, word, given)


def _core_edition(text: Text, line: make.MakeLine, value: Word, subject: str) -> Iterator[Fact]:
    """The edition of rustc's own core, which a kernel chooses by rustc's version: a year, or `$(if ...)` of two."""
    written = line.text[value.start : value.stop].strip()
    start = line.text.index(written, value.start)
    branches = [Word(start, start + len(written), value.when)]
    call = make.reference(line.text, start, start + len(written)) if written else None
    if call is not None and call.function == "if" and len(call.arguments) == 3:
        condition = _condition(text, line, line.text[slice(*call.arguments[0])])
        whens = (condition, make.negated_atom(condition))
        branches = [
            Word(*place, make.both(value.when, when)) for place, when in zip(call.arguments[1:], whens, strict=True)
        ]
    for branch in branches:
        year = line.text[branch.start : branch.stop].strip()
        if not _YEAR.fullmatch(year):
            raise text.drift(line.line_of(branch.start), written, "a year, or $(if CONDITION,YEAR,YEAR)")
        yield Fact(subject, "rustc-edition:core", year, branch.when, line.line_of(branch.start))


def _scope(line: make.MakeLine, variable: str) -> str:
    """Which compilations the flags of the line are given to: one of SCOPES, else the variable's name."""
    if not line.name:
        program = _RUNS_RUST.search(line.text)
        return _PROGRAMS.get(program[1], "recipe") if program else "recipe"
    return next((scope for scope, names in _SCOPES if names.fullmatch(variable)), variable)


def _concerns_rust(path: str, line: make.MakeLine) -> bool:
    if line.name:
        if _NOT_GIVEN.search(line.name):
            return False
        of_rust = bool(_RUST.search(line.name)) or path.endswith("rust/Makefile")
        return of_rust or bool(_UNSTABLE.search(line.text, line.value_at))
    return line.recipe and bool(_RUNS_RUST.search(line.text))


def _conditional_name(text: Text, line: make.MakeLine) -> tuple[str, str]:
    """`rustflags-$(CONFIG_X)` is `rustflags` under X; `rustflags-y` is under no condition."""
    variable, dash, suffix = line.name.partition("-$")
    if dash:
        return variable, _condition(text, line, f"${suffix}")
    return line.name.removesuffix("-y"), ""


def _flags(text: Text, line: make.MakeLine, value: Word, depth: int = 0) -> Iterator[Word]:
    """The words of a value that begin with a dash, the two branches of `$(if ...)` each under its condition."""
    if depth > _DEEPEST:
        raise text.drift(line.line_of(value.start), f"more than {_DEEPEST} nested calls", "fewer")
    of_cargo = False
    option: int | None = None
    for start, stop in make.words(line.text, value.start, value.stop):
        # cpp has a -C of its own, which takes no argument.
        begin = option if option is not None and line.text[start].islower() else start
        option = None
        if of_cargo or line.text.startswith("$(CARGO)", start):
            of_cargo = not line.text.endswith(";", start, stop)
        elif line.text[start:stop] in {"-C", "-Z", "--target"}:
            option = start
        elif line.text.startswith("$", begin):
            yield from _referred(text, line, Word(start, stop, value.when), depth)
        else:
            yield Word(begin, stop, value.when)


def _referred(text: Text, line: make.MakeLine, word: Word, depth: int) -> Iterator[Word]:
    """The flags inside the arguments of a function; those of a function we do not know are under it as a whole."""
    written = line.text[word.start : word.stop]
    call = make.reference(line.text, word.start, word.stop)
    if call is None or not _ANY_FLAG.search(written):
        return
    whens = [word.when] * len(call.arguments)
    if call.function == "if":
        condition = _condition(text, line, line.text[slice(*call.arguments[0])])
        whens = ["", make.both(word.when, condition), make.both(word.when, make.negated_atom(condition))]
    elif call.function not in {"filter-out", "strip"}:
        whens = [make.both(word.when, _condition(text, line, written))] * len(call.arguments)
    skipped = 1 if call.function in {"if", "filter-out"} else 0
    for (start, stop), when in list(zip(call.arguments, whens, strict=False))[skipped:]:
        yield from _flags(text, line, Word(start, stop, when), depth + 1)


def _condition(text: Text, line: make.MakeLine, written: str) -> str:
    if len(written) > make.LONGEST_CONDITION or not make.balanced(written):
        raise text.drift(line.number, written, f"a condition of at most {make.LONGEST_CONDITION} letters")
    return make.expands(written)


def _facts(text: Text, line: make.MakeLine, word: Word, given: Given) -> Iterator[Fact]:
    number = line.line_of(word.start)
    said = " ".join(line.text[word.start : word.stop].split()).lstrip("\"'")
    if said.startswith("--target") and given.names_target:
        target = said[len("--target") :].lstrip("= ")
        if not _TARGET.fullmatch(target):
            raise text.drift(number, said, "--target= with a target or a target.json")
        yield Fact(given.subject, "rustc-target", target, word.when, number)
    if said.startswith("--edition") and (edition := _EDITION.fullmatch(said)):
        yield Fact(given.subject, given.attribute("rustc-edition"), edition[1], word.when, number)
    # A parameter of a make function stands for what its caller says.
    if not said.startswith(("-C", "-Z")) or _PARAMETER.search(said):
        return
    flag = _FLAG.fullmatch(said[:2] + said[2:].lstrip().rstrip(";"))
    if flag is None:
        raise text.drift(number, said, "-C or -Z with the name of an option")
    value = flag[3] or "" if flag[1] == "C" else ""
    yield Fact(given.subject, given.attribute("rustc-flag"), f"-{flag[1]}{flag[2]}{value}", word.when, number)
    yield from _features(text, line, word, given)


def _features(text: Text, line: make.MakeLine, word: Word, given: Given) -> Iterator[Fact]:
    """The features of `-Zcrate-attr='feature(a,b)'`; a list kept in a variable is linux_allowed_features' to read."""
    number = line.line_of(word.start)
    if not _CRATE_FEATURE.match(line.text, word.start):
        return
    features = _FEATURES.match(line.text, word.start)
    if features is None:
        raise text.drift(number, line.text[word.start : word.stop], "-Zcrate-attr='feature(NAME,NAME)'")
    for feature in (features[2] or "").replace(",", " ").split():
        yield Fact(given.subject, given.attribute("unstable-feature"), feature, word.when, number)
