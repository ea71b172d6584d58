"""A configuration and a scene -> whether config RUST can be y, what stands in the way, what would take it away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cell import Tool
from matrix.choose import understood
from matrix.dotconfig import Dotconfig, DotconfigError
from matrix.model import Truth
from matrix.registry import resolve_name
from matrix.resolve.concrete.changes import remedies
from matrix.resolve.concrete.definitions import Definitions
from matrix.resolve.concrete.fits import fits
from matrix.resolve.concrete.tools import Assumed, Subject
from matrix.resolve.concrete.verdict import HOST, RUST, RustState, judge
from matrix.resolve.kconfig import SOURCE
from matrix.value import dataclass, replace
from matrix.versions import parse, rustc_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from matrix.cell import Requirement
    from matrix.model import Distro, Registry, Revision, Variant
    from matrix.query.knowledge import Knowledge
    from matrix.query.scene import Scene
    from matrix.resolve.concrete.changes import Remedy
    from matrix.resolve.concrete.verdict import Finding
    from matrix.resolve.context import Context

# By which ports have declared Rust since there is any.
_GATE = "HAVE_RUST"
# Where a .config says which port it is of, if its header does not.
_ARCHES_WANTED = "a header such as '# Linux/x86 6.12.107 Kernel Configuration', a port's symbol, or --arch NAME"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What one kernel that was read says of the configuration.

    variants are those of data/arches.toml that it fits. rustc is the rustc that was assumed, "" for none, and why says
    where it comes from: "named", "recorded" or "newest". own says that the configuration was made for this kernel, or
    that this one stands in for that. unlike are symbols that this Kconfig gives another value than was recorded, with
    both: those of a kernel that was patched.
    """

    kernel: Revision
    own: bool
    finding: Finding
    variants: tuple[Variant, ...]
    rustc: str
    why: str
    needs: Requirement | None = None
    unlike: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """A known kernel whose port declares Rust, where the asked one's does not; when is under which condition."""

    kernel: Revision
    when: tuple[str, ...]
    path: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lent:
    """Who says which version: the distribution what was lent, the configuration its own; what was named is neither.

    Both are by tool: linux, rustc, llvm, gcc, clang, bindgen, libclang, pahole.
    """

    distro: Distro
    lent: Mapping[str, str]
    own: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """The answer to `archmatrix config`.

    sights are what the kernels that were read say: one, or those beside a version that was not read, the nearest
    last. state is what they say together. remedies are sets of settings that make config RUST possible, () where it
    is, and where nothing does; later is where the port itself says no. lent is what a distribution was asked for.
    """

    name: str
    config: Dotconfig
    srcarch: str
    kernel: str
    scene: Scene
    state: RustState
    sights: tuple[Sight, ...]
    inferred: bool = False
    remedies: tuple[Remedy, ...] = ()
    later: Later | None = None
    lent: Lent | None = None

    @property
    def sight(self) -> Sight | None:
        """The one whose lines are shown; None where no Kconfig of such a kernel was read."""
        return self.sights[-1] if self.sights else None

    @property
    def exit_code(self) -> int:
        """0 on or possible, 1 blocked, 3 cannot tell."""
        return {RustState.ON: 0, RustState.POSSIBLE: 0, RustState.BLOCKED: 1, RustState.UNKNOWN: 3}[self.state]


def port_of(registry: Registry, config: Dotconfig, name: str, arch: str) -> str:
    """The port that a configuration is of. Raises: DotconfigError, UsageError."""
    tops = {a.id for a in registry.arches.values() if config.values.get(a.symbol) == "y"}
    # UML sets its host's symbols too.
    by_symbol = {"um"} if "um" in tops else tops or _of_one_port(registry, config)
    by_header = {v.srcarch for v in registry.variants.values() if config.arch in {*v.make, v.srcarch}}
    if config.arch and not by_header:
        known = ", ".join(sorted({v.srcarch for v in registry.variants.values()}))
        raise DotconfigError(f"{name}: found Linux/{config.arch} in its header, expected a port: {known}")
    if by_header and by_symbol and not by_header & by_symbol:
        found = f"Linux/{config.arch} in its header, and symbols of {', '.join(sorted(by_symbol))}"
        raise DotconfigError(f"{name}: found {found}, expected one architecture")
    if len(by_symbol) > 1:
        raise DotconfigError(f"{name}: found symbols of {', '.join(sorted(by_symbol))}, expected one architecture")
    wanted = {registry.variants[id_].srcarch for id_ in resolve_name(registry, arch).variants} if arch else set()
    said = by_header or by_symbol
    if said and wanted and not said & wanted:
        raise DotconfigError(f"{name}: found {', '.join(sorted(said))}, expected {arch} as --arch says")
    for ports in (said, wanted):
        if len(ports) == 1:
            return next(iter(ports))
    raise DotconfigError(f"{name}: found no architecture, expected {_ARCHES_WANTED}")


