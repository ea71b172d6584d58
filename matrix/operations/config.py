"""A .config, at a workplace -> whether config RUST can be y in it, what stands in the way, and what would take it away.

`examine` is the whole of it, for the command line, for a program, and for whoever holds it against the kernel's own
scripts/kconfig/conf: values in, values out, no file read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix.dotconfig import read_dotconfig
from matrix.operations.ask import ask
from matrix.query.examination import examined, port_of
from matrix.registry import resolve_name
from matrix.value import replace

if TYPE_CHECKING:
    from matrix.model import Registry, Variant
    from matrix.operations.ask import Wish
    from matrix.operations.workplace import Workplace
    from matrix.query.examination import Examination

_RUST_ON = re.compile(rb"^[ \t]*CONFIG_RUST=y\s*$", re.MULTILINE)


def examine(
    work: Workplace, wish: Wish, text: bytes | str, *, name: str = ".config", arch: str = "", changes: bool = True
) -> Examination:
    """Examine one configuration.

    text is its whole content. The kernel is the one that `wish` names or whose tree it gives, else the configuration's
    own, else the newest known; the rustc is the named one, else the recorded one, else the newest that the kernel
    accepts. arch is any name of an architecture, for a fragment that does not say. changes is whether to look for what
    would make Rust possible.

    Raises: DotconfigError for what is no configuration or contradicts itself; UsageError, TreeError, StoreError.
    """
    body = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
    config = read_dotconfig(body, name)
    srcarch = port_of(work.registry, config, name, arch)
    named = "linux" in wish.versions or any(spec.project == "linux" for spec in wish.trees)
    if not named and config.version:
        # 6.18.0 is the release 6.18, and no series of which the newest would be meant.
        wish = replace(wish, versions={**wish.versions, "linux": f"v{config.version}"})
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
        )


def asks_for_rust(body: bytes) -> bool:
    """Whether a configuration turns config RUST on; told without reading the rest of it."""
    return _RUST_ON.search(body) is not None


def _only(registry: Registry, arch: str) -> Variant | None:
    """The variant that a name means, where it means one."""
    ids = resolve_name(registry, arch).variants if arch else ()
    return registry.variants[ids[0]] if len(ids) == 1 else None


def port_of_path(path: str) -> str:
    """The port of arch/PORT/configs/NAME_defconfig, which its content does not say; "" elsewhere."""
    parts = path.split("/")
    places = [i for i, part in enumerate(parts) if part == "configs" and i > 1 and parts[i - 2] == "arch"]
    return parts[places[-1] - 1] if places else ""
