"""Values -> the phrases that every output shares: each is written here, and nowhere else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix import places
from matrix.cell import RungName, Status, Tool
from matrix.expression import YES, atoms, show
from matrix.model import Truth
from matrix.project import whom
from matrix.versions import decode_cc, decode_pahole, decode_rustc

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from matrix.cell import Cell, KernelTarget, ListedTarget, Option, Requirement, Rung, Terms, Tied
    from matrix.expression import Compare, Expr
    from matrix.model import Distro, Meaning, Registry, Revision, Variant
    from matrix.query.answer import ByCompiler
    from matrix.query.scene import Scene
    from matrix.resolve.window import RustcRange

# Which C compiler a minimum is of.
_COMPILED_BY = {Tool.GCC: "gcc", Tool.LLVM: "clang"}

COMPILER_NAMES = {"clang": "clang", "gcc": "GCC"}

# What each number of Kconfig is the version of.
_NUMBERED = {
    "RUSTC_VERSION": ("rustc", decode_rustc),
    "RUSTC_LLVM_VERSION": ("LLVM", decode_cc),
    "GCC_VERSION": ("GCC", decode_cc),
    "CLANG_VERSION": ("LLVM", decode_cc),
    "PAHOLE_VERSION": ("pahole", decode_pahole),
    # The kernel's own check counts these two as rustc is counted.
    "BINDGEN_VERSION": ("bindgen", decode_rustc),
    "LIBCLANG_VERSION": ("libclang", decode_rustc),
}
_NUMBER = re.compile(rf"\b({'|'.join(_NUMBERED)})\b [<>=!]+ (\d+)")


CANNOT_TELL = "cannot tell"


def answer_words(answer: Truth, condition: Expr) -> str:
    """`yes`, `yes, if CC_IS_CLANG`, `no`, `cannot tell`."""
    if answer is Truth.YES:
        return f"yes, if {show(condition)}" if condition != YES else "yes"
    return "no" if answer is Truth.NO else CANNOT_TELL


def short_words(answer: Truth, *, conditional: bool) -> str:
    """The same in a cell of a table: what a yes hangs on stands beside it."""
    if answer is Truth.YES:
        return "yes, if" if conditional else "yes"
    return "no" if answer is Truth.NO else "?"


def means_words(variant: Variant, condition: Expr) -> str:
    """What the symbols of a condition come to for a person, as data/arches.toml says it; "" where it says nothing."""
    named = [symbol for symbol in dict.fromkeys(atoms(condition)) if symbol in variant.means]
    return "; ".join(f"{symbol} means {variant.means[symbol]}" for symbol in named)


_SYSTEMS = {
    "uname": "uname -m",
    "debian": "Debian",
    "raspbian": "Raspbian",
    "alpine": "Alpine",
    "gentoo": "Gentoo",
    "rpm": "RPM",
    "go": "Go",
    "qemu": "QEMU",
    "buildroot": "Buildroot",
    "kconfig": "Kconfig",
}


def reading_words(meaning: Meaning) -> str:
    """`read as architecture aarch64, vendor redhat, system linux`; "" for a name that is listed as it stands."""
    if len(meaning.read) < 2 and all(word == meaning.name for _, word in meaning.read):
        return ""
    return "read as " + ", ".join(f"{part} {word}" for part, word in meaning.read)


def elsewhere_words(meaning: Meaning) -> list[str]:
    """A line for each other meaning that the name has: `to Raspbian and Alpine, armhf is arm-v6 (raspbian:armhf)`."""
    systems: dict[tuple[str, ...], list[str]] = {}
    for system, ids in meaning.elsewhere:
        systems.setdefault(ids, []).append(system)
    return [
        f"to {and_words([_SYSTEMS[s] for s in named])}, {meaning.name} is {', '.join(ids)} ({named[0]}:{meaning.name})"
        for ids, named in systems.items()
    ]


def and_words(words: Sequence[str]) -> str:
    """`Debian, RPM and Go`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def inferred_words(scene: Scene, *, bounded: bool = False) -> str:
    """`alike in 6.12.8 and 6.12.107`: the releases between which something was inferred.

    bounded where the answer ends at a rustc: beyond that they may differ.
    """
    sides: dict[str, list[str]] = {}
    for side in scene.sides:
        for project, label in side.beside.items():
            if label not in sides.setdefault(project, []):
                sides[project].append(label)
    several = len(sides) > 1
    parts = [f"{f'{project} ' if several else ''}{' and '.join(labels)}" for project, labels in sides.items()]
    return f"alike in {', '.join(parts)}{' up to that rustc' if bounded else ''}"


# A patch release counts one in RUSTC_VERSION, a series so much.
_PATCHES = 100

