"""What the project says of itself: its addresses in one place, and the files that are read by others' programs."""

from __future__ import annotations

import re
import runpy

import pytest
import yaml
from hatchling.metadata.plugin.interface import MetadataHookInterface

from matrix import __version__, project
from matrix.render import phrases
from tests.conftest import CHECKOUT

# The keys that the Citation File Format 1.2.0 asks for, and those of its others that are used here.
NEEDED = {"authors", "cff-version", "message", "title"}
USED = {"abstract", "keywords", "license", "repository-code", "type", "url", "version"}


def test_addresses_are_https_and_have_their_endings():
    """Or are not known yet: then nothing leads anywhere."""
    for address in (project.HOME, project.ISSUES, project.REPORTS):
        assert re.fullmatch(r"(https://[^\s/]+/\S*)?", address)
    assert not project.HOME.endswith("/")
    assert not project.REPORTS or project.REPORTS.endswith("/")


@pytest.mark.parametrize("address", ["", "https://example.org/issues"])
def test_whom_to_tell(monkeypatch, address):
    """The address where there is one; in every sentence."""
    monkeypatch.setattr(project, "ISSUES", address)
    assert phrases.wrong_words().endswith(f" to {address or 'the project that you have archmatrix from'}.")


def test_the_package_s_addresses_are_those(monkeypatch, tmp_path):
    """Read from the module as it lies, whichever package is installed; none where none is known."""
    hook = runpy.run_path(str(CHECKOUT / "hatch_build.py"))["Addresses"]
    assert issubclass(hook, MetadataHookInterface)
    (tmp_path / "matrix").mkdir()
    text = (CHECKOUT / "matrix" / "project.py").read_text("utf-8")
    for given, expected in ((text, project.HOME), (text.replace('HOME = ""', 'HOME = "https://example.org/a"'), None)):
        (tmp_path / "matrix" / "project.py").write_text(given, "utf-8")
        metadata: dict[str, dict[str, str]] = {}
        hook(str(tmp_path), {}).update(metadata)
        assert metadata["urls"].get("Homepage", "") == (expected if expected is not None else "https://example.org/a")
        assert all(metadata["urls"].values())


def test_the_citation_is_of_this_version():
    """Valid by its format's schema when it was written (cffconvert); its keys and its version are held here."""
    said = yaml.safe_load((CHECKOUT / "CITATION.cff").read_text("utf-8"))
    assert set(said) >= NEEDED
    assert set(said) <= NEEDED | USED
    assert (said["cff-version"], said["type"], said["version"]) == ("1.2.0", "software", __version__)
    assert said["license"] == ["Apache-2.0", "MIT"]
    assert said.get("repository-code", "") == project.HOME
