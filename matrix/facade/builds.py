"""The questions about one's own configuration, options and tools, as their commands ask them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from matrix.errors import CannotTellError, UsageError
from matrix.expression import show
from matrix.facade.made import addresses_in, citation
from matrix.facade.options import CellsAsked, VersionsAsked, opened, opened_plain
from matrix.facade.told import (
    ClauseVerdict,
    ConfigVerdict,
    DriverVerdict,
    KernelRequirements,
    ReachVerdict,
    RemedyVerdict,
    ToolNeed,
    WindowVerdict,
)
from matrix.registry import resolve_name

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from matrix.model import Registry
    from matrix.query.examination import Examination
    from matrix.query.reach import Reach
    from matrix.query.scene import Scene
    from matrix.render.links import UrlOf
    from matrix.resolve.needs import Needed


def config(
    content: str | bytes | os.PathLike[str], *, arch: str = "", remedies: bool = True, **options: Unpack[VersionsAsked]
) -> ConfigVerdict:
    """Whether CONFIG_RUST can be turned on in a .config, as `archmatrix config FILE` says it.

    content is the text of a .config, or a path (pathlib.Path) to one, gz and xz too. The kernel is the one that a
    keyword names, else the configuration's own. arch is an architecture in any naming system, for a fragment that does
    not say. remedies is whether to look for settings that would make it possible. The keywords are those of
    matrix.VersionsAsked.

    >>> import matrix
    >>> found = matrix.config('''
    ... # Linux/x86 7.1.13 Kernel Configuration
    ... CONFIG_64BIT=y
    ... CONFIG_X86_64=y
    ... CONFIG_RANDSTRUCT_FULL=y
    ... ''')
    >>> found.state
    <RustState.BLOCKED: 'blocked'>
    >>> for clause in found.in_the_way:
    ...     print(clause.evidence, clause.clause)
    init/Kconfig:2200 !RANDSTRUCT
    >>> found.remedies[0].settings
    {'RANDSTRUCT_FULL': 'n', 'RANDSTRUCT_NONE': 'y'}

    Raises: DotconfigError for what is no configuration or contradicts itself; UsageError, TreeError, StoreError. All of
    them are MatrixErrors.
    """
    from matrix.machine.dotconfig_file import read_file  # noqa: PLC0415  # the rest pays for none of it
    from matrix.operations.config import examine, port_of_path  # noqa: PLC0415

    work, wish, distro = opened_plain(options, VersionsAsked)
    if isinstance(content, (str, bytes)):
        if isinstance(content, str) and content and "\n" not in content and "=" not in content:
            raise UsageError(f"config: found the text {content[:60]!r}, expected a .config; a file is a pathlib.Path")
        body, name = content, ".config"
    else:
        body, name = read_file(os.fspath(content))
    found = examine(work, wish, body, name=name, arch=arch or port_of_path(name), changes=remedies, distro=distro)
    return _config_verdict(work.registry, found)


def _config_verdict(registry: Registry, found: Examination) -> ConfigVerdict:
    from matrix.render.answer.config import fragment, remedy_commands, tool_words  # noqa: PLC0415

    url_of, sight = addresses_in(registry, found.scene), found.sight
    return ConfigVerdict(
        name=found.name,
        state=found.state,
        arch=found.srcarch,
        kernel=found.kernel,
        variants=tuple(variant.id for variant in sight.variants) if sight else (),
        clauses=tuple(
            ClauseVerdict(
                clause=clause.clause,
                value=clause.value.letter,
                values=dict(clause.values),
                host=clause.host,
                evidence=citation(clause.evidence, url_of),
            )
            for clause in (sight.finding.clauses if sight else ())
        ),
        remedies=tuple(
            RemedyVerdict(
                settings={one.name: one.value for one in remedy.settings},
                tools=tuple(tool_words(one) for one in remedy.tools),
                fragment=fragment(remedy),
                commands=tuple(remedy_commands(remedy, found)),
                open=remedy.open,
            )
            for remedy in found.remedies
        ),
        inferred=found.inferred,
        notes=found.scene.said,
    )


def drivers(*symbols: str, arch: str | None = None, **options: Unpack[VersionsAsked]) -> tuple[DriverVerdict, ...]:
    """Which kernel options need Rust, and on which variants each can be had, as `archmatrix drivers` shows it.

    symbols are options, with or without CONFIG_; without one it is all of them. arch is an architecture in any naming
    system; without one it is every variant. The keywords are those of matrix.VersionsAsked.

    >>> import matrix
    >>> (nova,) = matrix.drivers("DRM_NOVA", kernel="7.1.13")
    >>> nova.place.file
    'drivers/gpu/drm/nova/Kconfig'
    >>> "x86_64" in nova.can, "s390x" in nova.lost
    (True, True)

    Raises: UsageError for a symbol that does not need Rust; CannotTellError where the kernel's options were not read.
    """
    from matrix.operations.drivers import drivers as asked  # noqa: PLC0415
    from matrix.resolve.drivers import Having  # noqa: PLC0415

    work, wish = opened(options, VersionsAsked)
    known = work.registry
    found = asked(work, wish, symbols, known.variants if arch is None else resolve_name(known, arch).variants)
    if found.unread:
        raise CannotTellError(found.unread)
    url_of = addresses_in(known, found.scene)
    return tuple(
        DriverVerdict(
            symbol=option.symbol,
            type=option.type,
            prompt=option.prompt,
            can=tuple(one.variant for one in option.variants(Having.CAN)),
            lost=tuple(one.variant for one in option.variants(Having.LOST)),
            missing=tuple(one.variant for one in option.variants(Having.MISSING)),
            unknown=tuple(one.variant for one in option.variants(Having.UNKNOWN)),
            since=found.since.get(option.symbol, ""),
            place=citation(option.place, url_of),
            by=tuple(citation(item, url_of) for item in option.by),
        )
        for option in found.options
    )


def window(*names: str, **options: Unpack[CellsAsked]) -> WindowVerdict:
    """Which kernels these tools can build with Rust, as `archmatrix window` with tools shows it.

    names are architectures in any naming system, of a distribution its own too; without one it is all. The keywords are
    those of matrix.CellsAsked; of a kernel alone `requirements` tells which tools it takes.

    >>> import matrix
    >>> found = matrix.window("x86_64", rustc="1.85", bindgen="0.71.1", cc="clang-19", kernel="7.1.13")
    >>> found.columns, found.rows["x86_64"][0].truth
    (('7.1.13',), <Truth.YES: 'yes'>)

    Raises: as `ask` does; UsageError where no tool is named.
    """
    from matrix.operations.window import window_of_tools  # noqa: PLC0415
    from matrix.query.reach import Takes  # noqa: PLC0415

    work, plain, distro = opened_plain(options, CellsAsked)
    found = window_of_tools(work, plain, names, distro)
    if isinstance(found, Takes):
        raise UsageError(
            "window: found no tool, expected one, such as rustc='1.85'; matrix.requirements tells a kernel's"
        )
    return WindowVerdict(
        columns=found.columns,
        rows={
            row.name: tuple(
                _reach(cell, addresses_in(work.registry, scene)) if cell else None
                for cell, scene in zip(row.cells, found.asked, strict=True)
            )
            for row in found.rows
        },
        shut=found.shut,
        open_=found.open_,
        notes=found.notes,
    )


def _reach(cell: Reach, url_of: UrlOf) -> ReachVerdict:
    return ReachVerdict(
        truth=cell.answer,
        conditions={id_: show(condition) for id_, condition in cell.conditions},
        because=cell.decides.because if cell.decides else "",
        evidence=tuple(citation(item, url_of) for item in cell.decides.evidence) if cell.decides else (),
        inferred=cell.inferred,
        lacks=cell.lacks,
    )


def requirements(*names: str, **options: Unpack[CellsAsked]) -> KernelRequirements:
    """Which tools a kernel takes, as `archmatrix window --kernel V` shows it.

    names are architectures in any naming system; without one it is every variant that the kernel admits. The keywords
    are those of matrix.CellsAsked.

    >>> import matrix
    >>> found = matrix.requirements("x86_64", kernel="7.1.13")
    >>> found.tools["rustc"].version, found.tools["bindgen"].version
    ('1.85.0', '0.71.1')

    Raises: as `ask` does; CannotTellError where the kernel was not read.
    """
    from matrix.operations.window import takes  # noqa: PLC0415
    from matrix.render.phrases import ranges_words  # noqa: PLC0415
    from matrix.render.window.words import why_words  # noqa: PLC0415

    work, wish = opened(options, CellsAsked)
    found = takes(work, wish, names)
    scene: Scene = found.scene
    linux = scene.revisions["linux"]
    if linux is None or not found.tools:
        raise CannotTellError("; ".join(scene.said) or "the kernel's tools were not read")
    url_of = addresses_in(work.registry, scene)
    return KernelRequirements(
        kernel=linux.label,
        tools={one.tool.value: _need(one, url_of) for one in found.tools},
        rustc={id_: ranges_words(g.window) for g in found.groups for id_ in g.variants},
        shut={id_: why_words(cell, "") for id_, cell in found.shut},
        notes=scene.said,
    )


def _need(one: Needed, url_of: UrlOf) -> ToolNeed:
    general = one.general
    return ToolNeed(
        tool=one.tool.value,
        version=general.version if general else "",
        exactly=bool(general and general.exactly),
        overrides={when: requirement.version for when, requirement in one.overrides},
        bad={show(bad.when): bad.refused for bad in one.bad},
        evidence=citation(general.evidence, url_of) if general else None,
    )