_OPTIONS = {"linux": "kernel", "rust": "rustc", "gcc": "gcc", "llvm": "llvm", "mrustc": "mrustc"}


def settles_words(scene: Scene, name: str) -> str:
    """The command that would settle what cannot be told: a tree of the version that was not read."""
    unread = [p for p, revision in scene.revisions.items() if revision is None and p in scene.question.versions]
    project = unread[0] if unread else "linux"
    tree = "DIR" if project == "linux" else f"{project}=DIR"
    return f"archmatrix is {name} --tree {tree}, or archmatrix refresh --git {project}=DIR"


def status_words(status: str, rung: str, unknown: Sequence[str] = ()) -> str:
    """`supported`, `conditional`, `no: kernel`, `no: kernel (codegen ?)`, `? attested`; `no` at a rung nobody noted."""
    if status == Status.BLOCKED.value:
        marked = f" ({', '.join(unknown)} ?)" if unknown else ""
        return f"no: {rung}{marked}" if rung else "no"
    return f"? {rung}" if status == Status.UNKNOWN.value and rung else status


def cell_words(cell: Cell) -> str:
    """The status of a cell."""
    return status_words(cell.status.value, cell.rung.value if cell.rung else "", [name.value for name in cell.unknown])


def conditional_words(cell: Cell) -> str:
    """The status of a cell with what it hangs on: `conditional if CC_IS_CLANG`."""
    condition = f" if {show(cell.condition)}" if cell.condition != YES else ""
    return f"{cell_words(cell)}{condition}"


def decides_words(cell: Cell) -> str:
    """What decides a cell: its first blocker, else its first unknown rung, else why the kernel admits it."""
    rung = cell.decisive
    if cell.rung is None:
        return rung.because
    return rung_words(rung)


def rung_words(rung: Rung) -> str:
    """A rung that is no or not known, with why."""
    return f"{rung.name.value}{'' if rung.truth is Truth.NO else ' (unproven)'}: {rung.because}"


def besides_words(cell: Cell) -> str:
    """What else stands in the way besides what decides: `also kernel; unproven: target`; "" for nothing.

    That nobody attests a build is said of every backend but rustc with LLVM, and decides nothing beside a no.
    """
    also = [r.name.value for r in cell.blockers if r.name is not cell.rung]
    if cell.status is Status.BLOCKED:
        also = [name for name in also if name != RungName.ATTESTED.value]
    unproven = [r.name.value for r in cell.unproven if r.name is not cell.rung]
    if cell.status is Status.BLOCKED or unproven == [RungName.ATTESTED.value]:
        unproven = [name for name in unproven if name != RungName.ATTESTED.value]
    words = [f"also {', '.join(also)}"] if also else []
    return "; ".join([*words, f"unproven: {', '.join(unproven)}"] if unproven else words)


def revision_words(registry: Registry, revision: Revision) -> str:
    """`Linux 7.1.13 (2026-09-02)`."""
    date = f" ({revision.date:%Y-%m-%d})" if revision.date else ""
    return f"{release_words(registry, revision)}{date}"


def release_words(registry: Registry, revision: Revision) -> str:
    """`Linux 7.1.13`."""
    return f"{registry.projects[revision.project].name} {revision.label}"


def wrong_words(printed: str = "this command") -> str:
    """What to send where an answer seems wrong, and to whom; what is typed stands between backticks."""
    return (
        f"Something wrong here? Send what {printed}, `archmatrix --version` and `archmatrix verify` print to {whom()}."
    )


def backwards_words(registry: Registry, before: Revision, after: Revision) -> str:
    """A warning where the older series' release is the newer one: a backport then looks like a loss; else ""."""
    if before.date is None or after.date is None or before.date <= after.date:
        return ""
    return (
        f"{registry.projects[before.project].name} {before.label} was released after {after.label}: what it got as a"
        f" backport, and {after.label} did not yet, looks dropped here."
    )


def linux_words(registry: Registry, scene: Scene, revision: Revision) -> str:
    """`Linux 7.1.13 (2026-09-02)`; of the asker's own tree that it is."""
    return f"Linux {revision.label} (your tree)" if "linux" in scene.own else revision_words(registry, revision)


def unknown_words(label: str) -> str:
    """`6.6.22 (not known)`: a version that nothing is known of."""
    return f"{label} (not known)"


def alike_words(labels: str) -> str:
    """` (inferred: alike in 6.12.8 and 6.12.107)`."""
    return f" (inferred: alike in {labels})"


def labels_words(registry: Registry, scene: Scene) -> str:
    """The versions that an answer rests on, without their dates."""
    return _versions(registry, scene, lambda r: release_words(registry, r))


