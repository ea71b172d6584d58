"""What was found of a .config -> text: the state first, what blocks it, settings to paste, what stays open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.model import Truth
from matrix.query.examination import differing, rust_can_stay
from matrix.render import style
from matrix.render.layout import field, wrap
from matrix.render.phrases import CANNOT_TELL, COMPILER_NAMES, alike_words, basis_words, revision_words, unknown_words
from matrix.resolve.concrete.verdict import RUST, RustState
from matrix.resolve.concrete.ways import VERSIONED
from matrix.versions import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from matrix.model import Registry
    from matrix.query.examination import Examination, Lent, Sight
    from matrix.resolve.concrete.changes import Remedy
    from matrix.resolve.concrete.verdict import Clause, Finding, Gate
    from matrix.resolve.concrete.ways import Tweak

_TOOL_NAMES = {"linux": "Linux", "gcc": "GCC", "llvm": "LLVM"}
STATE_TRUTHS = {
    RustState.ON: Truth.YES,
    RustState.POSSIBLE: Truth.YES,
    RustState.BLOCKED: Truth.NO,
    RustState.UNKNOWN: Truth.UNKNOWN,
}
_WORDS = {
    RustState.ON: "on",
    RustState.POSSIBLE: "possible: CONFIG_RUST can be turned on",
    RustState.BLOCKED: "blocked: CONFIG_RUST cannot be turned on",
    RustState.UNKNOWN: CANNOT_TELL,
}
# Of what follows from a set of settings, and of what is recorded otherwise, so many are named.
_NAMED = 5
# Longer ones (a $(success, ...) with its whole command) say no more to a reader.
_WIDE = 60
_LABEL = 12


def config_text(registry: Registry, found: Examination) -> str:
    """The whole answer, ending in one newline; some 20 lines at most."""
    words = _WORDS[found.state]
    if found.inferred:
        # Of each there is one for every version of another tool that lies between two known ones too.
        labels = sorted({s.kernel.label for s in found.sights}, key=parse)
        words += alike_words(" and ".join(labels))
    lines = [*wrap(f"{style.bold(found.name)}: {style.truth(words, STATE_TRUTHS[found.state])}")]
    lines += wrap(of_words(found), 2)
    lines += wrap(with_words(registry, found), 2)
    for said in _said(found):
        lines += wrap(f"note: {said}", 2)
    sight = found.sight
    if sight is None:
        return style.safe_lines(lines)
    body = [*_clauses(sight, found), *_changes(found), *_open(found, sight)]
    return style.safe_lines([*lines, "", *body] if body else lines)


def lint_line(found: Examination) -> str:
    """Where CONFIG_RUST=y cannot be, or it cannot be told, one line in the form of compilers' messages; else ""."""
    holds, sight = rust_can_stay(found), found.sight
    if holds is Truth.YES:
        return ""
    place, about = f"{found.name}:{found.config.lines[RUST]}", f"Linux {found.kernel}, {found.srcarch}"
    if holds is Truth.UNKNOWN or sight is None:
        return style.safe_lines([f"{place}: {CANNOT_TELL} whether CONFIG_RUST=y can be ({about})"])
    finding = sight.finding
    if not finding.defined:
        why = ["no config RUST is defined"]
    elif finding.architecture:
        why = [next(_gate(gate, sight, found)) for gate in finding.gates if not gate.declaring]
    else:
        why = [clause_words(clause) for clause in finding.blocking]
    return style.safe_lines([f"{place}: CONFIG_RUST=y cannot be ({about}): {'; '.join(why)}"])


def of_words(found: Examination) -> str:
    """What it is a configuration of: `x86_64, of Linux 6.12.107, 4,321 symbols`."""
    config, sight = found.config, found.sight
    variants = " or ".join(v.id for v in sight.variants) if sight else ""
    kind = "the whole configuration" if config.whole else "a defconfig or fragment"
    made = f" of Linux {config.version}" if config.version else ""
    return f"{kind}{made} for {variants or found.srcarch}"


def with_words(registry: Registry, found: Examination) -> str:
    """The kernel and the tools that it was evaluated with, and where each comes from."""
    sight, config = found.sight, found.config
    words = [f"judged by {revision_words(registry, sight.kernel)}" if sight else f"Linux {unknown_words(found.kernel)}"]
    tools = config.tools
    if config.compiler:
        version = tools.get(config.compiler, "")
        words.append(f"{COMPILER_NAMES[config.compiler]}{f' {version}' if version else ''}")
    if sight is not None:
        words.append(_rustc_words(found, sight))
    if "pahole" in tools:
        words.append(f"pahole {tools['pahole']}")
    return ", ".join(words)


def _rustc_words(found: Examination, sight: Sight) -> str:
    recorded = found.config.tools.get("rustc", "")
    needs = f"; it needs {sight.needs}" if sight.needs and sight.needs.version not in {recorded, sight.rustc} else ""
    if sight.why == "recorded":
        return f"rustc {sight.rustc}"
    was = f"recorded with rustc {recorded}" if recorded else "recorded without a rustc"
    if sight.why == "named":
        lent = found.lent is not None and "rustc" in found.lent.lent
        how = f"of {found.lent.distro.title}" if found.lent is not None and lent else "as named"
        return f"rustc {sight.rustc} {how} ({was})"
    if not sight.rustc:
        return f"{was}, and none that is known here is new enough{needs}"
    return f"rustc {sight.rustc} assumed ({was}{needs})"


