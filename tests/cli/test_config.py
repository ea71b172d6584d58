"""`archmatrix config` and `is --set` on the shipped facts: exit codes, what is printed, and what is refused."""

from __future__ import annotations

import gzip
import io
import json
import lzma

import pytest

from matrix.cli import surroundings
from matrix.dotconfig import MOST_BYTES
from matrix.machine import dotconfig_file
from matrix.registry.distros import read_distros

HEAD = "#\n# Automatically generated file; DO NOT EDIT.\n# Linux/{arch} {version} Kernel Configuration\n#\n"
X86 = "X86=y 64BIT=y X86_64=y CC_IS_GCC=y GCC_VERSION=140200 CLANG_VERSION=0 MODULES=y PAHOLE_VERSION=130"
BLOCKED = "X86=y 64BIT=y X86_64=y CC_IS_GCC=y GCC_VERSION=140200 MODULES=y MODVERSIONS=y RUSTC_VERSION=0"


def written(settings, arch="x86", version="6.12.107"):
    lines = [f"CONFIG_{one}" for one in settings.split()]
    return HEAD.format(arch=arch, version=version) + "\n".join([*lines, ""])


@pytest.fixture
def config(tmp_path):
    """A file with these settings, and its name."""

    def make(settings, name=".config", **header):
        place = tmp_path / name
        place.write_text(written(settings, **header), encoding="utf-8")
        return str(place)

    return make


def test_a_blocked_configuration_is_exit_1_with_the_line_and_what_to_paste(run, config):
    """On a screen: the clause, its values and place, the commands, what stays open."""
    said = run("config", config(BLOCKED))
    assert (said.code, said.err) == (1, "")
    words = " ".join(said.out.split())
    assert "blocked: CONFIG_RUST cannot be turned on" in words
    assert "!MODVERSIONS, with MODVERSIONS=y (init/Kconfig:1973)" in words
    assert "scripts/config --disable MODVERSIONS --enable RUST && make olddefconfig" in words
    assert "RUST_IS_AVAILABLE (rustc, bindgen and libclang are there and suit): make rustavailable" in words
    assert len(said.out.splitlines()) <= 20


@pytest.mark.parametrize(
    ("settings", "version", "state", "code"),
    [
        (X86, "6.12.107", "possible", 0),
        (f"{X86} RUST=y", "7.1.13", "on", 0),
        (BLOCKED, "6.12.107", "blocked", 1),
        (X86, "6.12.50", "possible", 0),  # alike in the releases beside it
        (BLOCKED, "6.12.50", "blocked", 1),
        (X86, "9.9.9", "unknown", 3),  # newer than all that was read
    ],
)
def test_the_exit_code_follows_the_state(run, config, settings, version, state, code):
    """0 on or possible, 1 blocked, 3 cannot tell."""
    said = run("config", config(settings, version=version), "--json")
    assert (said.code, json.loads(said.out)["state"]) == (code, state)


def test_json_is_whole(run, config):
    """Every clause with its place, value and values; the settings as commands and as a fragment."""
    found = json.loads(run("config", config(BLOCKED), "--json").out)
    (clause,) = found["blocked_by"]
    assert {k: clause[k] for k in ("clause", "value", "values")} == {
        "clause": "!MODVERSIONS",
        "value": "n",
        "values": [{"symbol": "MODVERSIONS", "value": "y"}],
    }
    assert [(line["path"], line["line"]) for line in clause["evidence"]] == [("init/Kconfig", 1973)]
    assert found["variant_ids"] == ["x86_64"]
    assert found["changes"][0]["settings"] == [{"symbol": "MODVERSIONS", "value": "n"}]
    assert found["changes"][0]["fragment"] == "# CONFIG_MODVERSIONS is not set\nCONFIG_RUST=y\n"
    (needed,) = found["rustc"].pop("needs")
    assert found["rustc"] == {"assumed": "1.95.0", "because": "newest", "recorded": None}
    assert needed["text"] == "rustc >= 1.78.0"
    assert [gate["value"] for gate in found["declared_by"]] == ["y"]


def test_an_architecture_that_says_no_has_no_settings_and_names_the_kernel_that_does(run, config):
    """s390 has Rust since 7.2."""
    said = run("config", config("S390=y 64BIT=y CC_IS_GCC=y", arch="s390"))
    words = " ".join(said.out.split())
    assert said.code == 1
    assert "no file of arch/s390 selects HAVE_RUST in Linux 6.12.107: no setting changes that" in words
    assert "Linux 7.2.6 has it if !EXPOLINE (arch/s390/Kconfig:247)" in words
    assert "possible by" not in words


