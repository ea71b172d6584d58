"""A package that cannot be imported -> the extra of ours that brings it, and what to type.

Questions and reports need none. An import that fails goes up as it is, to whoever turns errors into words
(cli/ending.py): so no command need know what those below it import.
"""

from __future__ import annotations

from importlib.util import find_spec

from matrix.errors import MissingExtraError

# What pyproject.toml lists under each extra, by the names that are imported.
EXTRAS = {
    "refresh": ("docutils", "h2", "httpx", "tenacity", "yaml"),
    "daemon": ("apscheduler", "h11", "prometheus_client"),
    "parquet": ("pyarrow",),
}


def missing(error: ModuleNotFoundError) -> MissingExtraError | None:
    """The same fault with what to install; None for a module that no extra brings."""
    package = (error.name or "").partition(".")[0]
    extra = next((name for name, packages in EXTRAS.items() if package in packages), None)
    return None if extra is None else MissingExtraError(package, extra)


def need(extra: str) -> None:
    """Look for what the extra brings before anything is written. Raises: MissingExtraError."""
    for package in EXTRAS[extra]:
        if find_spec(package) is None:
            raise MissingExtraError(package, extra)