def _said(found: Examination) -> Iterator[str]:
    sight = found.sight
    if found.lent is not None:
        yield from lent_words(found.lent)
    known = found.scene.revisions["linux"] is not None
    if not known and sight is not None and not found.inferred:
        others = "; ".join(f"{s.kernel.label} says {s.finding.state.value}" for s in found.sights)
        yield f"Linux {found.kernel} was not read: {others}; to settle it: archmatrix config {found.name} --tree DIR"
    elif known:
        yield from (words for words in found.scene.said if words.startswith("Linux "))
    if sight is None:
        return
    if sight.finding.recorded == "y" and sight.finding.state is RustState.BLOCKED:
        yield "it has CONFIG_RUST=y, which make olddefconfig would take out"
    if sight.unlike:
        named = ", ".join(f"{name}={was} is {now} there" for name, was, now in sight.unlike[:_NAMED])
        yield f"recorded otherwise than Linux {sight.kernel.label} evaluates it (a patched kernel?): {named}"
    if found.config.twice:
        yield f"set twice, the last counts: {', '.join(found.config.twice[:_NAMED])}"
    if found.config.unread:
        number, line = found.config.unread[0]
        yield f"{len(found.config.unread)} lines are no statement and were left out, the first is {number}: {line!r}"


def lent_words(lent: Lent) -> Iterator[str]:
    """Which versions are the configuration's own, and which the distribution's."""
    if lent.own:
        yield f"the configuration's own: {_versions(lent.own)}"
    gave = _versions(lent.lent) or "nothing that is not named or recorded"
    yield f"of {lent.distro.title}: {gave} ({basis_words(lent.distro)})"
    if lent.distro.fault:
        yield f"the last refresh of its index failed: {lent.distro.fault}"


def _versions(versions: Mapping[str, str]) -> str:
    return ", ".join(f"{_TOOL_NAMES.get(tool, tool)} {version.removeprefix('v')}" for tool, version in versions.items())


def _clauses(sight: Sight, found: Examination) -> Iterator[str]:
    finding = sight.finding
    if not finding.defined:
        yield from field("blocks", f"Linux {sight.kernel.label} defines no config RUST")
        return
    gates = {gate.name: gate for gate in finding.gates}
    for clause in finding.blocking:
        yield from field("blocks", clause_words(clause))
        if (gate := gates.get(clause.clause)) is not None:
            for words in _gate(gate, sight, found):
                yield from wrap(words, _LABEL)
    if finding.hanging:
        hanging = [f"{c.clause} ({c.evidence.path}:{c.evidence.line})" for c in finding.hanging]
        yield from field("hangs on", "; ".join(hanging))
    if found.config.whole and (recorded := _as_recorded(finding)):
        yield from field("as recorded", recorded)


def clause_words(clause: Clause) -> str:
    """`!MODVERSIONS, with MODVERSIONS=y  init/Kconfig:1973`."""
    return f"{clause.clause}, with {values_words(clause.values)} ({clause.evidence.path}:{clause.evidence.line})"


def values_words(values: Sequence[tuple[str, str]]) -> str:
    """`MODVERSIONS=y, GENDWARFKSYMS=n`; the number of a version is followed by that; "?" is open."""
    return ", ".join(f"{_short(name)}={value}{_version(name, value)}" for name, value in values)


def _short(name: str) -> str:
    return name if len(name) <= _WIDE else f"{name[: _WIDE - 4]}...)"


def _version(name: str, value: str) -> str:
    tool = VERSIONED.get(name)
    if tool is None or not value.isdigit():
        return ""
    return f" ({tool[0]} {tool[1](int(value))})" if int(value) else f" (no {tool[0]})"


def _gate(gate: Gate, sight: Sight, found: Examination) -> Iterator[str]:
    """Why a port's own no is one: the architecture's, or the settings'."""
    if not gate.declaring:
        kernel = f"Linux {sight.kernel.label}"
        yield f"no file of arch/{found.srcarch} selects {gate.name} in {kernel}: no setting changes that"
        later = found.later
        if later is not None:
            when = f" if {' || '.join(later.when)}" if all(later.when) else ""
            yield f"Linux {later.kernel.label} has it{when} ({later.path}:{later.line})"
        elif "linux" not in found.scene.own:
            yield "no newer kernel that is known here has it either"
        return
    for line in gate.declaring:
        place = f"{line.evidence.path}:{line.evidence.line}"
        yield f"config {line.selector}: {line.written}, with {values_words(line.values)} ({place})"
        for helper in line.helpers:
            yield f"  that asks for {clause_words(helper)}"


def _as_recorded(finding: Finding) -> str:
    """The clauses that were another with the tools that were there."""
    other = [c for c in finding.clauses if not c.host and bool(c.recorded.low) != bool(c.value.low)]
    return ", ".join(f"{c.clause} was {c.recorded.letter}" for c in other)


