"""The folder data/ -> a validated Registry, and a name -> the variants or the backend it means."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from matrix import places
from matrix.registry.compiled import read_compiled
from matrix.registry.names import part_gone, resolve_backend, resolve_name

if TYPE_CHECKING:
    from matrix.model import Registry

__all__ = ["data_folder", "load", "load_compiled", "part_gone", "read_registry", "resolve_backend", "resolve_name"]


def data_folder() -> Path:
    """Where the TOML files are: inside the package when it was installed, beside it in a checkout."""
    return Path(places.data_folder())


def load(folder: Path) -> Registry:
    """What the TOML files in `folder` declare. Raises: RegistryError with every fault of all of them."""
    from matrix.registry.folder import load as read  # noqa: PLC0415  # what was compiled needs no TOML

    return read(folder)


def load_compiled(folder: Path) -> Registry:
    """The same, from its compiled form where that was made of these very files. Raises: likewise."""
    return read_compiled(folder) or load(folder)


def read_registry(*, arches: str, backends: str, names: str, sources: str) -> Registry:
    """The texts of the four files -> the Registry. Raises: likewise."""
    from matrix.registry.folder import read_registry as read  # noqa: PLC0415

    return read(arches=arches, backends=backends, names=names, sources=sources)
