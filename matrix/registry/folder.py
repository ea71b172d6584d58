"""The folder data/ -> the Registry; the only place of this package that touches files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.errors import RegistryError
from matrix.model import Registry
from matrix.registry.arches import read_arches
from matrix.registry.backends import BACKENDS_FILE as BACKENDS
from matrix.registry.backends import read_backends
from matrix.registry.names import SYSTEMS, index_names
from matrix.registry.schema import ARCHES_FILE as ARCHES
from matrix.registry.schema import Place
from matrix.registry.sources import SOURCES_FILE as SOURCES
from matrix.registry.sources import read_sources, unknown_arches
from matrix.registry.words import NAMES_FILE as NAMES
from matrix.registry.words import read_name_words

if TYPE_CHECKING:
    from pathlib import Path


def load(folder: Path) -> Registry:
    """Read arches.toml, backends.toml, names.toml and sources.toml in `folder`.

    Raises: RegistryError with every fault of all four files, one a line: place, found, expected.
    """
    read = {file: _text(folder, file) for file in (ARCHES, BACKENDS, NAMES, SOURCES)}
    unread = {file: fault for file, (_, fault) in read.items() if fault}
    try:
        return read_registry(
            arches=read[ARCHES][0], backends=read[BACKENDS][0], names=read[NAMES][0], sources=read[SOURCES][0]
        )
    except RegistryError as error:
        # A file that could not be read was checked as an empty one: its faults would only repeat that.
        rest = [fault for fault in error.faults if not fault.startswith(tuple(unread))]
        raise RegistryError([*unread.values(), *rest]) from None


def read_registry(*, arches: str, backends: str, names: str, sources: str) -> Registry:
    """The texts of the four files -> the Registry.

    Raises: RegistryError with every fault of all four.
    """
    ports, faults = read_arches(arches)
    listed, name_faults = index_names(ports.variants, ports.meanings)
    words, word_faults = read_name_words(names, ports.variants if ports.arches else None, listed, SYSTEMS)
    ways, way_faults = read_backends(backends)
    files, file_faults = read_sources(sources)
    # A file that is no TOML declares nothing; then references into it are not at fault.
    dangling = unknown_arches(files, ports.arches) if ports.arches else []
    if everything := [*faults, *name_faults, *way_faults, *word_faults, *dangling, *file_faults]:
        raise RegistryError(everything)
    return Registry(
        arches=ports.arches,
        variants=ports.variants,
        backends=ways.backends,
        projects=files.projects,
        sources=files.sources,
        upstreams=files.upstreams,
        names=listed,
        words=words,
    )


def _text(folder: Path, file: str) -> tuple[str, str]:
    """The file's text and "", or "", which is never valid, and the fault."""
    try:
        return (folder / file).read_bytes().decode("utf-8"), ""
    except OSError as error:
        return "", Place(file).fault(f"no readable file in {folder} ({error.strerror})", "TOML")
    except UnicodeDecodeError as error:
        return "", Place(file).fault(f"byte 0x{error.object[error.start]:02x}", "UTF-8")