def _of_one_port(registry: Registry, config: Dotconfig) -> set[str]:
    """The ports whose own symbols a fragment sets, where it leaves out the topmost: X86_64 is of x86 alone."""
    ports: dict[str, set[str]] = {}
    for variant in registry.variants.values():
        for symbol in variant.on if variant.srcarch != "um" else ():
            ports.setdefault(symbol, set()).add(variant.srcarch)
    return {port for symbol, own in ports.items() if len(own) == 1 and config.values.get(symbol) == "y" for port in own}


def examined(
    registry: Registry,
    knowledge: Knowledge,
    scene: Scene,
    config: Dotconfig,
    name: str,
    srcarch: str,
    *,
    variant: Variant | None = None,
    changes: bool = True,
    lent: Lent | None = None,
) -> Examination:
    """What the scene's kernel, or those beside it, say of a configuration of this port.

    variant is the one that a fragment is meant for; what it fixes is then not open.
    """
    asked = _asked(scene, config)
    known = scene.revisions["linux"] is not None
    read = [scene] if known else _nearest_last(scene, asked)
    seen = [(s, subject) for s in read if (subject := _subject(registry, s, config, srcarch, variant)) is not None]
    sights = tuple(_sight(registry, s, subject) for s, subject in seen)
    state, inferred = _together(scene, sights)
    finding = sights[-1].finding if sights else None
    blocked = finding is not None and finding.state is RustState.BLOCKED and finding.defined
    found = remedies(seen[-1][1]) if changes and finding and blocked and not finding.architecture else ()
    return Examination(
        name=name,
        config=config,
        srcarch=srcarch,
        kernel=sights[-1].kernel.label if known and sights else asked,
        scene=scene,
        state=state,
        sights=sights,
        inferred=inferred,
        remedies=found,
        later=_later(knowledge, sights[-1].kernel, srcarch) if finding and finding.architecture else None,
        lent=lent,
    )


def rust_can_stay(found: Examination) -> Truth:
    """Whether a configuration that turns Rust on can: what a defconfig or fragment leaves open is not in its way.

    UNKNOWN where the kernel was not read, or those beside it do not say alike.
    """
    if found.state is not RustState.UNKNOWN:
        return Truth.NO if found.state is RustState.BLOCKED else Truth.YES
    known = found.scene.revisions["linux"] is not None or found.scene.between
    findings = [sight.finding for sight in found.sights]
    free = findings and all(f.defined and not f.blocking and f.state is not RustState.BLOCKED for f in findings)
    return Truth.YES if known and free and not found.config.whole else Truth.UNKNOWN


def _asked(scene: Scene, config: Dotconfig) -> str:
    """The version of the kernel that is asked about, as written."""
    revision = scene.revisions["linux"]
    return scene.question.versions.get("linux", revision.label if revision else config.version).removeprefix("v")


def _nearest_last(scene: Scene, asked: str) -> list[Scene]:
    """The sides of a version that was not read: the one of its own series last, else the newer one."""
    wanted = understood(asked, "linux")[0].numbers[:2]

    def alike(side: Scene) -> bool:
        revision = side.revisions["linux"]
        return revision is not None and parse(revision.label).numbers[:2] == wanted

    return sorted(scene.sides, key=alike)


def _together(scene: Scene, sights: Sequence[Sight]) -> tuple[RustState, bool]:
    """What the sights say together, and whether that is inferred from those beside the version."""
    if not sights:
        return RustState.UNKNOWN, False
    if scene.revisions["linux"] is not None:
        return sights[-1].finding.state, False
    states = {sight.finding.state for sight in sights}
    alike = len(states) == 1 and scene.between
    return (states.pop() if alike else RustState.UNKNOWN), alike


def _subject(
    registry: Registry, scene: Scene, config: Dotconfig, srcarch: str, variant: Variant | None
) -> Subject | None:
    context = scene.context
    port, linux = context.port(srcarch), context.facts["linux"]
    if port is None or linux is None:
        return None
    texts = {"$(SRCARCH)": srcarch}
    makes = {make for v in _variants(registry, srcarch) for make in v.make}
    if config.arch or len(makes) == 1:
        texts["$(ARCH)"] = config.arch or makes.pop()
    if srcarch == "um":
        texts["$(SUBARCH)"] = "i386" if config.values.get("64BIT") == "n" else "x86"
    subject = Subject(
        definitions=Definitions(port),
        values=config.values,
        whole=config.whole,
        own=_is_own(config, linux.revision.label, scene),
        texts=texts,
        places=config.lines,
        given=_given(config, variant) if variant is not None and not config.whole else {},
    )
    fitting = fits(subject.recorded(), _variants(registry, srcarch))
    question = scene.question
    cc = question.cc if question.cc and (question.cc != config.compiler or question.cc_version) else ""
    return replace(
        subject,
        assumed=Assumed(
            rustc=_rustc(context, scene, config.values, fitting)[0],
            rustc_llvm=question.versions.get("llvm", ""),
            cc=cc,
            cc_version=question.cc_version if cc else "",
            pahole=question.tools.get("pahole", ""),
        ),
    )


def _given(config: Dotconfig, variant: Variant) -> dict[str, str]:
    fixed = dict.fromkeys(variant.off, "n") | dict.fromkeys(variant.on, "y")
    return {name: value for name, value in fixed.items() if name not in config.values}


