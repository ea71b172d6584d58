"""A .config, at a workplace -> whether config RUST can be y in it, what stands in the way, and what would take it away.

`examine` is the whole of it, for the command line, for a program, and for whoever holds it against the kernel's own
scripts/kconfig/conf: values in, values out, no file read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix.dotconfig import read_dotconfig
from matrix.operations.ask import ask
from matrix.operations.distros import with_distro
from matrix.query.examination import Lent, examined, port_of
from matrix.registry import resolve_name
from matrix.value import replace

if TYPE_CHECKING:
    from matrix.dotconfig import Dotconfig
    from matrix.model import Distro, DistroArch, Registry, Variant
    from matrix.operations.ask import Wish
    from matrix.operations.workplace import Workplace
    from matrix.query.examination import Examination

_RUST_ON = re.compile(rb"^[ \t]*CONFIG_RUST=y\s*$", re.MULTILINE)


def examine(
    work: Workplace,
    wish: Wish,
    text: bytes | str,
    *,
    name: str = ".config",
    arch: str = "",
    changes: bool = True,
    distro: Distro | None = None,
) -> Examination:
    """Examine one configuration.

    text is its whole content. The kernel is the one that `wish` names or whose tree it gives, else the configuration's
    own, else the newest known; the rustc is the named one, else the recorded one, else the newest that the kernel
    accepts. distro says what neither `wish` nor the configuration does. arch is any name of an architecture, for a
    fragment that does not say. changes is whether to look for what would make Rust possible.

    Raises: DotconfigError for what is no configuration or contradicts itself; UsageError, TreeError, StoreError.
    """
    body = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
    config = read_dotconfig(body, name)
    srcarch = port_of(work.registry, config, name, arch)
    named = "linux" in wish.versions or any(spec.project == "linux" for spec in wish.trees)
    if not named and config.version:
        # 6.18.0 is the release 6.18, and no series of which the newest would be meant.
        wish = replace(wish, versions={**wish.versions, "linux": f"v{config.version}"})
    lent = None
    if distro is not None:
        own = config.version if not named else ""
        wish, lent = _lent(wish, config, distro, _arch_of(work.registry, distro, srcarch, arch), own)
    with ask(work, wish, deciding=False) as question:
        return examined(
            work.registry,
            question.knowledge,
            question.scene,
            config,
            name,
            srcarch,
            variant=_only(work.registry, arch),
            changes=changes,
            lent=lent,
        )


def asks_for_rust(body: bytes) -> bool:
    """Whether a configuration turns config RUST on; told without reading the rest of it."""
    return _RUST_ON.search(body) is not None


def _lent(wish: Wish, config: Dotconfig, distro: Distro, arch: DistroArch | None, kernel: str) -> tuple[Wish, Lent]:
    """The wish with what the distribution has and the configuration does not say, and who said what.

    kernel is the configuration's own where that is what is asked about, else "".

    A configuration was made with the tools that it records: those are what its values come from, whatever the
    distribution has by now. Its rustc has its own LLVM.
    """
    tools = dict(config.tools)
    held = {tool for tool in ("rustc", "pahole") if tool in tools} | ({"llvm"} if "rustc" in tools else set())
    asked = wish
    if config.compiler and not wish.cc:
        version = tools.get(config.compiler, "")
        held |= {"cc"} if version else set()
        asked = wish if version else replace(wish, cc=config.compiler)
    full = with_distro(asked, distro, arch, held)
    given = {
        "linux": full.versions.get("linux", ""),
        "rustc": full.versions.get("rust", ""),
        "llvm": full.versions.get("llvm", ""),
        full.cc: full.cc_version,
        **full.tools,
    }
    named = _named(wish)
    return full, Lent(
        distro=distro,
        lent={tool: version for tool, version in given.items() if version and tool not in named},
        own={**({"linux": kernel} if kernel else {}), **_recorded(config, wish)},
    )


def _named(wish: Wish) -> set[str]:
    """The tools whose versions the asker named."""
    compiler = {wish.cc} if wish.cc_version else set()
    return {"rustc" if project == "rust" else project for project in wish.versions} | set(wish.tools) | compiler


def _recorded(config: Dotconfig, wish: Wish) -> dict[str, str]:
    """The versions that the configuration says and that count: the asker named no other."""
    compiler = {config.compiler} if not wish.cc else set()
    return {t: v for t, v in config.tools.items() if t in {"rustc", "pahole", *compiler} and t not in _named(wish)}


def _arch_of(registry: Registry, distro: Distro, srcarch: str, arch: str) -> DistroArch | None:
    """The distribution's architecture: by its own name, else the only one that is of this port."""
    if (own := distro.arches.get(arch.lower())) is not None:
        return own
    alike = [a for a in distro.arches.values() if any(registry.variants[v].srcarch == srcarch for v in a.variants)]
    return alike[0] if len(alike) == 1 else None


def _only(registry: Registry, arch: str) -> Variant | None:
    """The variant that a name means, where it means one."""
    ids = resolve_name(registry, arch).variants if arch else ()
    return registry.variants[ids[0]] if len(ids) == 1 else None


def port_of_path(path: str) -> str:
    """The port of arch/PORT/configs/NAME_defconfig, which its content does not say; "" elsewhere."""
    parts = path.split("/")
    places = [i for i, part in enumerate(parts) if part == "configs" and i > 1 and parts[i - 2] == "arch"]
    return parts[places[-1] - 1] if places else ""
