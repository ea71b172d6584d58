"""The shipped facts, and a question about them in few words."""

from __future__ import annotations

import pytest

from matrix.query.answer import Answers
from matrix.query.knowledge import Knowledge
from matrix.query.question import Question
from matrix.query.scene import set_scene
from matrix.registry import data_folder, load, resolve_name
from matrix.shipped import load_text
from matrix.store import Store

PROJECTS = {"kernel": "linux", "rustc": "rust", "gcc": "gcc", "llvm": "llvm", "mrustc": "mrustc"}


@pytest.fixture(scope="session")
def registry():
    return load(data_folder())


@pytest.fixture(scope="session")
def shipped():
    """A store with the shipped facts, read from their text: no compiled answer stands in for the resolver."""
    with Store.memory() as store:
        load_text(store, data_folder())
        yield store


@pytest.fixture(scope="session")
def scene(registry, shipped):
    """The scene of a question: versions by the option that names them, cc, backend, strict. Each is set up once."""
    knowledge = Knowledge([shipped])
    made = {}

    def make(*, cc="", cc_version="", backend="", strict=False, exact=False, **versions):
        key = (cc, cc_version, backend, strict, exact, *sorted(versions.items()))
        if key not in made:
            named = {PROJECTS[option]: version for option, version in versions.items()}
            question = Question(
                versions=named, cc=cc, cc_version=cc_version, backend=backend, strict=strict, exact=exact
            )
            made[key] = Answers(registry, set_scene(registry, knowledge, question))
        return made[key]

    return make


@pytest.fixture(scope="session")
def ask(registry, scene):
    """The answer to `is NAME` with these options."""
    return lambda name, **options: scene(**options).name(resolve_name(registry, name))
