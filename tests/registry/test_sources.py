"""The text of sources.toml -> projects and sources."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.model import SelfDescription, Source
from matrix.registry.sources import read_sources, unknown_arches

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


SITE = (
    GOOD
    + """
[upstream.llvm]
project = "llvm"
urls = ["https://host.test/llvm.git"]
versions = 'llvmorg-([0-9.]+)'
feeds.releases = "https://host.test/releases.atom"
api = "https://api.host.test"
repository = "llvm/llvm-project"
milestones = true
checks = true
labels.arm64 = ["backend:AArch64"]
labels.x86 = ["backend:X86", "x 86"]
"""
)


@pytest.mark.parametrize(
    ("url", "taken"),
    [
        ("http://127.0.0.1:8080/a.git", True),
        ("http://localhost/a.git", True),
        ("http://[::1]:8080/a.git", True),
        ("http://localhost.example/a.git", False),
        ("http://127.0.0.1.example/a.git", False),
        ("ftp://localhost/a.git", False),
    ],
)
def test_this_machine_may_be_an_upstream_without_tls(url, taken):
    """A mirror of one's own, as docs/polling.md has it; what only looks like this machine is another."""
    _, faults = read_sources(SITE.replace("https://host.test/llvm.git", url))
    assert [fault.startswith("sources.toml: upstream.llvm.urls: ") for fault in faults] == [True] * (not taken)


def site_faults(*change):
    return read_sources(SITE.replace(*change))[1]


def test_what_a_project_says_of_itself_is_asked_where_data_says():
    """Feeds, the API, and labels in the order of the file; without these keys nothing is asked."""
    read, none = read_sources(SITE)
    assert none == []
    assert read.upstreams["llvm"].site == SelfDescription(
        releases="https://host.test/releases.atom",
        api="https://api.host.test",
        repository="llvm/llvm-project",
        milestones=True,
        checks=True,
        labels=(("arm64", "backend:AArch64"), ("x86", "backend:X86"), ("x86", "x 86")),
    )
    read, none = read_sources(SITE[: SITE.index("feeds.")])
    assert (read.upstreams["llvm"].site, none) == (SelfDescription(), [])


def test_what_is_asked_of_an_api_needs_one():
    """And an API needs to be told of which repository."""
    place = "sources.toml: upstream.llvm"
    assert site_faults('api = "https://api.host.test"\n', "") == [
        f"{place}.{key}: found no api, expected one, which is asked for it"
        for key in ("repository", "milestones", "checks", "labels")
    ]
    assert site_faults('repository = "llvm/llvm-project"\n', "") == [
        f"{place}.repository: found nothing, expected OWNER/NAME, which api is asked for"
    ]


def test_addresses_are_https_and_labels_can_be_searched_for():
    """No other scheme, nobody's name and password, no query, no quotation mark."""
    for bad in ("http://host.test/a", "https://me:word@host.test/a", "https://host.test/a?b", "https://[", "a.atom"):
        assert len(site_faults("https://host.test/releases.atom", bad)) == 1
        assert len(site_faults("https://api.host.test", bad)) == 1
    assert len(site_faults('"backend:X86"', """'a"b'""")) == 1
    assert len(site_faults('["backend:AArch64"]', "[]")) == 1
    assert len(site_faults("llvm/llvm-project", "llvm")) == 1


def test_the_token_is_for_one_host():
    """A second API would get it too."""
    second = SITE.split("[upstream.llvm]")[1].replace("api.host.test", "evil.test")
    _, found = read_sources(f"{SITE}\n[upstream.more]{second}")
    assert found == [
        "sources.toml: upstream.more.api: found 'evil.test', expected 'api.host.test', which the token is for"
    ]


def test_labels_are_of_arches():
    """Of those that arches.toml has; each is named once."""
    read, _ = read_sources(SITE)
    assert unknown_arches(read, ("arm64", "x86")) == []
    assert unknown_arches(read, ("arm64",)) == [
        "sources.toml: upstream.llvm.labels: found 'x86', expected an arch of arches.toml"
    ]
