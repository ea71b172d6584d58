"""The text of sources.toml -> projects and sources."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from matrix.model import Source
from matrix.registry.sources import read_sources

GOOD = """
[project.llvm]
name = "LLVM"
tag = "llvmorg-{version}"
url.release = "https://host.test/{version}/{path}#L{line}"
url.prerelease = "https://host.test/{version}/{path}#L{line}"
url.head = "https://host.test/{commit}/{path}#L{line}"

[source.llvm-targets]
project = "llvm"
paths = ["llvm/CMakeLists.txt"]
extractor = "llvm_targets"
floor = 15
silence = "no"
"""


def faults(*change):
    return read_sources(GOOD.replace(*change))[1]


def test_a_source_has_its_keys_and_defaults():
    """What the file says, and one document, unbounded, for the rest."""
    read, none = read_sources(GOOD)
    assert none == []
    assert read.sources["llvm-targets"] == Source(
        id="llvm-targets",
        project="llvm",
        paths=("llvm/CMakeLists.txt",),
        extractor="llvm_targets",
        floor=15,
        silence="no",
    )
    assert read.ids == {"llvm-targets"}


def test_a_project_has_only_the_urls_that_it_gives():
    """A kind of revision without a template has no entry."""
    project = read_sources(GOOD)[0].projects["llvm"]
    assert sorted(project.url) == ["head", "prerelease", "release"]
    assert project.tag == "llvmorg-{version}"


def test_a_source_of_an_unknown_project_is_a_fault():
    """The fault lists the projects there are."""
    assert faults('project = "llvm"', 'project = "lvm"') == [
        "sources.toml: source.llvm-targets.project: found 'lvm', expected one of llvm"
    ]


def test_a_faulty_project_is_no_second_fault_in_its_sources():
    """One mistake, one line."""
    assert faults('name = "LLVM"', "") == [
        "sources.toml: project.llvm.name: found nothing, expected a text that is not empty"
    ]


def test_templates_hold_what_makes_a_link():
    """A URL without line or with an unknown hole, and a tag without version, are faults."""
    assert len(faults("#L{line}", "")) == 3
    assert faults("llvmorg-{version}", "llvmorg") == [
        "sources.toml: project.llvm.tag: found 'llvmorg', expected a text with {version}"
    ]
    assert len(faults("{commit}", "{sha}")) == 1


def test_words_of_silence_are_closed():
    """Silence means no, or it means unknown."""
    assert faults('"no"', '"maybe"') == [
        "sources.toml: source.llvm-targets.silence: found 'maybe', expected 'no' or 'unknown'"
    ]


@given(st.text())
def test_any_text_gives_sources_or_faults(text):
    """No text raises."""
    read, found = read_sources(text)
    assert found or not read.sources


def test_an_upstream_is_https_and_its_versions_have_one_group():
    """A repository without https, or a pattern that names no version, is a fault with its place."""
    text = """
        [project.a]
        name = "A"
        tag = "v{version}"
        url.release = "https://a.example/{path}#{line}"
        url.prerelease = "https://a.example/{path}#{line}"
        url.head = "https://a.example/{path}#{line}"

        [upstream.a]
        project = "b"
        urls = ["http://a.example/a.git"]
        versions = 'v[0-9]+'

        [source.a]
        project = "a"
        paths = ["a"]
        extractor = "a"
        floor = 1
    """
    _, faults = read_sources(text)
    assert len(faults) == 2
    assert any(fault.startswith("sources.toml: upstream.a.urls: found") for fault in faults)
    assert any(fault.startswith("sources.toml: upstream.a.versions: found") for fault in faults)
