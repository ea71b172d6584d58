"""A tree's own check is run as make runs it, and what it says is told apart from what it could not do."""

from __future__ import annotations

import pytest

from matrix.machine.availability import script_says
from matrix.machine.tools import Installed
from matrix.model import Evidence, Truth
from matrix.operations.doctor.agreement import agreements
from matrix.query.diagnosis import Build, Judged, Right
from matrix.registry import data_folder, load
from tests.machine.made import IMPATIENT, PATIENT

GIVEN = {"RUSTC": "rustc", "BINDGEN": "bindgen", "CC": "clang", "ARCH": "x86_64", "SRCARCH": "x86"}


@pytest.fixture
def tree(tmp_path):
    """A tree with a script of its own and what every such script asks."""

    def make(script, **others):
        folder = tmp_path / "linux/scripts"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "rust_is_available.sh").write_text(script)
        (folder / "min-tool-version.sh").write_text("")
        for name, text in others.items():
            (folder / name).write_text(text)
        return tmp_path / "linux"

    return make


def test_it_gets_what_the_makefile_gives(bench, tree):
    """At the top of the tree, with the tools' names, LC_ALL unset and RUSTC_BOOTSTRAP set; nothing of ours besides."""
    where = tree('echo "*** $RUSTC $BINDGEN $CC $ARCH $SRCARCH $srctree $RUSTC_BOOTSTRAP $LC_COLLATE [$LC_ALL$TOKEN]" >&2; pwd >&2')  # fmt: skip  # noqa: E501
    said = script_says(bench.machine(environment={"TOKEN": "x", "LC_ALL": "de"}, limits=PATIENT), where, GIVEN)
    assert said.content
    assert said.words == ("rustc bindgen clang x86_64 x86 . 1 C []", str(where.resolve()))


def test_what_it_refuses_is_told_without_its_stars(bench, tree):
    """With the versions that it names."""
    script = (
        'echo "***" >&2; echo "*** Rust compiler \'rustc\' is too old." >&2\n'
        'echo "***   Your version:    1.63.0" >&2; echo "***   Minimum version: 1.85.0" >&2; exit 1\n'
    )
    said = script_says(bench.machine(limits=PATIENT), tree(script), GIVEN)
    assert (said.content, said.unable) == (False, "")
    assert said.words[0] == "Rust compiler 'rustc' is too old."
    assert said.versions == (("Your version", "1.63.0"),)


def test_a_tree_that_is_not_whole_says_nothing(bench, tree, tmp_path):
    """Without what the script calls beside itself it fails for a reason that is not the tools'."""
    where = tree('$(dirname $0)/cc-version.sh $CC; "$BINDGEN" $(dirname $0)/probe.h; exit 1')
    said = script_says(bench.machine(limits=PATIENT), where, GIVEN)
    assert said.unable == "the tree is not whole: scripts/cc-version.sh is not there"
    assert script_says(bench.machine(limits=PATIENT), tmp_path, GIVEN).unable.startswith("scripts/rust_is_available")


def test_a_script_that_hangs_is_ended(bench, tree, forever):
    """And says nothing."""
    said = script_says(bench.machine(limits=IMPATIENT), tree(forever), GIVEN)
    assert said.unable == "scripts/rust_is_available.sh did not end within 3 s"


# --- who is right ---------------------------------------------------------------------------------------------------

STANDS = (Evidence(project="linux", revision="7.2.6", path="scripts/x", line=1, says="x"),)


@pytest.fixture
def sides(bench, tree):
    """What the script says beside what we hold: the script's text, whether bindgen suits, whether the build does."""

    def compared(script, *, bindgen=Truth.YES, build=Truth.YES, beyond=False):
        tools = {n: Installed(name=n, path=f"/b/{n}", version="1.0", called=n) for n in ("rustc", "bindgen", "clang")}
        tools["gcc"] = Installed(name="gcc")
        judged = [
            Judged(tool=tools["bindgen"], truth=bindgen, because="too old"),
            Judged(tool=tools["rustc"], truth=Truth.NO if beyond else Truth.YES, because="refuses", beyond=beyond),
        ]
        made = Build(variant="x86_64", cc="clang", truth=build, because="refuses", evidence=STANDS)
        variant = load(data_folder()).variants["x86_64"]
        (one,) = agreements(bench.machine(limits=PATIENT), tree(script), variant, tools, judged, [made])
        return one

    return compared


def test_both_agree(sides):
    """On yes and on no."""
    assert sides("exit 0").right is Right.BOTH
    assert sides("exit 1", bindgen=Truth.NO, build=Truth.NO).right is Right.BOTH


def test_the_script_decides_what_kconfig_offers(sides):
    """It looks at the tools, we at their versions."""
    one = sides("exit 0", bindgen=Truth.NO, build=Truth.NO)
    assert (one.right, one.reasons) == (Right.SCRIPT, ("bindgen: too old",))
    one = sides("exit 1")
    assert (one.right, one.reasons) == (Right.SCRIPT, ())


def test_a_toolchain_of_the_trees_own_is_seen(sides):
    """The script runs in the tree, where another rustc may be set."""
    one = sides('echo "***   Your version:    0.9.0" >&2; exit 1')
    assert (one.right, "0.9.0 in the tree" in one.because) == (Right.SCRIPT, True)


def test_a_build_that_fails_all_the_same(sides):
    """The script asks less than the build does: there we are right."""
    one = sides("exit 0", build=Truth.NO, beyond=True)
    assert (one.right, one.reasons) == (Right.OURS, ("refuses",))


def test_a_script_that_could_not_run_leaves_it_open(sides):
    """Nobody is right."""
    assert sides("$(dirname $0)/gone.sh").right is Right.UNKNOWN
