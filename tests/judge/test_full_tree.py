"""A handful of configurations of real kernels: conf, built from each whole tree, says what we say."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts/kconfig-judge"
VARIABLE = "ARCHMATRIX_FULL_TREES"


@pytest.fixture(scope="module")
def full_trees():
    """Whole kernel trees, by name; the test is skipped where the variable names no folder with one."""
    folder = Path(os.environ.get(VARIABLE, ""))
    if not os.environ.get(VARIABLE) or not folder.is_dir():
        pytest.skip(f"no whole kernel trees: set {VARIABLE} to a folder with linux-7.1.13, ...")
    found = [p for p in sorted(folder.glob("linux-*")) if (p / "scripts/kconfig/internal.h").is_file()]
    if not found:
        pytest.skip(f"{folder}: no linux-* of 6.12 or newer")
    return found


@pytest.mark.slow
@pytest.mark.trees
def test_conf_and_we_agree(full_trees, tmp_path):
    """Six configurations with each compiler, for a port with Rust and one without."""
    for tree in full_trees:
        words = ["--tree", tree, "--variant", "riscv64", "--variant", "m68k-classic", "--count", "6", "--read-trees"]
        done = subprocess.run(
            [sys.executable, "-B", SCRIPT, *words, "--keep", tmp_path / tree.name],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        made = list((tmp_path / tree.name).glob("*/riscv64-*/set*/*.config"))
        assert len(made) >= 12
