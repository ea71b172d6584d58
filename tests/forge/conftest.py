"""A forge for the tests of this folder; others get it by `from tests.forge.fixtures import forge, forge_server`."""

from tests.forge.fixtures import forge, forge_server

__all__ = ["forge", "forge_server"]
