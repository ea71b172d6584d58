"""A workplace and a wish -> what its tools build, or which tools its kernel takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.errors import UsageError
from matrix.model import Truth
from matrix.operations.ask import ask
from matrix.operations.distros import with_distro
from matrix.operations.wishes import of_its_tools
from matrix.query.inferred import window_of
from matrix.query.reach import Reach, Reached, ReachRow, TakenBy, Takes, is_shut, reach
from matrix.query.scene import set_scene
from matrix.registry import resolve_name
from matrix.render.phrases import COMPILER_NAMES
from matrix.resolve.needs import needed
from matrix.value import replace
from matrix.versions import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matrix.model import Backend, Distro, DistroArch, Registry, Variant
    from matrix.operations.ask import OpenQuestion, Wish
    from matrix.operations.workplace import Workplace
    from matrix.query.scene import Scene
    from matrix.resolve.window import RustcRange

# Without these nothing in Rust is compiled; what else a distribution lacks leaves something out.
_NEEDED = {"rustc": "rust", "bindgen": "bindgen"}


def window_of_tools(
    work: Workplace, plain: Wish, names: Sequence[str], distro: Distro | None = None
) -> Reached | Takes:
    """A kernel alone asks for tools; tools ask for kernels; a distribution with a kernel has both.

    plain is without what the distribution has. Raises: as the three below do.
    """
    wish = plain if distro is None else of_its_tools(plain, distro, names)
    if distro is not None and _names_kernel(wish):
        return reached_by(work, plain, distro, names)
    named = {*wish.versions} - {"linux"} or wish.tools or wish.cc_version
    return reached(work, wish, names) if named else takes(work, wish, names)


def _names_kernel(wish: Wish) -> bool:
    """Whether a kernel is named, by version or by a tree of its own."""
    return "linux" in wish.versions or any(tree.project == "linux" for tree in wish.trees)


def reached(work: Workplace, wish: Wish, names: Iterable[str]) -> Reached:
    """Each variant that is meant, without names all, at each known release of the kernel or at the one that was named.

    Raises: UsageError for an unknown name or a version that does not parse.
    """
    variants = _meant(work.registry, names)
    with ask(work, wish) as question:
        scenes = _along(work.registry, question)
        if not scenes:
            return Reached(scene=question.scene, columns=(), rows=(), notes=question.scene.said)
        backends = _backends(work.registry, question.scene)
        rows, shut, open_ = [], 0, 0
        for variant in variants or work.registry.variants.values():
            if not variants and all(is_shut(scene, variant, backends) for scene in scenes):
                shut += 1
                continue
            cells = tuple(reach(scene, [variant], backends) for scene in scenes)
            answers = {cell.answer for cell in cells}
            if variants or Truth.YES in answers:
                rows.append(ReachRow(name=variant.id, variants=(variant.id,), cells=cells))
            elif Truth.UNKNOWN in answers:
                open_ += 1
            else:
                shut += 1
        return Reached(
            scene=scenes[-1],
            columns=tuple(_kernel(scene) for scene in scenes),
            rows=tuple(rows),
            notes=_notes(scenes),
            asked=tuple(scenes),
            shut=shut,
            open_=open_,
        )


def reached_by(work: Workplace, wish: Wish, distro: Distro, names: Sequence[str]) -> Reached:
    """Each architecture of a distribution with each of its C compilers, on its own kernel or the one that was named.

    Raises: UsageError for a name that is none of its architectures, or a version that does not parse.
    """
    arches = _arches(work.registry, distro, names)
    compilers = [wish.cc] if wish.cc else [distro.cc, *(c for c in ("gcc", "clang") if c != distro.cc)]
    compilers = [cc for cc in compilers if cc in distro.tools or cc == wish.cc]
    scenes: list[Scene] = []
    rows = []
    for alike in _alike(arches):
        # Where one has other versions than the rest it is another question.
        asked = [with_distro(replace(wish, cc=cc), distro, alike[0]) for cc in compilers]
        found: dict[str, list[Reach | None]] = {arch.name: [] for arch in alike}
        for one in asked:
            with ask(work, one) as question:
                scenes.append(question.scene)
                backends = _backends(work.registry, question.scene)
                for arch in alike:
                    found[arch.name].append(_of_arch(work.registry, question.scene, arch, backends, wish))
        rows += [ReachRow(name=a.name, variants=a.variants, cells=tuple(found[a.name])) for a in alike]
    order = list(distro.arches)
    return Reached(
        scene=scenes[0],
        columns=tuple(_compiler(scene) for scene in scenes[: len(compilers)]),
        rows=tuple(sorted(rows, key=lambda row: order.index(row.name))),
        notes=_notes(scenes),
        asked=tuple(scenes[: len(compilers)]),
        distro=distro,
    )


def takes(work: Workplace, wish: Wish, names: Iterable[str]) -> Takes:
    """Which tools the chosen kernel takes; without names for every variant that it admits.

    Raises: UsageError for an unknown name or a version that does not parse.
    """
    variants = _meant(work.registry, names)
    with ask(work, wish) as question:
        scene = question.scene
        backends = _backends(work.registry, scene)
        linux = scene.context.facts.get("linux")
        groups: dict[tuple[RustcRange, ...], list[str]] = {}
        shut = []
        for variant in (variants or work.registry.variants.values()) if linux else ():
            if is_shut(scene, variant, backends):
                if variants:
                    shut.append((variant.id, reach(scene, [variant], backends)))
                continue
            groups.setdefault(window_of(scene, variant), []).append(variant.id)
        return Takes(
            scene=scene,
            tools=needed(linux) if linux else (),
            groups=tuple(TakenBy(variants=tuple(ids), window=window) for window, ids in groups.items()),
            shut=tuple(shut),
        )


def _meant(registry: Registry, names: Iterable[str]) -> list[Variant]:
    ids = dict.fromkeys(id_ for name in names for id_ in resolve_name(registry, name).variants)
    return [registry.variants[id_] for id_ in ids]


def _backends(registry: Registry, scene: Scene) -> list[Backend]:
    return [b for b in registry.backends.values() if scene.question.backend in {"", b.id}]


def _along(registry: Registry, question: OpenQuestion) -> list[Scene]:
    """The scene at each release of the kernel, the oldest first; the one alone that was named."""
    scene = question.scene
    if scene.question.names("linux"):
        return [scene]
    releases = [r for r in question.knowledge.revisions("linux") if r.kind == "release"]
    return [
        set_scene(
            registry, question.knowledge, replace(scene.question, chosen={"linux": release, **scene.question.chosen})
        )
        for release in sorted(releases, key=lambda r: parse(r.label))
    ]


def _kernel(scene: Scene) -> str:
    revision = scene.revisions["linux"]
    return revision.label if revision else scene.question.versions.get("linux", "")


def _compiler(scene: Scene) -> str:
    return f"{COMPILER_NAMES[scene.question.cc]} {scene.question.cc_version}".strip()


def _notes(scenes: Iterable[Scene]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(said for scene in scenes for said in scene.said))


def _arches(registry: Registry, distro: Distro, names: Sequence[str]) -> list[DistroArch]:
    """Those that are meant: by the distribution's own name, else by what a name means."""
    if not names:
        return list(distro.arches.values())
    chosen: dict[str, DistroArch] = {}
    for name in names:
        if (own := distro.arches.get(name.lower())) is not None:
            chosen[own.name] = own
            continue
        meant = set(resolve_name(registry, name).variants)
        among = [arch for arch in distro.arches.values() if not meant.isdisjoint(arch.variants)]
        if not among:
            raise UsageError(f"{distro.id}: found {name!r}, expected one of its own: {', '.join(distro.arches)}")
        chosen.update({arch.name: arch for arch in among})
    return list(chosen.values())


def _alike(arches: Iterable[DistroArch]) -> list[list[DistroArch]]:
    groups: dict[tuple[object, ...], list[DistroArch]] = {}
    for arch in arches:
        groups.setdefault((*sorted(arch.other.items()), *sorted(set(arch.lacks) - {"kernel"})), []).append(arch)
    return list(groups.values())


def _of_arch(
    registry: Registry, scene: Scene, arch: DistroArch, backends: Sequence[Backend], wish: Wish
) -> Reach | None:
    named = {*wish.versions, *wish.tools, *(tree.project for tree in wish.trees)}
    cc = scene.question.cc
    if ("kernel" in arch.lacks and "linux" not in named) or (cc in arch.lacks and not wish.cc_version):
        return None
    missing = [tool for tool, name in _NEEDED.items() if tool in arch.lacks and name not in named]
    if missing:
        return Reach(answer=Truth.NO, lacks=tuple(missing))
    return reach(scene, [registry.variants[id_] for id_ in arch.variants], backends)
