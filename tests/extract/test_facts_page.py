"""docs/facts.md says of every extractor what it says."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from matrix.extract import gate
from matrix.registry import data_folder, load
from tests.extract.corpus import CORPUS

SCRIPT = Path(__file__).parents[2] / "scripts" / "document-facts"


def test_the_page_is_made_of_what_the_extractors_say():
    """It is written by scripts/document-facts, and by nobody else."""
    assert subprocess.run([sys.executable, SCRIPT, "--check"], check=False).returncode == 0


@pytest.mark.parametrize("name", sorted(CORPUS))
def test_every_attribute_is_said(name):
    """`rustc-flag:library` and `check#2` are said with what stands before the mark."""
    source = next(s for s in load(data_folder()).sources.values() if s.extractor == name)
    emits = import_module(f"matrix.extract.{name}").EMITS
    facts = [fact for path, text in CORPUS[name] for fact in gate.read(source, path, text.encode()).facts]
    assert {a for f in facts if (a := re.split("[:#]", f.attribute)[0]) not in emits} == set()
