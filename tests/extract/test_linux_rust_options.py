"""matrix.extract.linux_rust_options: all Kconfig files and configurations -> what needs Rust, and what it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from matrix.errors import ShapeError
from matrix.extract import linux_rust_options
from matrix.text import Text

if TYPE_CHECKING:
    from matrix.model import Fact

PARTS = {
    "arch/Kconfig": "config KPROBES\n\tbool\nconfig HAVE_RUST\n\tbool\n",
    "arch/dune/Kconfig": "config DUNE\n\tdef_bool y\n\tselect HAVE_RUST\n\tselect TALL\n"
    'source "arch/dune/Kconfig.sand"\n',
    "arch/dune/Kconfig.sand": 'config BEACH\n\tbool "B"\n',
    "arch/dune/configs/defconfig": "CONFIG_RUST=y\nCONFIG_DRY=m\n# CONFIG_BEACH is not set\n"
    "CONFIG_TALL=y\nCONFIG_N=7\n",
    "arch/dune/configs/wet_defconfig": '# what it is\nCONFIG_BEACH=y\nCONFIG_CMDLINE="a b"\n',
    "drivers/dry/Kconfig": 'config DRY\n\ttristate "D"\n\tdepends on BEACH && RUST\n\tselect WET\n'
    'config WET\n\tbool "W"\n',
    "drivers/rain/Kconfig": 'config RAIN\n\tbool "R"\n',
    "init/Kconfig": 'config CC_IS_GCC\n\tbool\nconfig RUST\n\tbool "Rust"\n\tdepends on HAVE_RUST\n',
}


def joined(parts: dict[str, str]) -> str:
    """The document of these files, as matrix/poll/tree.py makes it."""
    return "".join(f"\f{path}\n{content}" for path, content in sorted(parts.items())) + "\f\n"


FILE = joined(PARTS)
EMPTY = "config A\n\tbool\n"
# What the fuzzer starts from (tests/extract/corpus.py): path and text.
SAMPLES = (("Kconfig", FILE),)


def read(changed: dict[str, str | None] | None = None, text: str | None = None) -> list[Fact]:
    parts = {path: content for path, content in (PARTS | (changed or {})).items() if content is not None}
    return linux_rust_options.extract(Text("Kconfig", joined(parts) if text is None else text))


def about(facts: list[Fact], subject: str) -> set[tuple[str, str, str, int]]:
    return {(f.attribute, f.value, f.when, f.line) for f in facts if f.subject == subject}


def refused(text: str) -> ShapeError:
    with pytest.raises(ShapeError) as caught:
        linux_rust_options.extract(Text("Kconfig", text))
    return caught.value


def test_what_needs_rust_is_kept_with_its_place():
    """Each statement under the path of its file, at its line there."""
    assert about(read(), "drivers/dry/Kconfig:DRY") == {
        ("needs", "RUST", "", 2),
        ("type", "tristate", "", 2),
        ("prompt", "yes", "", 2),
        ("depends", "BEACH && RUST", "", 3),
    }


def test_what_it_rests_on_is_kept_and_nothing_else():
    """Its dependencies and what selects these; not what it selects, and not what has nothing to do with it."""
    found = read()
    assert about(found, "arch/dune/Kconfig.sand:BEACH") >= {("prompt", "yes", "", 2)}
    assert about(found, "arch/dune/Kconfig:DUNE") >= {("select", "HAVE_RUST", "", 3)}
    subjects = {f.subject for f in found}
    assert not subjects & {"drivers/dry/Kconfig:WET", "drivers/rain/Kconfig:RAIN"}
    assert not any(f.value in {"WET", "TALL"} for f in found)


def test_which_files_apply_to_a_port_is_kept():
    """As kconfig says it: that a file was read, and what it sources."""
    found = read()
    assert about(found, "arch/dune/Kconfig") == {("file", "yes", "", 0), ("source", "arch/dune/Kconfig.sand", "", 5)}
    assert about(found, "drivers/rain/Kconfig") == set()


def test_the_lines_that_lead_to_what_is_kept_are_kept():
    """Also outside arch/, with what stands around them; not those that lead elsewhere."""
    top = 'if BEACH\nsource "drivers/dry/Kconfig"\nendif\nsource "drivers/rain/Kconfig"\n'
    assert about(read({"drivers/Kconfig": top}), "drivers/Kconfig") == {("source", "drivers/dry/Kconfig", "BEACH", 2)}


def test_a_configuration_that_sets_such_an_option_is_kept():
    """With what it says of the options that these rest on; n is `is not set`. Another is only counted."""
    found = read()
    own = {f.subject: (f.value, f.line) for f in found if f.attribute == "set"}
    path = "arch/dune/configs/defconfig"
    assert own == {f"{path}:RUST": ("y", 1), f"{path}:DRY": ("m", 2), f"{path}:BEACH": ("n", 3)}
    assert about(found, "configs") == {("read", "2", "", 0)}
    assert about(found, "Kconfig") == {("read", "6", "", 0)}


def test_a_configuration_that_leaves_rust_out_sets_nothing():
    """`# CONFIG_RUST is not set` asks for nothing."""
    found = read({"arch/dune/configs/defconfig": "# CONFIG_RUST is not set\nCONFIG_BEACH=y\nCONFIG_DRY=n\n"})
    assert [f for f in found if f.attribute == "set"] == []


@pytest.mark.parametrize(
    ("path", "content", "line", "found"),
    [
        ("drivers/dry/Kconfig", "config DRY\n\tbool\n\tdepend on RUST\n", 3, "drivers/dry/Kconfig:3: 'depend'"),
        ("drivers/rain/Kconfig", "# nothing\n", 0, "drivers/rain/Kconfig: no Kconfig statement"),
        ("arch/dune/configs/defconfig", "CONFIG_A=y\nCONFIG_B\n", 2, "arch/dune/configs/defconfig:2: CONFIG_B"),
        ("arch/dune/configs/defconfig", "RUST=y\n", 1, "arch/dune/configs/defconfig:1: RUST=y"),
    ],
)
def test_a_file_of_another_shape_is_named_with_its_line(path, content, line, found):
    """In its own file; the error's own line is the one of the document."""
    text = joined(PARTS | {path: content})
    error = refused(text)
    assert error.found.startswith(found)
    at = text.split("\n").index(f"\f{path}") + 1 + line
    assert (error.path, error.line) == ("Kconfig", at)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "no end"),
        ("\f\n", "0 Kconfig files without config RUST"),
        (FILE.removesuffix("\f\n"), "no end"),
        ("config A\n" + FILE, "config A"),
        (FILE + "config A\n", "config A"),
        (FILE + "\fz\n", "'\\x0cz'"),
        (f"\fb\n{EMPTY}\fa\n{EMPTY}\f\n", "a after b"),
        (f"\fa\n{EMPTY}\fa\n{EMPTY}\f\n", "a after a"),
        ("\f a\n\n\f\n", "'\\x0c a'"),
        (joined({k: v for k, v in PARTS.items() if k != "init/Kconfig"}), "5 Kconfig files without config RUST"),
    ],
)
def test_what_is_not_files_one_after_the_other_is_refused(text, found):
    """Without its end it was cut; the files are sorted, each once; and one of them defines RUST."""
    assert refused(text).found.startswith(found)


