"""Tools that work, hang, crash, flood, lie or are not there are all values; what make would take comes first."""

from __future__ import annotations

import json
import os

import pytest

from matrix.machine.run import ToolBounds
from matrix.machine.tools import installed
from tests.machine.made import IMPATIENT, PATIENT


def found(machine, name):
    return [tool for tool in installed(machine) if tool.name == name]


def test_nothing_is_found_on_an_empty_path(bench):
    """And that is no error."""
    assert installed(bench.machine()) == ()


def test_every_tool_says_what_it_is(bench):
    """Version, targets, the LLVM in rustc, the library's source and the libclang that bindgen loads."""
    bench.all()
    tools = {tool.name: tool for tool in installed(bench.machine(limits=PATIENT))}
    assert {name: tool.version for name, tool in tools.items()} == {
        "rustc": "1.95.0",
        "rust-src": "1.95.0",
        "rustfmt": "1.9.0",
        "bindgen": "0.72.1",
        "libclang": "19.1.7",
        "clang": "19.1.7",
        "lld": "19.1.7",
        "gcc": "14.2.0",
        "pahole": "1.30",
    }
    assert not any(tool.problem for tool in tools.values())
    assert tools["rustc"].targets == ("x86_64-unknown-linux-gnu", "riscv64gc-unknown-linux-gnu")
    assert (tools["rustc"].llvm, tools["rustc"].host) == ("22.1.2", "x86_64-unknown-linux-gnu")
    assert tools["clang"].targets == ("aarch64", "arm", "riscv64", "x86-64")
    assert tools["gcc"].targets == ("x86_64-linux-gnu",)


def test_cross_compilers_by_name(bench):
    """Each with the machine that it says it is for, whatever its name says; helpers of a GCC are none."""
    bench.gcc()
    bench.gcc(name="riscv64-linux-gnu-gcc", target="riscv64-linux-gnu")
    bench.gcc(name="riscv64-linux-gnu-gcc-13", target="riscv64-linux-gnu", version="13.2.0")
    bench.gcc(name="m68k-linux-gnu-gcc", target="m68k-linux-gnu")
    for name in ("gcc-ar", "x86_64-linux-gnu-gcc-nm", "c99-gcc", "gccgo", "agcc"):
        bench.tool(name, "echo 'this must not be run' >&2; kill -SEGV $$")
    assert [(t.called, t.version, t.targets) for t in found(bench.machine(limits=PATIENT), "gcc")] == [
        ("gcc", "14.2.0", ("x86_64-linux-gnu",)),
        ("m68k-linux-gnu-gcc", "14.2.0", ("m68k-linux-gnu",)),
        ("riscv64-linux-gnu-gcc", "14.2.0", ("riscv64-linux-gnu",)),
        ("riscv64-linux-gnu-gcc-13", "13.2.0", ("riscv64-linux-gnu",)),
    ]


def test_several_names_of_one_file_are_one_tool(bench):
    """A link named with a version is the plain one again."""
    gcc = bench.gcc(name="x86_64-linux-gnu-gcc-14")
    (bench.bin / "gcc").symlink_to(gcc)
    (bench.bin / "gcc-14").symlink_to(gcc)
    assert [tool.called for tool in found(bench.machine(limits=PATIENT), "gcc")] == ["gcc"]


def test_versions_beside_each_other(bench):
    """The plain name, which make runs, comes first; then those that it must be told of."""
    bench.rustc("1.63.0", src=False)
    bench.rustc("1.85.0", name="rustc-1.85", src=False)
    bench.rustc("1.84.0", name="rustc-bin-1.84.0", src=False)
    assert [t.version for t in found(bench.machine(limits=PATIENT), "rustc")] == ["1.63.0", "1.85.0", "1.84.0"]


@pytest.mark.parametrize(
    ("script", "limits", "problem"),
    [
        ("{forever}", IMPATIENT, "did not end within 3 s"),
        ("kill -ABRT $$", PATIENT, "crashed (SIGABRT)"),
        ("echo 'cannot load it' >&2; exit 127", PATIENT, "ended with exit code 127: cannot load it"),
        ("printf '\\033[31mpahole \\001'", PATIENT, "says no version of pahole: '\ufffd[31mpahole \ufffd'"),
        ("exit 0", PATIENT, "says no version of pahole: nothing"),
    ],
)
def test_a_tool_that_misbehaves_says_how(bench, forever, script, limits, problem):
    """It is there, and cannot be used."""
    bench.tool("pahole", script.replace("{forever}", forever))
    (tool,) = installed(bench.machine(limits=limits))
    assert (tool.problem, tool.version, tool.usable) == (problem, "", False)


def test_a_flood_is_no_version(bench):
    """Even where it begins like one."""
    bench.tool("pahole", "echo v1.24; while :; do echo 0123456789012345678901234567890123456789; done")
    (tool,) = installed(bench.machine(limits=ToolBounds(alarm=PATIENT.alarm, bytes=500)))
    assert (tool.problem, tool.version) == ("wrote more than 500 bytes", "")


