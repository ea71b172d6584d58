"""data/packages.toml: what tools are called in each distribution, with a public source for every name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.errors import RegistryError
from matrix.machine.distribution import distribution
from matrix.registry import data_folder
from matrix.registry.packages import load_packages, read_packages

GOOD = """
[distribution.dune]
title = "Dune"
ids = ["dune"]
install = "sand {packages}"
checked = "2026-11-28"
note = ""
package.bindgen = { name = "b", source = "https://dune.example/b" }
[tool.bindgen]
otherwise = "cargo install bindgen-cli"
source = "https://kernel.example/"
"""


@pytest.fixture(scope="module")
def packages():
    """What is shipped."""
    return load_packages(data_folder())


def test_the_distributions_that_people_build_kernels_on(packages):
    """By their ids, and by those that they say they are like."""
    for id_, title in {
        "debian": "Debian",
        "ubuntu": "Ubuntu",
        "fedora": "Fedora",
        "arch": "Arch Linux",
        "alpine": "Alpine Linux",
        "opensuse-tumbleweed": "openSUSE",
        "gentoo": "Gentoo",
        "nixos": "Nix",
    }.items():
        assert packages.of([id_]).title == title
    assert packages.of(distribution("ID=kubuntu\nID_LIKE='ubuntu debian'\n").ids).title == "Ubuntu"
    assert packages.of(["plan9"]) is None


def test_every_tool_can_be_had_somewhere(packages):
    """A distribution names the tools that it packages, and each tool has a way that works anywhere."""
    needed = {"rustc", "rust-src", "rustfmt", "bindgen", "libclang", "clang", "lld", "gcc", "pahole"}
    assert packages.tools.keys() == needed
    for one in packages.distributions.values():
        assert one.package.keys() >= needed - {"rust-src"}


def test_no_source_is_a_registrys_own_host(packages):
    """Files and pages of projects, and of a distribution's index its name."""
    sources = {p.source for one in packages.distributions.values() for p in one.package.values()}
    assert not [source for source in sources if "//packages." in source or "//pkgs." in source]
    assert len(sources) > len(packages.distributions)


def test_a_good_file_is_read():
    """What may be missing is."""
    found, faults = read_packages(GOOD)
    assert faults == []
    assert found.of(["dune"]).cross == ""
    assert found.tools["bindgen"].exactly == ""


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("{packages}", "", "distribution.dune.install"),
        ("2026-11-28", "today", "distribution.dune.checked"),
        ("https://dune.example/b", "somewhere", "distribution.dune.package.bindgen.source"),
        ('["dune"]', '["Dune"]', "distribution.dune.ids"),
        ("package.bindgen", "package.saw", "distribution.dune.package.saw"),
        ("otherwise", "other", "tool.bindgen"),
        ("[tool.bindgen]", "[tool.bindgen", "packages.toml:"),
    ],
)
def test_a_fault_is_told_with_its_place(old, new, fault):
    """And all of a file at once."""
    _, faults = read_packages(GOOD.replace(old, new))
    assert any(fault in one for one in faults), faults


def test_an_id_means_one_distribution():
    """Whichever stands first would win without a word."""
    twice = GOOD.replace("[tool.bindgen]", GOOD.partition("[tool")[0].replace("distribution.dune", "distribution.erg") + "[tool.bindgen]")  # fmt: skip  # noqa: E501
    _, faults = read_packages(twice)
    assert any("distribution.erg.ids: found 'dune'" in fault for fault in faults)


def test_a_missing_file_is_a_fault_of_ours(tmp_path):
    """Not an empty list of packages."""
    with pytest.raises(RegistryError, match=r"packages\.toml"):
        load_packages(tmp_path)


@given(st.text(max_size=200))
def test_anything_gives_packages_or_faults(text):
    """And nothing else."""
    found, faults = read_packages(GOOD + text)
    assert faults or found.distributions