def _changes(found: Examination) -> Iterator[str]:
    sight = found.sight
    if sight is None:
        return
    if found.state is RustState.POSSIBLE:
        yield from field("turn it on", " && ".join(commands((), (), found)))
    for number, remedy in enumerate(found.remedies):
        yield from field("or" if number else "possible by", " && ".join(remedy_commands(remedy, found)))
        for words in _costs(remedy):
            yield from wrap(words, _LABEL)
    finding = sight.finding
    if found.state is RustState.BLOCKED and not found.remedies and finding.defined and not finding.architecture:
        yield from field("possible by", "no set of settings was found")


def _costs(remedy: Remedy) -> Iterator[str]:
    for change in remedy.tools:
        yield f"needs {tool_words(change)}"
    for raised in remedy.raised:
        place = f"{raised.evidence.path}:{raised.evidence.line}"
        yield f"{raised.selector} selects {raised.symbol} ({place}), so it has to go off too"
    if remedy.follow:
        more = f" and {len(remedy.follow) - _NAMED} more" if len(remedy.follow) > _NAMED else ""
        yield f"then also {', '.join(f'{name}={now}' for name, _, now in remedy.follow[:_NAMED])}{more}"
    if remedy.open:
        yield f"still open then: {', '.join(_short(name) for name in remedy.open[:_NAMED])}"


def tool_words(change: Tweak) -> str:
    """`clang as the C compiler (make LLVM=1)`, `rustc >= 1.82.0`."""
    if change.name == "cc":
        return "clang as the C compiler (make LLVM=1)" if change.value == "clang" else "GCC as the C compiler"
    tool, read = VERSIONED[change.name]
    return f"{tool} >= {read(int(change.value))}"


def remedy_commands(remedy: Remedy, found: Examination) -> list[str]:
    """The commands that make a set of settings, in the folder of the kernel."""
    return commands(remedy.settings, remedy.tools, found)


def commands(settings: Iterable[Tweak], tools: Iterable[Tweak], found: Examination) -> list[str]:
    """`scripts/config --disable X --enable RUST` and `make olddefconfig`."""
    options = [f"--{'enable' if change.value == 'y' else 'disable'} {change.name}" for change in settings]
    return [f"scripts/config {' '.join([*options, '--enable RUST'])}", f"make {make_words(tools, found)}olddefconfig"]


def make_words(tools: Iterable[Tweak], found: Examination) -> str:
    """`LLVM=1 ` where clang compiles the kernel's C, "" where GCC does."""
    named = next((change.value for change in tools if change.name == "cc"), "")
    return "LLVM=1 " if (named or found.scene.question.cc or found.config.compiler) == "clang" else ""


def fragment(remedy: Remedy) -> str:
    """The same as a fragment for scripts/kconfig/merge_config.sh."""
    settings = [
        f"CONFIG_{change.name}=y" if change.value == "y" else f"# CONFIG_{change.name} is not set"
        for change in remedy.settings
    ]
    return "\n".join([*settings, "CONFIG_RUST=y", ""])


def _open(found: Examination, sight: Sight) -> Iterator[str]:
    for words in open_words(found, sight):
        yield from field("stays open", words)


def open_words(found: Examination, sight: Sight) -> list[str]:
    """What a .config does not hold, each with what shows it."""
    if found.state is RustState.ON or not sight.finding.defined or sight.finding.architecture:
        return []
    tools = found.remedies[0].tools if found.remedies else ()
    shows = f"make {make_words(tools, found)}rustavailable, or archmatrix doctor"
    hosts = [clause for clause in sight.finding.clauses if clause.host]
    words = [f"{c.clause} (rustc, bindgen and libclang are there and suit): {shows}" for c in hosts]
    if found.config.whole:
        macros = dict.fromkeys(n for c in sight.finding.hanging for n in sorted(c.value.open) if n.startswith("$"))
        words += [f"{_short(name)}: what the build machine's tools answer" for name in macros]
    return words


def config_diff_text(registry: Registry, first: Examination, second: Examination) -> str:
    """Why one of two configurations has Rust and the other has not."""
    lines: list[str] = []
    for found in (first, second):
        lines += wrap(f"{style.bold(found.name)}: {style.truth(_WORDS[found.state], STATE_TRUTHS[found.state])}")
        lines += wrap(of_words(found), 2)
        lines += wrap(with_words(registry, found), 2)
    differ = list(differing(first, second))
    lines.append("")
    for found in (first, second):
        sight = found.sight
        for clause in sight.finding.blocking if sight else ():
            lines += field("blocks", f"{found.name}: {clause_words(clause)}")
    if differ:
        for name, a, b in differ:
            lines += field("differs", f"{_short(name)}: {_side(name, a)} and {_side(name, b)}")
    elif first.state is second.state:
        lines += wrap("nothing differs that config RUST rests on")
    return style.safe_lines(lines)


def _side(name: str, value: str) -> str:
    return f"{value}{_version(name, value)}"
