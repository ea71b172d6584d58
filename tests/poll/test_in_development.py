"""Repositories without releases: their head is recorded and shown, and no answer rests on it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from matrix.model import Upstream
from matrix.poll.wanted import prefixes, releases
from matrix.query.question import PROJECTS
from matrix.registry import data_folder, load
from matrix.resolve.backends import BACKENDS
from matrix.resolve.cell import deciding_sources
from matrix.store import Store
from tests.forge.repos import Repository
from tests.poll.made import World

if TYPE_CHECKING:
    from tests.forge.server import Forge

CHANNEL = '[toolchain]\nchannel = "nightly-2026-{month}-01"\n'
LIBRARY = "LIBCORE_TAG=1.50.0\n"
SOURCES = ("cg-clif-repo-toolchain", "gccrs-repo-language")


class Developed(World):
    """Two repositories that have heads alone."""

    @property
    def upstreams(self):
        return {
            id_: Upstream(id=id_, project=id_, urls=(f"{self.forge.url}/dev/{id_}.git",), branch="HEAD", versions="")
            for id_ in ("cg_clif", "gccrs")
        }


@pytest.fixture
def world(forge: Forge, tmp_path):
    clif = Repository.create(tmp_path / "clif", {"rust-toolchain.toml": CHANNEL.format(month="05")}, tag="dev")
    gccrs = Repository.create(
        tmp_path / "gccrs",
        {
            "gcc/BASE-VER": "17.0.0\n",
            "gcc/DEV-PHASE": "experimental\n",
            "libgrust/rustc-lib/version-info": LIBRARY,
        },
        tag="releases/gcc-15.1.0",
    )
    forge.add("dev/cg_clif", clif)
    forge.add("dev/gccrs", gccrs)
    known = load(data_folder())
    registry = replace(known, sources={i: known.sources[i] for i in SOURCES})
    return Developed(forge, tmp_path / "home", clif, gccrs, registry)


def test_a_head_without_releases_is_named_after_none(world):
    """By its commit; where the files say a version, after that too."""
    clif, gccrs = world.linux, world.llvm
    assert not any(p.failed for p in world.poll().values())
    assert world.revisions("cg_clif") == [f"0-g{clif.head[:10]}"]
    assert world.revisions("gccrs") == [f"17.0.0-experimental-g{gccrs.head[:8]}"]
    with Store.open(world.store, readonly=True) as store:
        assert {(r.kind, bool(r.commit)) for r in store.facts.revisions()} == {("head", True)}
    assert {f[2:6] for f in world.facts()} == {
        ("cg-clif-repo-toolchain", "toolchain", "channel", "nightly-2026-05-01"),
        ("gccrs-repo-language", "rust", "language-level", "1.50.0"),
    }


def test_a_head_that_moved_is_another_revision(world):
    """Both stay; nothing moved is one request."""
    first = world.poll() and world.linux.head
    world.linux.commit({"rust-toolchain.toml": CHANNEL.format(month="06")})
    assert not any(p.failed for p in world.poll().values())
    assert world.revisions("cg_clif") == [f"0-g{first[:10]}", f"0-g{world.linux.head[:10]}"]
    world.forge.forget()
    world.poll()
    assert [command for _, command in world.requests()] == ["ls-refs", "ls-refs"]


def test_tags_are_not_asked_for_and_are_no_releases():
    """GCC's own stand in gccrs too."""
    upstream = Upstream(id="gccrs", project="gccrs", urls=("https://x.example/g.git",), branch="HEAD", versions="")
    assert prefixes(upstream) == ("HEAD",)
    assert releases(upstream, {"refs/tags/": "a" * 40, "refs/tags/releases/gcc-15.1.0": "b" * 40}) == ()


def test_no_answer_rests_on_what_is_in_development():
    """Their projects have heads alone, and sources of their own that no backend's rung names."""
    known = load(data_folder())
    heads = {u.project for u in known.upstreams.values() if not u.versions}
    assert heads == {"cg_gcc", "cg_clif", "gccrs"}
    assert heads.isdisjoint(PROJECTS)
    own = {s.id for s in known.sources.values() if s.project in heads}
    assert own
    assert own.isdisjoint(deciding_sources(BACKENDS))