def _variants(registry: Registry, srcarch: str) -> list[Variant]:
    return [v for v in registry.variants.values() if v.srcarch == srcarch]


def _is_own(config: Dotconfig, label: str, scene: Scene) -> bool:
    """Whether a kernel's Kconfig is the one that wrote the configuration, or stands in for it as the nearest known."""
    if not config.version:
        return config.whole
    own = understood(config.version, "linux")[0]
    asked = scene.beside.get("linux", label)
    if asked != label or scene.beside:
        named = scene.question.versions.get("linux", "").removeprefix("v")
        return not named or understood(named, "linux")[0] == own
    return parse(label) == own


def _rustc(context: Context, scene: Scene, values: Mapping[str, str], variants: Sequence[Variant]) -> tuple[str, str]:
    """The rustc that is assumed and why: the named one, the recorded one where it is new enough, else the newest."""
    if "rust" in scene.question.versions:
        return context.asked.named_rustc or scene.question.versions["rust"], "named"
    recorded = Dotconfig(values=values, lines={}).tools.get("rustc", "")
    needed = context.minimum(Tool.RUSTC, variants[0]) if variants else None
    if recorded and needed is not None:
        least = rustc_number(needed.version)
        if rustc_number(recorded) == least or (rustc_number(recorded) > least and not needed.exactly):
            return recorded, "recorded"
    newest = context.rustc(variants[0]) if variants else context.asked.rustc
    return (newest, "newest") if newest else ("", "")


def _sight(registry: Registry, scene: Scene, subject: Subject) -> Sight:
    now = subject.now()
    variants = fits(now, _variants(registry, subject.definitions.port.srcarch))
    rustc, why = _rustc(scene.context, scene, subject.values, variants)
    return Sight(
        kernel=subject.definitions.port.facts.revision,
        own=subject.own,
        finding=judge(now, subject.recorded()),
        variants=variants,
        rustc=rustc,
        why=why,
        needs=scene.context.minimum(Tool.RUSTC, variants[0]) if variants else None,
        unlike=tuple(_unlike(subject)),
    )


def _unlike(subject: Subject) -> Iterator[tuple[str, str, str]]:
    """What config RUST rests on and Kconfig says otherwise than was recorded: a patched kernel, or another one's."""
    if not (subject.whole and subject.own):
        return
    then = subject.recorded()
    for name in sorted(subject.definitions.rests_on(frozenset({RUST}))):
        defined = subject.definitions.of(name)
        if defined is None or not defined.is_tristate or defined.transitional or name in {RUST, HOST}:
            continue
        value, recorded = then.value(name), subject.values.get(name, "n")
        if value.known and value.letter != recorded:
            yield name, recorded, value.letter


def _later(knowledge: Knowledge, kernel: Revision, srcarch: str) -> Later | None:
    """The first known newer kernel whose port declares Rust."""
    if "linux" in knowledge.own:
        return None
    newer = [r for r in knowledge.revisions("linux") if r.kind == "release" and parse(r.label) > parse(kernel.label)]
    for revision in sorted(newer, key=lambda r: parse(r.label)):
        if found := _declares(knowledge, revision, srcarch):
            return found
    return None


def _declares(knowledge: Knowledge, revision: Revision, srcarch: str) -> Later | None:
    lines = [
        item
        for item in knowledge.facts(revision).of(SOURCE)
        if item.fact.value == _GATE
        and item.fact.attribute in {"select", "imply"}
        and item.path.startswith(f"arch/{srcarch}/")
    ]
    if not lines:
        return None
    when = tuple(item.fact.when for item in lines)
    return Later(kernel=revision, when=when, path=lines[0].path, line=lines[0].fact.line)


def differing(first: Examination, second: Examination) -> Iterator[tuple[str, str, str]]:
    """The symbols whose values differ, of the clauses that block either; where none does, of all: name, both values."""
    blocking = any(one.sight and one.sight.finding.blocking for one in (first, second))
    named: dict[str, None] = {}
    for one in (first, second):
        named |= dict.fromkeys(_named(one, blocking=blocking))
    for name in named:
        a, b = _value(first, name), _value(second, name)
        if a != b:
            yield name, a, b


def _values(found: Examination, *, blocking: bool) -> dict[str, str]:
    """The values of config RUST's clauses, or of those alone that block, and of what declares Rust of the port."""
    finding = found.sight.finding if found.sight else None
    values: dict[str, str] = {}
    for clause in finding.clauses if finding else ():
        if not clause.host and (clause.blocks or not blocking):
            values.update(clause.values)
    for gate in finding.gates if finding else ():
        if not blocking or not gate.value.high:
            for line in gate.declaring:
                values.update(line.values)
    return values


def _named(found: Examination, *, blocking: bool) -> list[str]:
    return list(_values(found, blocking=blocking))


def _value(found: Examination, name: str) -> str:
    """What a symbol is in a configuration, whether or not a clause of its kernel names it."""
    values = _values(found, blocking=False)
    if name in values:
        return values[name]
    return found.config.values.get(name, "n" if found.config.whole else "?")
