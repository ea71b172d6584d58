"""A file that holds a secret -> its first line; what is wrong with it is said without what stands in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from matrix.daemon.config_shape import is_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matrix.registry.schema import Place

_LONGEST_SECRET = 4096


class Secrets:
    """Those of the hooks below `place`; paths are relative to folder, and faults are added to."""

    def __init__(self, folder: Path, place: Place, faults: list[str]) -> None:
        self._folder, self._place, self._faults = folder, place, faults

    def read(self, notify: Mapping[str, Any], hook: str, key: str, *, needed: bool) -> str:
        """The first line of a file; what is wrong with it is said without what stands in it."""
        keys = notify[hook]
        name = keys[key] if keys else ""
        if not isinstance(name, str) or not is_path(name):
            return ""
        at = self._place.at(hook, key)
        try:
            with (self._folder / Path(name).expanduser()).open("rb") as file:
                words = file.read(_LONGEST_SECRET + 1).decode("utf-8", "replace").strip()
        except OSError as error:
            self._faults.append(at.fault(f"no readable file {name} ({error.strerror})", "one with the secret"))
            return ""
        if len(words) > _LONGEST_SECRET or not words.isprintable() or (needed and not words):
            self._faults.append(at.fault(f"no secret in {name}", "one line of printable characters"))
            return ""
        return words