@pytest.mark.trees
def test_every_file_of_real_trees_is_read(trees):
    """How many options need Rust in each whole tree, as it was on 2026-11-28."""
    from datetime import datetime, timezone  # noqa: PLC0415

    from matrix.poll.tree import read_tree  # noqa: PLC0415
    from matrix.registry import data_folder, load  # noqa: PLC0415
    from matrix.trees import identify, open_tree  # noqa: PLC0415

    source = load(data_folder()).sources["linux-rust-options"]
    counted = {"6.1.176": 7, "6.12.107": 18, "7.1.13": 42, "7.2.6": 51}
    seen = 0
    for name, place in trees.items():
        if not name.startswith("linux-") or not (place / "drivers" / "Kconfig").is_file():
            continue
        tree = open_tree(place)
        revision = identify("linux", tree, None, tag="v{version}")
        read = read_tree(tree, revision, [source], datetime(2026, 11, 28, tzinfo=timezone.utc))
        assert read.failures == ()
        facts = read.snapshot.observations[0].reading.facts
        needing = {f.subject.rpartition(":")[2] for f in facts if f.attribute == "needs"}
        if revision.label in counted:
            assert len(needing) == counted[revision.label], sorted(needing)
        seen += 1
    if not seen:
        pytest.skip("none of the trees is whole: scripts/get-trees brings drivers/ too")