def versions_words(registry: Registry, scene: Scene) -> str:
    """The versions that an answer rests on, with their dates; a named version that is not known is said so."""
    return _versions(registry, scene, lambda r: revision_words(registry, r))


def _versions(registry: Registry, scene: Scene, known: Callable[[Revision], str]) -> str:
    words = []
    for project, revision in scene.revisions.items():
        if revision is not None and project in scene.own:
            words.append(f"{registry.projects[project].name} {revision.label} (your tree)")
        elif revision is not None:
            words.append(known(revision))
        else:
            asked = scene.question.versions.get(project)
            words.append(f"{registry.projects[project].name} {f'{asked} (not known)' if asked else '(none known)'}")
    if scene.question.cc:
        name, _, version = scene.compiler.partition(" ")
        words.append(f"C compiler {COMPILER_NAMES[name]}{f' {version}' if version else ''}")
    words += [f"{tool} {version}" for tool, version in scene.question.tools.items()]
    words += [f"{symbol}={value}" for symbol, value in scene.question.sets]
    return ", ".join(words)


def sentence_words(registry: Registry, scene: Scene, cell: Cell, variant: Variant) -> str:
    """What the answer means, for somebody who knows none of our words; "" where it cannot be told."""
    revision = scene.revisions["linux"]
    linux = f"Linux {revision.label if revision else scene.question.versions.get('linux', '')}".strip()
    compiler, about = registry.backends[cell.backend].title, variant.title
    if cell.answer is Truth.YES:
        return f"{linux} can be built with Rust on {about}."
    if cell.answer is Truth.UNKNOWN or cell.rung is None:
        return ""
    tools = "" if scene.question.names_only("linux") else " with these tools"
    return {
        RungName.PORT: f"{linux} cannot be built for {about}.",
        RungName.CODEGEN: f"{compiler} cannot generate code for {about}.",
        RungName.TARGET: f"{compiler} cannot compile what {linux} needs for {about}.",
        RungName.KERNEL: f"{linux} does not offer Rust on {about}{tools}.",
        RungName.ATTESTED: "",
    }[cell.rung]


_EVER = 10**12


def newer_lines(registry: Registry, scene: Scene) -> list[str]:
    """That releases newer than the newest known are very likely out: a line for each time, with those due by then."""
    due = sorted(scene.newer, key=lambda item: item.due)
    moments = [int(item.due.timestamp()) for item in due]
    lines = []
    for number, begin in enumerate(moments, start=1):
        end = moments[number] if number < len(moments) else _EVER
        *others, last = (registry.projects[item.project].name for item in due[:number])
        names = f"newer {', '.join(others)} and {last} are" if others else f"a newer {last} is"
        note = f"  note: {names} very likely out: archmatrix refresh"
        lines += [f"{places.FROM}{begin} {end}{places.MARK_END}{note}"] if begin < end else []
    return lines


def explained(condition: str) -> str:
    """What the numbers of a condition stand for: `RUSTC_VERSION >= 108200` is rustc 1.82.0; "" where there are none."""
    numbers = dict.fromkeys(_NUMBER.findall(condition))
    words = []
    for symbol, number in numbers:
        name, reader = _NUMBERED[symbol]
        words.append(f"{number} is {name} {reader(int(number))}")
    return ", ".join(words)


def window_words(window: Sequence[RustcRange], answer: Truth, condition: Expr) -> str:
    """How an answer changes along rustc's versions: `rustc < 1.82: only if !KASAN; rustc > 1.95.0: not read here`.

    "" where every rustc that was read says the same: then the answer says it. Of a no, one that was not read could
    only be another no, or be refused by the same.
    """
    read = [one for one in window if one.read]
    if (len(read) == 1 and len(window) == 2) or (answer is Truth.NO and all(one.answer is Truth.NO for one in read)):
        return ""
    least = window[0].first
    told = [r for r in window if not r.read or (r.answer, r.condition) != (answer, condition)]
    return "; ".join(f"rustc {range_words(r, least)}: {_range_says(r)}" for r in told)


def ranges_words(window: Sequence[RustcRange]) -> str:
    """All that is said along rustc's versions: `rustc <= 1.95.0: yes; rustc > 1.95.0: not read here`."""
    return "; ".join(f"rustc {range_words(one, window[0].first)}: {_range_says(one)}" for one in window)


def range_words(one: RustcRange, least: int) -> str:
    """`< 1.82, from 1.80 on`, `<= 1.90.0`, `> 1.95.0`; that none is below the kernel's minimum goes without saying.

    A range begins with a series or after a release, and ends likewise.
    """
    if one.first == one.last:
        return decode_rustc(one.first)
    begins, ends = one.first, one.last
    if ends is None:
        return f">= {_series(begins)}" if begins % _PATCHES == 0 else f"> {decode_rustc(begins - 1)}"
    words = f"< {_series(ends + 1)}" if (ends + 1) % _PATCHES == 0 else f"<= {decode_rustc(ends)}"
    if begins == least:
        return words
    return (
        f"{words}, from {_series(begins)} on"
        if begins % _PATCHES == 0
        else f"{words}, after {decode_rustc(begins - 1)}"
    )