def test_another_compiler_is_named_with_the_command_that_has_it(run, config):
    """riscv has Rust with clang alone."""
    said = run(
        "config", config("RISCV=y 64BIT=y MMU=y CC_IS_GCC=y RUSTC_VERSION=108501", arch="riscv", version="7.1.13")
    )
    words = " ".join(said.out.split())
    assert "config RISCV: select HAVE_RUST if RUSTC_SUPPORTS_RISCV && CC_IS_CLANG" in words
    assert "make LLVM=1 olddefconfig" in words
    assert "make LLVM=1 rustavailable" in words


def test_another_kernel_can_be_asked_with_the_same_configuration(run, config):
    """What Kconfig says anew is evaluated anew: 32-bit ARM has Rust since 6.15."""
    arm = "ARM=y MMU=y CPU_32v7=y CPU_V7=y CPU_LITTLE_ENDIAN=y ARCH_MULTIPLATFORM=y ARCH_MULTI_V7=y CC_IS_GCC=y"
    file = config(arm, arch="arm")
    assert run("config", file).code == 1
    found = json.loads(run("config", file, "--kernel", "7.1", "--json").out)
    assert [c["clause"] for c in found["blocked_by"]] == []


def test_a_fragment_needs_an_architecture_and_leaves_open_what_it_does_not_say(run, tmp_path):
    """It has no header; --arch names it."""
    place = tmp_path / "fragment"
    place.write_text("CONFIG_MODVERSIONS=y\nCONFIG_RUST=y\n", encoding="utf-8")
    said = run("config", str(place), "--kernel", "6.12")
    assert said.code == 2
    assert "found no architecture, expected a header such as" in said.complaint
    assert run("config", str(place), "--arch", "amd64", "--kernel", "6.12").code == 1
    place.write_text("CONFIG_RUST=y\n", encoding="utf-8")
    assert run("config", str(place), "--arch", "amd64", "--kernel", "6.12").code == 3
    # A symbol that one port alone has says it too.
    place.write_text("CONFIG_X86_64=y\n", encoding="utf-8")
    assert json.loads(run("config", str(place), "--kernel", "6.12", "--json").out)["port"] == "x86"


def test_a_defconfig_in_a_tree_is_of_the_port_that_its_path_names(run, tmp_path):
    """arch/PORT/configs/NAME."""
    folder = tmp_path / "arch" / "s390" / "configs"
    folder.mkdir(parents=True)
    (folder / "sand_defconfig").write_text("CONFIG_RUST=y\n", encoding="utf-8")
    assert run("config", str(folder / "sand_defconfig"), "--kernel", "7.1").code == 1


def test_two_configurations_are_held_against_each_other(run, config):
    """Why one can have it and the other not; exit 1 where they differ."""
    first, second = config(X86, "a", version="6.12.107"), config(BLOCKED, "b")
    said = run("config", first, "--diff", second)
    words = " ".join(said.out.split())
    assert said.code == 1
    assert "MODVERSIONS: n and y" in words
    assert run("config", first, "--diff", first).code == 0
    found = json.loads(run("config", first, "--diff", second, "--json").out)
    assert {"symbol": "MODVERSIONS", "first": "n", "second": "y"} in found["differs"]


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress])
def test_packed_files_and_standard_input_are_read(run, tmp_path, monkeypatch, pack):
    """gz and xz, as distributions ship them."""
    body = pack(written(BLOCKED).encode())
    (tmp_path / "packed").write_bytes(body)
    assert run("config", str(tmp_path / "packed")).code == 1
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(body)))
    said = run("config", "-")
    assert said.code == 1
    assert said.out.startswith("standard input: blocked")


