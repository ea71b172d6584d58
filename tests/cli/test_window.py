"""`archmatrix window`, `distros`, and --distro."""

from __future__ import annotations

import json

import pytest

from matrix.cli import surroundings
from matrix.registry.distros import read_distros

SAND = """
[distro.sand-1]
title = "Sand 1"
aliases = ["sandy"]
repository = "its archive"
day = "2026-11-21"
basis = "read"
cc = "gcc"
tool.kernel = { version = "7.1", source = "a/b" }
tool.rustc = { version = "1.85.1", source = "a/b" }
tool.bindgen = { version = "0.71.1", source = "a/b" }
tool.gcc = { version = "14.2.0", source = "a/b" }
tool.clang = { version = "19.1.7", source = "a/c" }
arch.amd64 = { variants = ["x86_64"] }
arch.i386 = { variants = ["x86_32"], lacks = ["kernel"] }
arch.riscv64 = { variants = ["riscv64"] }
arch.old64 = { variants = ["arm64"], other = { bindgen = "0.60.0" } }
arch.bare64 = { variants = ["arm64"], lacks = ["bindgen"] }
"""


@pytest.fixture
def sand(monkeypatch):
    """A distribution of which every corner is known."""
    monkeypatch.setattr(surroundings, "distros", lambda known: read_distros(SAND, known.variants)[0])


def row(out: str, name: str) -> list[str]:
    """The words of a row."""
    return next(line.split() for line in out.split("\n") if line.split()[:1] == [name])


def narrow(out: str) -> bool:
    return max(map(len, out.split("\n"))) <= 80


# --- tools ask for kernels --------------------------------------------------------------------------------------------


def test_tools_have_a_row_a_variant_and_a_column_a_kernel(run):
    """What stands in the way is below, once for all that have it."""
    said = run("window", "--rustc", "1.85.0", "--bindgen", "0.71.1", "--cc", "clang-19", "riscv64", "m68k-classic")
    assert (said.code, said.err) == (1, "")
    heads = next(line for line in said.out.split("\n") if "7.1.13" in line).split()
    assert heads[:3] == ["6.1.4", "6.1.176", "6.12.8"]
    cells = dict(zip(heads, row(said.out, "riscv64")[1:], strict=True))
    assert (cells["6.1.176"], cells["6.12.107"], cells["7.2.6"]) == ("no", "yes", "yes")
    assert set(row(said.out, "m68k-classic")[1:]) == {"no"}
    assert "no: m68k-classic: " in said.out
    assert narrow(said.out)
    tools = ("--rustc", "1.85.0", "--bindgen", "0.71.1", "--cc", "clang-19")
    told = json.loads(run("window", *tools, "riscv64", "m68k-classic", "--json").out)
    # Every column's evidence leads to its own release.
    cells = {cell["column"]: cell for cell in told["rows"][1]["cells"]}
    assert all(
        cells[kernel]["evidence"][0]["url"].endswith(f"?h=v{kernel}") for kernel in ("6.12.107", "7.1.13", "7.2.6")
    )


def test_a_named_kernel_is_the_only_column(run):
    """All yes is exit 0, some no 1, and what was not read cannot be told."""
    tools = ("--rustc", "1.85.0", "--cc", "gcc-14")
    assert run("window", *tools, "--kernel", "7.1", "x86_64", "arm64").code == 0
    assert run("window", *tools, "--kernel", "7.1", "x86_64", "riscv64").code == 1
    said = run("window", *tools, "--kernel", "7.9", "x86_64")
    assert said.code == 3
    assert "7.2.6 says yes" in said.out


def test_rows_without_a_yes_are_counted(run):
    """And those with one are there."""
    said = run("window", "--rustc", "1.85.0", "--kernel", "7.1", "--cc", "clang-19")
    assert said.code == 1
    assert row(said.out, "arm64")[1] == "yes"
    assert row(said.out, "arm-v7")[1:] == ["yes,", "if"]
    assert "yes, if: arm-v7: !KASAN" in said.out
    assert "other variants: no" in said.out
    assert "m68k" not in said.out


def test_an_unread_rustc_is_inferred_or_open(run):
    """Between two that were read, as everywhere."""
    said = run("window", "--rustc", "1.88", "--kernel", "6.12.8", "arm64")
    assert said.code == 3
    assert "?: arm64: rustc 1.85.1 says yes; rustc 1.90.0 says no" in said.out


def test_before_anything_was_known_nothing_can_be_told(run):
    """As of then there was no kernel to ask about."""
    said = run("window", "--rustc", "1.85.0", "--as-of", "2020-01-01")
    assert said.code == 3
    assert "no release of Linux is known" in said.out