def _series(number: int) -> str:
    """`1.82` for the number of 1.82.0."""
    return decode_rustc(number).removesuffix(".0")


def _range_says(one: RustcRange) -> str:
    if not one.read:
        return "not read here"
    if one.answer is Truth.YES and one.condition != YES:
        return f"only if {show(one.condition)}"
    return answer_words(one.answer, one.condition)


def needs_words(requirements: Sequence[Requirement], cc: str, by_compiler: Sequence[ByCompiler] = ()) -> str:
    """What the kernel needs; of the C compilers those that can serve, or the one that was named.

    by_compiler has the answer with each, () where both are alike.
    """
    serving = {cc} if cc else set(_COMPILED_BY.values()) - {b.cc for b in by_compiler if b.answer is Truth.NO}
    compilers = [str(r) for r in requirements if r.tool in _COMPILED_BY and _COMPILED_BY[r.tool] in serving]
    others = [str(r) for r in requirements if r.tool not in _COMPILED_BY]
    return ", ".join([*others, " or ".join(compilers)] if compilers else others)


def compilers_words(by_compiler: tuple[ByCompiler, ...]) -> str:
    """`with clang: yes; with GCC: no`."""
    return "; ".join(f"with {COMPILER_NAMES[b.cc]}: {answer_words(b.answer, b.condition)}" for b in by_compiler)


def target_words(target: KernelTarget, terms: Terms) -> str:
    """The target that the kernel passes, with the tier that rustc gives it."""
    when = f" if {show(target.when)}" if target.when != YES else ""
    if target.custom:
        best = f"; best listed target: {tier_words(terms.listed)}" if terms.listed and terms.listed.tier else ""
        return f"custom spec for {target.name}, no tier{best}{when}"
    return f"{target.name}, tier {target.tier or 'not stated'}{when}"


def tier_words(listed: ListedTarget) -> str:
    """`i686-unknown-linux-gnu, tier 1`."""
    return f"{listed.name}, tier {listed.tier or 'not stated'}"


def listed_words(listed: ListedTarget) -> str:
    """The best target that rustc lists, with what its table says of it and where."""
    words = [tier_words(listed)]
    words += [f"{name}: {said}" for name, said in (("host tools", listed.host_tools), ("std", listed.std)) if said]
    return f"{', '.join(words)} ({listed.evidence.path}:{listed.evidence.line})"


def general_words(terms: Terms) -> str:
    """The general demands of config RUST, as far as they are not met."""
    return "; ".join(_with_versions(option) for option in terms.general)


def _with_versions(option: Option) -> str:
    """What remains, each symbol that stands for a tool's version followed by that."""
    words = show(option.remains)
    for tied in option.tied:
        words = re.sub(rf"(?<!\w){re.escape(tied.symbol)}(?!\w)", tied_words(tied), words)
    return words


def tied_words(tied: Tied) -> str:
    """`PAHOLE_HAS_LANG_EXCLUDE (pahole >= 1.24)`, with `: met` behind it where the version is known here."""
    state = {True: ": met", False: ": not met", None: ""}[tied.holds]
    return f"{tied.symbol} ({version_words(tied.test)}{state})"


def version_words(test: Compare) -> str:
    """`pahole >= 1.24` for `PAHOLE_VERSION >= 124`."""
    name, reader = _NUMBERED[test.left]
    return f"{name} {test.op} {reader(int(test.right))}"


def age_label(*, polled: bool) -> str:
    """What the age of an answer counts from: asking the repositories, or reading files that may be long outdated."""
    return "checked" if polled else "read on"


def checked_words(then: datetime, now: datetime) -> str:
    """`2026-11-20 (3 days ago)`."""
    return places.checked_words(f"{then:%Y-%m-%d}", (now - then).total_seconds())


def age_words(then: datetime, now: datetime) -> str:
    """`today`, `1 day ago`, `30 days ago`."""
    return places.days_words((now - then).days)


def basis_words(distro: Distro) -> str:
    """What a distribution's versions rest on: an index of what day, read here or before it came along, or typed."""
    if not distro.read:
        return f"typed from its public files on {distro.day}"
    if distro.checked_at is None:
        return f"read from its package index of {distro.day}"
    return f"read here from its package index of {distro.day}, checked {distro.checked_at:%Y-%m-%d}"