def test_a_broken_link_and_a_set_user_id_file_are_told_and_not_run(bench):
    """By what is wrong with each."""
    (bench.bin / "bindgen").symlink_to("/no/such/bindgen")
    bench.tool("pahole", "echo v1.24").chmod(0o4755)
    problems = {tool.name: tool.problem for tool in installed(bench.machine(limits=PATIENT))}
    assert problems == {
        "bindgen": "is a symbolic link to /no/such/bindgen, which is not there",
        "pahole": "would run as another user or group: it is not run",
    }


def test_a_bindgen_without_a_libclang(bench):
    """Is a bindgen; the libclang is what is missing, with its own words."""
    bench.tool("bindgen", 'case "$*" in --version*) echo "bindgen 0.71.1";; *) echo "no libclang" >&2; exit 1;; esac')
    bindgen, libclang = installed(bench.machine(limits=PATIENT))
    assert (bindgen.name, bindgen.usable) == ("bindgen", True)
    assert libclang.problem == "bindgen loads none: ended with exit code 1: no libclang"


def test_a_libclang_that_lies_about(bench, tmp_path):
    """Where no bindgen says which it loads, the name of the file says the version."""
    folder = tmp_path / "lib"
    folder.mkdir()
    (folder / "libclang-19.so.19.1.7").write_text("")
    (folder / "libclang-19.so.1").symlink_to("libclang-19.so.19.1.7")
    (folder / "libclang-18.so.18").write_text("")
    (folder / "libclang.so.13").write_text("")
    (folder / "libclang.so").symlink_to("/no/such/library")
    machine = bench.machine(libraries=(str(tmp_path / "l?b"),), limits=PATIENT)
    assert [(t.name, t.version) for t in installed(machine)] == [
        ("libclang", "18"),
        ("libclang", "19.1.7"),
    ]


def test_the_library_source_is_where_the_kernel_looks(bench, tmp_path):
    """In rustc's sysroot, else where RUST_LIB_SRC says; a link that leads nowhere is told."""
    bench.rustc(src=False)
    assert found(bench.machine(limits=PATIENT), "rust-src")[0].path == ""
    link = bench.sysroot / "lib/rustlib/src/rust"
    link.parent.mkdir(parents=True)
    link.symlink_to("/no/such/source")
    assert "is a symbolic link to /no/such/source" in found(bench.machine(limits=PATIENT), "rust-src")[0].problem
    machine = bench.machine(src=str(tmp_path / "library"), limits=PATIENT)
    assert found(machine, "rust-src")[0].problem == "is what RUST_LIB_SRC names, without core/src/lib.rs in it"
    (tmp_path / "library/core/src").mkdir(parents=True)
    (tmp_path / "library/core/src/lib.rs").write_text("")
    assert found(machine, "rust-src")[0].usable


def test_a_source_of_another_rustc_is_told(bench, tmp_path):
    """RUST_LIB_SRC is easily left behind by an upgrade; Debian's folders say whose source they are."""
    for version, problem in (("1.95.0", ""), ("1.85.1", "is the source of rustc 1.85.1, and rustc is 1.95.0")):
        library = tmp_path / f"rustc-{version}/library"
        (library / "core/src").mkdir(parents=True)
        (library / "core/src/lib.rs").write_text("")
        bench.rustc("1.95.0", src=False)
        assert found(bench.machine(src=str(library), limits=PATIENT), "rust-src")[0].problem == problem


def test_a_tool_gets_what_it_needs_of_the_environment(bench):
    """Where libclang lies and which toolchain is chosen, and no more; and rustup installs nothing for being asked."""
    bench.tool("pahole", 'echo "v1.24"; echo "$LIBCLANG_PATH|$RUSTUP_TOOLCHAIN|$TOKEN|$RUSTUP_AUTO_INSTALL|$LC_ALL"')
    environment = {"LIBCLANG_PATH": "/l", "RUSTUP_TOOLCHAIN": "x", "TOKEN": "secret", "RUSTUP_AUTO_INSTALL": "1"}
    given = bench.machine(environment=environment).given
    assert "TOKEN" not in given
    assert (given["LIBCLANG_PATH"], given["RUSTUP_TOOLCHAIN"]) == ("/l", "x")
    assert (given["RUSTUP_AUTO_INSTALL"], given["LC_ALL"], given["PATH"]) == ("0", "C", str(bench.bin))


def test_forty_of_a_kind_are_enough(bench):
    """A folder full of compilers does not make a day of it."""
    source = bench.gcc(name="a-gcc", target="a")
    for number in range(50):
        os.link(source, bench.bin / f"b{number}-gcc") if number == 0 else bench.gcc(name=f"c{number}-gcc", target="c")
    assert len(found(bench.machine(limits=PATIENT), "gcc")) == 40


def test_what_is_found_can_be_written_as_json(bench):
    """Values of text alone."""
    bench.all()
    for tool in installed(bench.machine(limits=PATIENT)):
        json.dumps([tool.name, tool.path, tool.version, tool.targets, tool.problem])