# --- a kernel asks for tools ------------------------------------------------------------------------------------------


def test_a_kernel_alone_shows_which_tools_it_takes(run):
    """Each with its line upstream."""
    said = run("window", "--kernel", "7.1.13", "riscv64")
    assert (said.code, said.err) == (0, "")
    assert "rustc         at least 1.85.0 (scripts/min-tool-version.sh:34)" in said.out
    assert "riscv64: rustc <= 1.95.0: only if CC_IS_CLANG; rustc > 1.95.0: not read" in said.out
    assert narrow(said.out)


def test_a_variant_for_which_no_tool_will_do_is_a_no(run):
    """With what stands in the way."""
    said = run("window", "--kernel", "7.1.13", "riscv64", "m68k-classic")
    assert said.code == 1
    assert "m68k-classic: no tools will do: kernel: arch/m68k/Kconfig does not select" in said.out


def test_a_pinned_kernel_says_so(run):
    """Linux 6.1 promises nothing of another rustc."""
    said = run("window", "--kernel", "6.1.176", "x86_64")
    assert "rustc         exactly 1.62.0" in said.out
    assert "x86_64: rustc = 1.62.0 alone" in said.out


def test_known_bugs_are_in_the_words_of_versions(run):
    """A probe that decides is said."""
    said = run("window", "--kernel", "7.2.6", "x86_64")
    words = " ".join(said.out.split())
    assert "warns of bindgen < 0.72.1 with libclang >= 22.0.0: a bug that the kernel knows of; a probe" in words


def test_a_kernel_that_was_not_read_takes_what_is_not_known(run):
    """Exit 3."""
    said = run("window", "--kernel", "7.9")
    assert said.code == 3
    assert "what it asks for was not read" in said.out


# --- distributions ----------------------------------------------------------------------------------------------------


def test_a_distribution_has_a_row_an_architecture_and_a_column_a_compiler(run, sand):
    """Its own kernel's first. An architecture is yes with one of them; without a kernel it is not counted."""
    said = run("window", "--distro", "sand-1", "amd64", "riscv64", "i386")
    assert (said.code, said.err) == (0, "")
    assert row(said.out, "GCC") == ["GCC", "14.2.0", "clang", "19.1.7"]
    assert row(said.out, "amd64")[1:3] == ["yes", "yes"]
    assert row(said.out, "riscv64")[1:3] == ["no", "yes"]
    assert row(said.out, "i386")[1:3] == ["-", "-"]
    assert "not counted" in said.out
    assert "note: Sand 1: versions read from its package index of 2026-11-21" in said.out
    assert narrow(said.out)


def test_what_differs_on_one_architecture_is_asked_there(run, sand):
    """An older bindgen there is a no, and so is none."""
    said = run("window", "--distro", "sandy")
    assert said.code == 1
    words = " ".join(said.out.split())
    assert "no: old64: kernel: Linux 7.1.13 needs bindgen >= 0.71.1, and 0.60.0 was named" in words
    assert "no: bare64: the distribution has no bindgen there" in words


def test_what_is_named_comes_before_the_distributions(run, sand):
    """A newer bindgen helps both; one compiler leaves one column; another kernel is asked everywhere."""
    said = run("window", "--distro", "sand-1", "--bindgen", "0.72.1", "--cc", "clang", "--kernel", "7.2")
    assert row(said.out, "clang") == ["clang", "19.1.7"]
    assert row(said.out, "old64")[1] == row(said.out, "bare64")[1] == "yes"
    assert row(said.out, "i386")[1] == "no"


def test_an_architecture_is_found_by_what_a_name_means(run, sand):
    """And another name is told which there are."""
    assert "riscv64" in run("window", "--distro", "sand-1", "riscv64gc-unknown-linux-gnu").out
    said = run("window", "--distro", "sand-1", "s390x")
    assert (said.code, said.out) == (2, "")
    assert "sand-1: found 's390x', expected one of its own: amd64, i386" in said.complaint


@pytest.mark.parametrize("command", [["is", "amd64"], ["table"], ["why", "amd64"], ["window"], ["distros"]])
def test_an_unknown_distribution_is_exit_2_with_the_nearest(run, sand, command):
    """Of every command that takes one."""
    option = ["sand-2"] if command == ["distros"] else ["--distro", "sand-2"]
    said = run(*command, *option)
    assert (said.code, said.out) == (2, "")
    assert "--distro: found 'sand-2', expected a name such as sand-1" in said.complaint


