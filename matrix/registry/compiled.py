"""The Registry <-> one file beside data's TOML: what was read and checked once is not checked by every command.

The file holds the texts that it was made from. It counts where they are, byte for byte, today's, and where this
package is the one that wrote it; anything else is read anew. It is Python's own format for compiled modules, and as
trusted as those beside it.
"""

from __future__ import annotations

import marshal
import os
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from matrix import __version__
from matrix.model import (
    Arch,
    Backend,
    Meaning,
    NameWord,
    Project,
    Registry,
    Schedule,
    SelfDescription,
    Source,
    Upstream,
    Variant,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

COMPILED_FILE = "shipped.registry"
COMPILED_FROM = ("arches.toml", "backends.toml", "names.toml", "sources.toml")
_KINDS: dict[str, type] = {
    "arches": Arch,
    "variants": Variant,
    "backends": Backend,
    "projects": Project,
    "sources": Source,
    "upstreams": Upstream,
    "names": Meaning,
    "words": NameWord,
}
_MICROSECOND = timedelta(microseconds=1)


def read_compiled(folder: Path) -> Registry | None:
    """The Registry as it was compiled; None where it was not, or from other texts, or by another version of us."""
    try:
        held = marshal.loads((folder / COMPILED_FILE).read_bytes())  # noqa: S302 - see above
        if held["made of"] != _made_of(folder):
            return None
        read: dict[str, Mapping[str, Any]] = {}
        for key, kind in _KINDS.items():
            made: Callable[..., object] = _MADE.get(kind, kind)
            names = _fields(kind)
            if kind is NameWord:
                read[key] = _Later(held[key])
                continue
            read[key] = MappingProxyType(
                {id_: made(**dict(zip(names, values, strict=True))) for id_, values in held[key].items()}
            )
        return Registry(**read)
    except (OSError, EOFError, ValueError, TypeError, KeyError):
        return None


def write_compiled(folder: Path, registry: Registry) -> None:
    """Put the file in place whole. Raises: OSError."""
    held: dict[str, Any] = {"made of": _made_of(folder)}
    for key, kind in _KINDS.items():
        nouns: Mapping[str, object] = getattr(registry, key)
        plain = {id_: [_plain(getattr(noun, name)) for name in _fields(kind)] for id_, noun in nouns.items()}
        held[key] = _dumped(plain) if kind is NameWord else plain
    temporary = folder / f".{COMPILED_FILE}.{os.getpid()}"
    try:
        with temporary.open("wb") as file:
            file.write(_dumped(held))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(folder / COMPILED_FILE)
    finally:
        temporary.unlink(missing_ok=True)


def _dumped(held: object) -> bytes:
    """The same bytes for equal values, in whichever process they were made.

    marshal tells apart what something else refers to too, and whether a text is interned: both hang on whether modules
    were compiled just now. Here every text is the only one of its words, and all are referred to from here.
    """
    texts: dict[str, str] = {}

    def anew(value: Any) -> Any:  # noqa: ANN401
        if isinstance(value, str):
            return texts.setdefault(value, value.encode().decode())
        if isinstance(value, dict):
            return {anew(key): anew(item) for key, item in value.items()}
        if isinstance(value, list):
            return [anew(item) for item in value]
        return tuple(anew(item) for item in value) if isinstance(value, tuple) else value

    return marshal.dumps(anew(held))


class _Later(Mapping[str, NameWord]):
    """The words of names, made when the first name is taken apart: most names are listed, and need none of them."""

    def __init__(self, held: bytes) -> None:
        self._held = held

    def _made(self) -> Mapping[str, NameWord]:
        if not hasattr(self, "_words"):
            plain, fields = marshal.loads(self._held), _fields(NameWord)  # noqa: S302 - see above
            words = {id_: NameWord(**dict(zip(fields, values, strict=True))) for id_, values in plain.items()}
            self._words = MappingProxyType(words)
        return self._words

    def __getitem__(self, key: str) -> NameWord:
        return self._made()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._made())

    def __len__(self) -> int:
        return len(self._made())

    def __repr__(self) -> str:
        return repr(self._made())


def _made_of(folder: Path) -> tuple[object, ...]:
    """All that the compiled form follows from: the texts, our version, and the fields of the nouns."""
    fields = tuple(_fields(kind) for kind in (*_KINDS.values(), Schedule, SelfDescription))
    return (__version__, fields, *((folder / name).read_bytes() for name in COMPILED_FROM))


def _fields(kind: type) -> tuple[str, ...]:
    slots: tuple[str, ...] = vars(kind)["__slots__"]
    return slots


def _plain(value: object) -> object:
    """What marshal knows: texts, numbers, tuples and dictionaries."""
    if isinstance(value, MappingProxyType):
        return dict(value)
    if isinstance(value, timedelta):
        return value // _MICROSECOND
    if isinstance(value, Schedule | SelfDescription):
        return [_plain(getattr(value, name)) for name in _fields(type(value))]
    return value


def _variant(*, names: dict[str, tuple[str, ...]], means: dict[str, str], **rest: Any) -> Variant:  # noqa: ANN401
    return Variant(names=MappingProxyType(names), means=MappingProxyType(means), **rest)


def _project(*, url: dict[str, str], schedule: list[int], **rest: Any) -> Project:  # noqa: ANN401
    every, jitter, budget = (microseconds * _MICROSECOND for microseconds in schedule)
    return Project(url=MappingProxyType(url), schedule=Schedule(every=every, jitter=jitter, budget=budget), **rest)


def _upstream(*, site: list[Any], **rest: Any) -> Upstream:  # noqa: ANN401
    return Upstream(site=SelfDescription(**dict(zip(_fields(SelfDescription), site, strict=True))), **rest)


_MADE: dict[type, Callable[..., object]] = {Variant: _variant, Project: _project, Upstream: _upstream}
