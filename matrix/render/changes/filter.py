"""What a person wants to hear of changes -> which of them that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matrix.change import ABOUT, Kind
from matrix.errors import UsageError
from matrix.registry import resolve_backend, resolve_name
from matrix.render.changes.about import arches, backends
from matrix.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matrix.change import Change
    from matrix.model import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFilter:
    """Ports, variants, backends, kinds and families that are asked for; () for all.

    A change that concerns every port is no answer to a question about one, but one that concerns every backend is.
    """

    arches: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()
    backend: str = ""
    kinds: tuple[str, ...] = ()
    about: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        registry: Registry,
        *,
        arch: str | None,
        backend: str | None,
        kind: Sequence[str] | None,
        about: Sequence[str] | None,
    ) -> ChangeFilter:
        """From what was written. Raises: UsageError for a name, backend, kind or family that there is not."""
        variants: tuple[str, ...] = ()
        ports: tuple[str, ...] = ()
        if arch is not None:
            if arch in registry.arches:
                ports = (arch,)
            else:
                variants = resolve_name(registry, arch).variants
                ports = tuple(dict.fromkeys(registry.variants[v].arch for v in variants))
        return cls(
            arches=ports,
            variants=variants,
            backend=resolve_backend(registry, backend).id if backend else "",
            kinds=_among("--kind", kind, [k.value for k in Kind]),
            about=_among("--about", about, ABOUT),
        )

    def has(self, registry: Registry, change: Change) -> bool:
        """Whether a change is wanted."""
        topic = change.topic
        if self.kinds and change.kind.value not in self.kinds:
            return False
        if self.about and topic.about not in self.about:
            return False
        if self.arches and not set(self.arches) & set(arches(registry, change)):
            return False
        if self.variants and topic.subject in registry.variants and topic.subject not in self.variants:
            return False
        concerned = backends(change)
        return not (self.backend and concerned and self.backend not in concerned)


def _among(option: str, written: Sequence[str] | None, known: Sequence[str]) -> tuple[str, ...]:
    for word in written or ():
        if word not in known:
            near = nearest(word, known)
            raise UsageError(
                f"{option}: got {word!r}, expected one of {', '.join(known)}", meant=(word, near) if near else None
            )
    return tuple(written or ())
