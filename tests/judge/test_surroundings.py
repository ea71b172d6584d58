"""The environment of conf, and which trees it can be built from."""

from __future__ import annotations

import pytest
from judge import build as building
from judge.build import JudgeError, build, check, version
from judge.cells import cells, defconfigs, played
from judge.surroundings import clang_target, environment, srcarch
from judge.tools import Tools

from matrix.registry import data_folder, load

CLANG = "CLANG_TARGET_FLAGS_x86\t:= x86_64-linux-gnu\nCLANG_TARGET_FLAGS_um := $(CLANG_TARGET_FLAGS_$(SUBARCH))\n"


@pytest.fixture
def tree(tmp_path):
    """What the parts look at of a kernel tree, by hand."""
    root = tmp_path / "linux"
    for path, text in {
        "Makefile": "# SPDX\nVERSION = 9\nPATCHLEVEL = 8\nSUBLEVEL = 7\nEXTRAVERSION = -rc1\nNAME = x\n",
        "Kconfig": "",
        "drivers/Kconfig": "",
        "scripts/Kconfig.include": "",
        "scripts/Makefile.clang": CLANG,
        "scripts/include/list.h": "",
        "scripts/kconfig/conf.c": "",
        "scripts/kconfig/internal.h": "",
        "arch/x86/Kconfig": "config X86\n\tselect HAVE_RUST if X86_64\n",
        "arch/x86/configs/i386_defconfig": "# CONFIG_64BIT is not set\n",
        "arch/x86/configs/x86_64_defconfig": "CONFIG_64BIT=y\n",
        "arch/um/Kconfig": "",
        "arch/parisc/Kconfig": "",
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


def test_the_version_is_the_makefiles(tree):
    """With what a candidate has behind it."""
    assert version(tree) == "9.8.7-rc1"
    (tree / "Makefile").write_text("VERSION = 6\nPATCHLEVEL = 18\nSUBLEVEL =\nEXTRAVERSION =\n")
    assert version(tree) == "6.18"


@pytest.mark.parametrize("text", ["", "PATCHLEVEL = 1\n"])
def test_no_version_is_told(tree, text):
    """A folder that is no kernel."""
    (tree / "Makefile").write_text(text)
    with pytest.raises(JudgeError, match="expected VERSION and PATCHLEVEL"):
        version(tree)


def test_a_part_of_a_tree_is_refused_with_what_is_missing(tree):
    """scripts/get-trees brings one, and it has no drivers/."""
    check(tree)
    (tree / "drivers/Kconfig").unlink()
    with pytest.raises(JudgeError, match="no drivers/Kconfig: expected a whole kernel tree") as caught:
        check(tree)
    assert caught.value.code == 2


def test_missing_programs_are_named_with_their_packages(tree, tmp_path, monkeypatch):
    """Before anything is copied."""
    monkeypatch.setattr(building.shutil, "which", lambda name: None if name == "bison" else f"/usr/bin/{name}")
    with pytest.raises(JudgeError, match="without bison: apt install bison"):
        build(tree, tmp_path / "out")


def test_make_is_told_the_ports_names(tree, tmp_path):
    """ARCH, SRCARCH and, of um, the host."""
    around = environment(tree, "x86_64", Tools(), tmp_path)
    assert (around["ARCH"], around["SRCARCH"], around["KERNELVERSION"]) == ("x86_64", "x86", "9.8.7-rc1")
    assert (around["CC"], around["CLANG_FLAGS"], around["PAHOLE_VERSION"]) == ("gcc", "", "130")
    assert around["PATH"].startswith(f"{tmp_path}:")
    assert environment(tree, "um", Tools(), tmp_path, subarch="i386")["HEADER_ARCH"] == "x86"
    assert environment(tree, "um", Tools(pahole=""), tmp_path)["PAHOLE_VERSION"] == "0"
    assert srcarch("sparc64") == "sparc"


def test_clang_wants_a_target(tree, tmp_path):
    """scripts/Makefile.clang has one, or stops."""
    assert clang_target(tree, "um", "x86") == "x86_64-linux-gnu"
    clang = Tools(cc="clang", cc_version="19.1.7")
    around = environment(tree, "x86_64", clang, tmp_path)
    assert around["CLANG_FLAGS"].startswith("--target=x86_64-linux-gnu -fintegrated-as ")
    assert (around["LD"], around["LLVM"]) == ("ld.lld", "1")
    gas = environment(tree, "x86_64", Tools(cc="clang", cc_version="19.1.7", gas=True), tmp_path)
    assert " -fno-integrated-as " in gas["CLANG_FLAGS"]
    with pytest.raises(JudgeError, match="has no target for parisc"):
        environment(tree, "parisc", clang, tmp_path, subarch="parisc")
    with pytest.raises(JudgeError, match="no arch/alpha/Kconfig"):
        environment(tree, "alpha", Tools(), tmp_path)


def test_cells_are_the_variants_that_the_kernel_has(tree):
    """Each with every compiler that can build it."""
    registry = load(data_folder())
    found = {cell.name: cell for cell in cells(registry, tree)}
    assert {"x86_64-gcc", "x86_64-clang", "x86_32-clang", "um-x86_64-clang", "parisc32-gcc"} <= found.keys()
    assert not {"parisc32-clang", "um-i386-clang", "alpha-gcc"} & found.keys()
    assert found["x86_64-gcc"].rust
    assert not found["parisc32-gcc"].rust
    assert len(played(found["x86_64-gcc"])) == 3
    assert len(played(found["parisc32-gcc"])) == 1
    assert [c.name for c in cells(registry, tree, only=["x86_64"])] == ["x86_64-gcc", "x86_64-clang"]


def test_the_defconfig_that_fits_comes_first(tree):
    """By how many of the variant's symbols it names as wanted."""
    assert defconfigs(tree, "x86_64", {"64BIT": "y"})[0].name == "x86_64_defconfig"
    assert defconfigs(tree, "i386", {"64BIT": "n"})[0].name == "i386_defconfig"
