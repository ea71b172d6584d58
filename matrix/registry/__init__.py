"""The folder data/ -> a validated Registry, and a name -> the variants or the backend it means."""

from matrix.registry.load import data_folder, load, read_registry
from matrix.registry.names import resolve_backend, resolve_name

__all__ = ["data_folder", "load", "read_registry", "resolve_backend", "resolve_name"]