def test_without_a_file_it_is_the_running_kernels(run, tmp_path, monkeypatch):
    """/proc/config.gz where there is one."""
    place = tmp_path / "config.gz"
    place.write_bytes(gzip.compress(written(X86).encode()))
    monkeypatch.setattr(dotconfig_file, "_RUNNING", str(place))
    assert run("config").code == 0


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"\x00" * 1000, "found byte 0x00, expected the text of a .config"),
        (gzip.compress(b"\n" * (MOST_BYTES * 3)), "found more than 8 MB"),
        (lzma.compress(b"\n" * (MOST_BYTES * 3)), "found more than 8 MB"),
        (gzip.compress(b"CONFIG_A=y\n" * 100)[:30], "found gzip that cannot be unpacked"),
        (lzma.compress(written(X86).encode())[:100], "found xz that ends in the middle"),
        (written(X86, arch="moon").encode(), "found Linux/moon in its header, expected a port"),
        (written("ARM64=y").encode(), "found Linux/x86 in its header, and symbols of arm64"),
        (b"int main;\n", "found no CONFIG_ line"),
    ],
    ids=["binary", "gz bomb", "xz bomb", "cut gz", "cut xz", "unknown port", "another port", "no config"],
)
def test_what_is_no_configuration_is_exit_2(run, tmp_path, body, says):
    """Each with what was found and what was expected."""
    place = tmp_path / "x"
    place.write_bytes(body)
    said = run("config", str(place))
    assert (said.code, said.out) == (2, "")
    assert says in said.complaint


def test_a_file_that_is_not_there_is_exit_2(run, tmp_path):
    """With its name."""
    said = run("config", str(tmp_path / "none"))
    assert said.code == 2
    assert "found no readable file" in said.complaint


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["x86_64", "--kernel", "6.12", "--set", "MODVERSIONS=y"], 1),
        (["x86_64", "--kernel", "6.12", "--set", "MODVERSIONS"], 1),
        (["x86_64", "--kernel", "6.12", "--set", "CONFIG_MODVERSIONS=n"], 0),
        (["arm64", "--set", "CPU_BIG_ENDIAN=y"], 1),
        (["riscv64", "--set", "CC_IS_CLANG=n"], 1),
        (["x86_64", "--set", "MODVERSIONS=y", "--set", "MODVERSIONS=n"], 2),
        (["x86_64", "--set", "MODVERSIONS=m"], 2),
        (["x86_64", "--set", "MODVERSION=y"], 2),
        (["x86_64", "--set", "a b"], 2),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_is_answers_with_symbols_set(run, words, code):
    """The general exclusions enter where they were set."""
    assert run("is", *words).code == code


def test_a_set_symbol_brings_its_clause_with_the_line(run):
    """A no names it; a condition that stays is the answer's."""
    said = run("is", "x86_64", "--kernel", "6.12", "--set", "MODVERSIONS=y")
    assert "init/Kconfig:1973" in said.out
    said = run("is", "x86_64", "--kernel", "6.12", "--set", "DEBUG_INFO_BTF=y")
    assert "yes, if" in said.out
    assert "!LTO" in said.out


def test_a_misspelt_symbol_names_the_nearest(run):
    """As it must be typed."""
    assert "did you mean MODVERSIONS" in run("is", "x86_64", "--set", "MODVERSION").complaint


@pytest.mark.parametrize("words", [["x86_64"], ["x86_64", "--kernel", "6.12.50"], ["x86_64", "--kernel", "9.9"]])
def test_a_symbol_that_is_not_known_is_an_error_with_how_to_ask(run, words):
    """At a kernel that was read, between two, and beyond the newest."""
    said = run("is", *words, "--set", "FOO_BAR=y")
    assert (said.code, said.out) == (2, "")
    assert "--set FOO_BAR: found no such symbol among those that an answer about Rust in Linux" in said.complaint
    assert "--tree DIR, or once archmatrix refresh --tree linux=DIR" in said.complaint
    assert "archmatrix config FILE --tree DIR" in said.complaint


def test_a_symbol_that_only_carries_an_old_configuration_over_is_an_error_with_its_heir(run):
    """7.1 has CFI_CLANG as a transitional symbol: to set it would change nothing, where CFI is a no."""
    said = run("is", "arm-v7", "--kernel", "7.1", "--set", "CFI_CLANG=y")
    assert said.code == 2
    assert "--set CFI_CLANG: found a symbol that Linux 7.1.13 only has to carry an old .config over" in said.complaint
    assert said.complaint.partition(" next: ")[0].endswith("expected CFI")
    assert run("is", "arm-v7", "--kernel", "7.1", "--set", "CFI=y").code == 1
    assert run("is", "x86_64", "--kernel", "6.17.8", "--set", "CFI_CLANG=y").code == 0


def test_a_symbol_that_one_side_of_an_unread_kernel_has_not_is_told(run):
    """GENDWARFKSYMS came between 6.12 and 6.17."""
    said = run("is", "x86_64", "--kernel", "6.15", "--set", "GENDWARFKSYMS=y")
    assert "note: Linux 6.12.107 has no GENDWARFKSYMS: that it is set changes nothing there" in " ".join(
        said.out.split()
    )
    assert "has no GENDWARFKSYMS" not in run("is", "x86_64", "--kernel", "7.1", "--set", "GENDWARFKSYMS=y").out