def test_is_and_why_share_the_expansion(run, sand):
    """Kernel, rustc, bindgen and C compiler are the distribution's; what another option names is not."""
    said = run("is", "amd64", "--distro", "sandy", "--json")
    told = json.loads(said.out)
    assert told["versions"]["linux"]["version"] == "7.1.13"
    assert told["named"]["rust"] == "1.85.1"
    assert (told["named"]["cc"], told["named"]["bindgen"]) == ("gcc 14.2.0", "0.71.1")
    told = json.loads(run("is", "amd64", "--distro", "sandy", "--kernel", "7.2", "--cc", "clang", "--json").out)
    assert (told["versions"]["linux"]["version"], told["named"]["cc"]) == ("7.2.6", "clang 19.1.7")
    assert "note: Sand 1: versions read" in run("why", "amd64", "--distro", "sandy").out


def test_is_asks_with_what_one_architecture_has(run, sand):
    """By the distribution's own name of it."""
    told = json.loads(run("is", "amd64", "--distro", "sandy", "--json").out)
    assert told["named"]["bindgen"] == "0.71.1"
    # old64 is no name of ours: its variant is asked about by the name of the kernel.
    assert run("is", "arm64", "--distro", "sandy").code == 0


def test_debian_13_is_one_command(run):
    """As shipped: each of its architectures by its own name."""
    said = run("window", "--distro", "debian-13", "amd64", "i386", "riscv64", "s390x")
    assert said.code == 1
    assert row(said.out, "amd64")[1:3] == ["yes", "yes"]
    assert row(said.out, "riscv64")[1:3] == ["no", "yes"]
    assert row(said.out, "s390x")[1:3] == ["no", "no"]
    assert narrow(said.out)


# --- other formats ----------------------------------------------------------------------------------------------------


def test_json_has_all_that_text_has(run, sand):
    """Cells by column, null where there is nothing to ask."""
    told = json.loads(run("window", "--distro", "sand-1", "riscv64", "i386", "--json").out)
    assert (told["distro"], told["columns"], told["exit_code"]) == ("sand-1", ["GCC 14.2.0", "clang 19.1.7"], 0)
    i386, riscv64 = told["rows"]
    assert (i386["answer"], i386["cells"]) == (None, [])
    cell = next(cell for cell in riscv64["cells"] if cell["column"] == "GCC 14.2.0")
    assert (riscv64["answer"], cell["answer"], cell["rung"]) == ("yes", "no", "kernel")
    assert cell["evidence"][0]["path"] == "arch/riscv/Kconfig"
    told = json.loads(run("window", "--kernel", "7.1.13", "riscv64", "--json").out)
    rustc = told["tools"][0]
    (needed,) = rustc["needs"]
    assert (rustc["tool"], needed["version"], needed["exactly"]) == ("rustc", "1.85.0", False)
    assert needed["evidence"][0]["url"].endswith("min-tool-version.sh?h=v7.1.13#n34")
    assert told["groups"][0]["window"][0]["condition"] == "CC_IS_CLANG"


def test_markdown_has_footnotes_and_links(run, sand):
    """A page as the others."""
    said = run("window", "--distro", "sand-1", "riscv64", "--format", "markdown")
    assert "| riscv64        | riscv64    | no [^1]      | yes            |" in said.out
    assert "[^1]: no: kernel: HAVE" in said.out
    said = run("window", "--kernel", "7.1.13", "riscv64", "m68k-classic", "--format", "markdown")
    assert "- rustc: at least 1.85.0 ([`scripts/min-tool-version.sh:34`](<https://" in said.out
    assert "- m68k-classic: no tools will do" in said.out


def test_distros_lists_all_and_shows_one(run, sand):
    """A version that no public file says is a question mark."""
    said = run("distros")
    assert (said.code, said.err) == (0, "")
    assert row(said.out, "sand-1") == ["sand-1", "7.1", "1.85.1", "0.71.1", "?", "14.2.0", "19.1.7", "?"]
    one = run("distros", "sandy").out
    assert "read from its package index of 2026-11-21: its archive" in one
    assert "clang          19.1.7  a/c" in one
    assert "i386           x86_32; no kernel" in one
    assert "old64          arm64; bindgen 0.60.0" in one
    assert _lacks(json.loads(run("distros", "sandy", "--json").out), "i386") == ["kernel"]
    assert [d["id"] for d in json.loads(run("distros", "--json").out)["distros"]] == ["sand-1"]


def test_the_shipped_list_fits_80_columns(run):
    """As a terminal has."""
    said = run("distros")
    assert narrow(said.out)
    assert "debian-13" in said.out


def _lacks(told, name):
    """What the one distribution lacks on an architecture."""
    (one,) = told["distros"]
    return next(arch["lacks"] for arch in one["arches"] if arch["name"] == name)