@pytest.mark.parametrize("command", ["why", "options", "table"])
def test_other_questions_take_settings_too(run, command):
    """The same option."""
    words = [] if command == "table" else ["x86_64"]
    assert run(command, *words, "--kernel", "6.12", "--set", "MODVERSIONS=y").out


SAND = """
[distro.sand-1]
title = "Sand 1"
repository = "its archive"
day = "2026-11-21"
basis = "read"
cc = "gcc"
tool.kernel = { version = "6.12.107", source = "a/b" }
tool.rustc = { version = "1.85.1", source = "a/b" }
tool.bindgen = { version = "0.71.1", source = "a/b" }
tool.pahole = { version = "1.30", source = "a/b" }
tool.gcc = { version = "14.2.0", source = "a/b" }
arch.amd64 = { variants = ["x86_64"] }
arch.s390x = { variants = ["s390x"], other = { rustc = "1.95.0" } }
"""


@pytest.fixture
def sand(monkeypatch):
    """A distribution."""
    monkeypatch.setattr(surroundings, "distros", lambda known: read_distros(SAND, known.variants)[0])


OLDER = "X86=y 64BIT=y X86_64=y CC_IS_CLANG=y CLANG_VERSION=190107 MODULES=y PAHOLE_VERSION=129 RUSTC_VERSION={}"


def versions(listed):
    """Tools with their versions, by tool."""
    return {one["tool"]: one["version"] for one in listed}


@pytest.mark.parametrize(
    ("rustc", "words", "own", "lent", "because"),
    [
        (
            "0",
            (),
            {"linux": "7.1.13", "clang": "19.1.7", "pahole": "1.29"},
            {"rustc": "1.85.1", "bindgen": "0.71.1"},
            "distribution",
        ),
        (
            "109000",
            (),
            {"linux": "7.1.13", "clang": "19.1.7", "rustc": "1.90.0", "pahole": "1.29"},
            {"bindgen": "0.71.1"},
            "recorded",
        ),
        # What is named stands above both.
        (
            "109000",
            ("--kernel", "7.2.6", "--rustc", "1.95.0", "--cc", "gcc"),
            {"pahole": "1.29"},
            {"gcc": "14.2.0", "bindgen": "0.71.1"},
            "named",
        ),
    ],
)
def test_a_distribution_names_what_the_configuration_does_not(run, config, sand, rustc, words, own, lent, because):
    """Its kernel and the tools that it was made with are its own, whatever the distribution has by now."""
    file = config(OLDER.format(rustc), version="7.1.13")
    found = json.loads(run("config", file, "--distro", "sand-1", *words, "--json").out)
    assert (versions(found["distribution"]["own"]), versions(found["distribution"]["lent"])) == (own, lent)
    assert found["rustc"]["because"] == because
    assert found["kernel"] == ("7.2.6" if words else "7.1.13")


def test_which_version_is_whose_is_said(run, config, sand):
    """And of what the distribution's rest on."""
    words = " ".join(run("config", config(OLDER.format(0), version="7.1.13"), "--distro", "sand-1").out.split())
    assert "judged by Linux 7.1.13 (2026-09-02), clang 19.1.7, rustc 1.85.1 of Sand 1 (recorded without" in words
    assert "note: the configuration's own: Linux 7.1.13, clang 19.1.7, pahole 1.29" in words
    assert "note: of Sand 1: rustc 1.85.1, bindgen 0.71.1 (read from its package index of 2026-11-21)" in words


def test_a_fragment_has_all_of_the_distribution(run, tmp_path, sand):
    """Its kernel, its compiler, and what differs on the only architecture of that port."""
    place = tmp_path / "fragment"
    place.write_text("CONFIG_S390=y\nCONFIG_64BIT=y\n", "utf-8")
    found = json.loads(run("config", place, "--distro", "sand-1", "--json").out)
    assert versions(found["distribution"]["own"]) == {}
    assert versions(found["distribution"]["lent"]) == {
        "linux": "6.12.107", "rustc": "1.95.0", "gcc": "14.2.0", "bindgen": "0.71.1", "pahole": "1.30",
    }  # fmt: skip
    assert found["kernel"] == "6.12.107"
