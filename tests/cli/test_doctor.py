"""`archmatrix doctor` over made-up tools: what suffices, what is in the way, what to do, in every distribution."""

from __future__ import annotations

import json

import pytest

from matrix.cli import surroundings
from matrix.cli.commands import doctor
from matrix.cli.main import main
from matrix.machine.tools import Installed
from matrix.model import Truth
from matrix.operations import ask
from matrix.operations.doctor import diagnosis, found_tools
from matrix.operations.doctor.advice import Advice
from matrix.query.diagnosis import ALWAYS_NEEDED, Judged
from matrix.query.knowledge import Knowledge
from matrix.query.scene import set_scene
from matrix.registry import data_folder
from matrix.registry.packages import load_packages
from matrix.render import style
from matrix.render.answer.doctor import doctor_json, doctor_text
from matrix.shipped import shipped_store
from matrix.value import replace
from tests.machine.made import PATIENT, Bench

# A kernel that is named is the only one that is asked about.
NEWEST = ("--kernel", "7.2")
PACKAGES = load_packages(data_folder())
DEBIAN = 'ID=debian\nPRETTY_NAME="Debian GNU/Linux 13 (trixie)"\n'


@pytest.fixture(scope="module")
def knowledge():
    """What is shipped, read once for all that is asked here."""
    with shipped_store(data_folder()) as store:
        yield Knowledge([store])


@pytest.fixture
def bench(tmp_path, monkeypatch, knowledge):
    """This machine: an x86_64 Debian with a PATH of made-up tools, and no other place."""
    made = Bench(tmp_path / "bench")
    for module in (ask, diagnosis):
        monkeypatch.setattr(
            module, "set_scene", lambda known, _, *asked, **more: set_scene(known, knowledge, *asked, **more)
        )
    monkeypatch.setattr(surroundings, "machine", lambda: made.machine(limits=PATIENT))
    monkeypatch.setattr(surroundings, "os_release", lambda: DEBIAN)
    monkeypatch.setattr(surroundings, "this_machine", lambda: "x86_64")
    return made


def plain(text):
    return " ".join(text.split())


def line(out, tool):
    """The line of one tool, its further lines too."""
    lines = out.split("\n")
    start = next(n for n, text in enumerate(lines) if text[4:].startswith(tool))
    end = next((n for n in range(start + 1, len(lines)) if not lines[n].startswith("     ")), len(lines))
    return plain(" ".join(lines[start:end]))


def test_all_that_is_needed_is_here(run, bench):
    """Exit 0, the verdict first, a line a tool, and nothing to do; on one screen."""
    bench.all()
    said = run("doctor", *NEWEST)
    assert (said.code, said.err) == (0, "")
    verdict = "x86_64: yes: these tools suffice to build Rust in Linux 7.2.6: with clang and with GCC"
    assert plain(said.out).startswith(verdict)
    assert line(said.out, "rustc").startswith("ok rustc 1.95.0, LLVM 22.1.2, 2 targets")
    assert "to do" not in said.out
    lines = said.out.split("\n")
    assert len(lines) <= 24
    assert (
        max(map(len, [text for text in lines if str(bench.bin) not in text and str(bench.sysroot) not in text])) <= 80
    )


def test_what_is_missing_is_named_and_said_how_to_get(run, bench):
    """Exit 1, with one command for what the distribution has."""
    bench.rustc(src=False)
    bench.gcc()
    said = run("doctor", *NEWEST)
    assert said.code == 1
    assert "there is no rust-src, bindgen or libclang" in plain(said.out)
    assert line(said.out, "bindgen") == "no bindgen not found; needed: >= 0.71.1"
    assert "apt install rust-src bindgen libclang-dev" in said.out
    assert "where bindgen is older than 0.71.1: cargo install --locked bindgen-cli" in plain(said.out)


def test_a_part_of_rustups_toolchain_comes_from_rustup(run, bench):
    """A distribution's source would be another version's."""
    bench.sysroot = bench.root / "toolchains/stable"
    bench.rustc(src=False)
    bench.bindgen()
    bench.gcc()
    said = run("doctor", *NEWEST)
    assert said.code == 1
    assert "rustup component add rust-src" in said.out
    assert "apt install" not in said.out


@pytest.mark.parametrize("distribution", sorted(PACKAGES.distributions))
def test_every_distribution_has_its_own_command(distribution):
    """The names of data/packages.toml; what one does not package comes from elsewhere."""
    packaged = PACKAGES.distributions[distribution]
    missing = [Judged(tool=Installed(name=n), truth=Truth.NO) for n in (*ALWAYS_NEEDED, "clang", "gcc", "lld")]
    first, *others = Advice(PACKAGES, packaged, missing, admitted=("clang",), newest="").todo()
    wanted = [name for name in (*ALWAYS_NEEDED, "clang", "lld") if name in packaged.package]
    names = dict.fromkeys(packaged.package[name].name for name in wanted)
    assert first.command == packaged.install.replace("{packages}", " ".join(names))
    unread = [name for name in names if not any(p.read for p in packaged.package.values() if p.name == name)]
    assert [*first.unread] == unread
    assert set(first.sources) == {packaged.package[name].source for name in wanted}
    assert {*first.tools, *(tool for other in others for tool in other.tools)} == {*ALWAYS_NEEDED, "clang", "lld"}


def test_a_gcc_in_place_of_clang(run, bench):
    """Where the kernel admits one beside Rust: this machine's own, or a cross compiler by the distribution's rule."""
    bench.rustc()
    bench.bindgen()
    assert "apt install gcc for gcc in place of clang" in plain(run("doctor", *NEWEST).out)
    said = run("doctor", *NEWEST, "--arch", "arm64")
    assert "apt install gcc-aarch64-linux-gnu for gcc in place of clang" in plain(said.out)
    assert "in place of clang" not in run("doctor", *NEWEST, "--arch", "riscv64").out


def test_an_unknown_distribution_is_told_the_ways_that_work_anywhere(run, bench, monkeypatch):
    """And so is a machine that says nothing of itself."""
    monkeypatch.setattr(surroundings, "os_release", lambda: "")
    bench.gcc()
    said = run("doctor", *NEWEST)
    assert said.code == 1
    assert "no distribution that /etc/os-release names" in plain(said.out)
    assert "cargo install --locked bindgen-cli" in said.out
    assert "rustup toolchain install stable" in said.out


def test_what_is_too_old_is_not_asked_of_the_distribution_again(run, bench):
    """It has what it has; the minimum's line is shown."""
    bench.all()
    bench.bindgen("0.66.1")
    said = run("doctor", *NEWEST)
    assert said.code == 1
    assert "Linux 7.2.6 needs bindgen >= 0.71.1, and 0.66.1 is here (scripts/min-tool-version.sh:41)" in line(
        said.out, "bindgen"
    )
    assert "cargo install --locked bindgen-cli" in said.out
    assert "apt install" not in said.out


def test_known_bad_pairs_are_told(run, bench):
    """A pair that the kernel's own check warns of is a remark: a probe of the tool at hand decides."""
    bench.all()
    bench.bindgen("0.69.4", "19.1.7")
    said = run("doctor", "--kernel", "6.12")
    assert said.code == 0
    assert "the kernel warns of bindgen 0.69.4 with libclang 19.1.7" in plain(said.out)
    bench.bindgen("0.69.5", "19.1.7")
    assert "the kernel warns of" not in plain(run("doctor", "--kernel", "6.12").out)
    bench.bindgen("0.66.1", "18.1.8")
    assert "the kernel warns of bindgen 0.66.1" in plain(run("doctor", "--kernel", "6.12").out)


def test_a_clang_that_is_not_libclangs_is_told(run, bench):
    """The kernel warns of that too."""
    bench.all()
    bench.clang("18.1.8")
    said = run("doctor", *NEWEST)
    assert said.code == 0
    assert "libclang 19.1.7 does not match clang 18.1.8" in plain(said.out)


def test_a_pinned_kernel_cannot_be_told(run, bench):
    """Linux 6.1 asks for one rustc: whether another works is not said anywhere."""
    bench.all()
    said = run("doctor", "--kernel", "6.1")
    assert said.code in {1, 3}
    bench.rustc("1.85.0")
    said = run("doctor", "--kernel", "6.1")
    assert said.code == 3
    assert plain(said.out).startswith("x86_64: cannot tell")
    assert "pins rustc = 1.62.0" in line(said.out, "rustc")


def test_a_rustc_that_is_too_new_is_told_with_the_newest_that_is_not(run, bench):
    """6.18 passes no -Zunstable-options where it compiles core with a custom target."""
    bench.all()
    said = run("doctor", "--kernel", "6.18")
    assert said.code == 1
    assert "takes a custom target specification only with -Zunstable-options" in line(said.out, "rustc")
    assert "rustup toolchain install 1.90.0" in said.out
    assert "clang" not in plain(said.out).partition("to do")[2]


def test_another_architecture_needs_a_compiler_for_it(run, bench):
    """clang has the backend; a GCC is for one machine. RISC-V admits clang alone beside Rust."""
    bench.all()
    said = run("doctor", *NEWEST, "--arch", "riscv64")
    assert said.code == 0
    assert plain(said.out).startswith("riscv64: yes: these tools suffice to build Rust in Linux 7.2.6: with clang ")
    said = run("doctor", *NEWEST, "--arch", "arm64")
    assert said.code == 0
    assert "with clang Linux" in plain(said.out)  # and not with GCC
    bench.gcc(name="aarch64-linux-gnu-gcc", target="aarch64-linux-gnu")
    said = run("doctor", *NEWEST, "--arch", "arm64")
    assert "with clang and with GCC" in plain(said.out)
    assert "make must be told CROSS_COMPILE=aarch64-linux-gnu-" in line(said.out, "gcc")


def test_a_clang_without_the_backend_does_not_do(run, bench):
    """It was built for some machines alone."""
    bench.all()
    bench.clang(targets="x86-64")
    said = run("doctor", *NEWEST, "--arch", "riscv64")
    assert said.code == 1
    assert "compiles nothing for riscv64" in plain(said.out) or "there is no clang" in plain(said.out)


def test_where_no_tools_would_do_none_are_advised(run, bench):
    """The kernel has no Rust for m68k: installing helps nobody."""
    said = run("doctor", *NEWEST, "--arch", "m68k")
    assert said.code == 1
    assert "no tools would do" in plain(said.out)
    assert "to do" not in said.out


def test_a_tool_that_is_named_with_a_version_is_told_to_make(run, bench):
    """As Ubuntu and Gentoo name those that are not the default."""
    bench.all()
    bench.rustc("1.63.0")
    newer = bench.rustc("1.85.1", name="rustc-1.85")
    said = run("doctor", *NEWEST)
    assert said.code == 0
    assert f"make must be told RUSTC={newer}" in line(said.out, "rustc")
    assert "also rustc 1.63.0" in line(said.out, "rustc")


@pytest.mark.parametrize(
    ("script", "words"),
    [("kill -SEGV $$", "crashed (SIGSEGV)"), ("echo nonsense", "says no version of bindgen: 'nonsense'")],
)
def test_a_tool_that_misbehaves_is_told_and_does_not_do(run, bench, script, words):
    """It is in the way as if it were missing, and what it did is said."""
    bench.all()
    bench.tool("bindgen", script)
    said = run("doctor", *NEWEST)
    assert said.code == 1
    assert words in line(said.out, "bindgen")
    assert "there is no bindgen that works" in plain(said.out)


def test_what_cannot_be_known_of_a_newer_rustc(run, bench):
    """Beyond all that was read nothing is inferred."""
    bench.all()
    bench.rustc("1.999.0")
    said = run("doctor", *NEWEST)
    assert said.code == 3
    assert "newer than all that was read" in plain(said.out)


def test_a_kernel_between_two_that_were_read_says_so(run, bench):
    """What both sides say alike is inferred."""
    bench.all()
    bench.rustc("1.85.1")
    said = run("doctor", "--arch", "arm64", "--kernel", "6.15")
    assert said.code == 0
    assert "inferred: alike in 6.12.107 and 6.17.8" in plain(said.out)


@pytest.mark.slow
def test_every_kernel_is_shown_with_what_can_be_built_on_one_screen(bench, monkeypatch, capsys):
    """The newest of each series; with tools at places of usual length 25 lines of 80 columns."""
    bench.all()
    bench.rustc("1.85.1")
    tools = found_tools(bench.machine(limits=PATIENT))
    usual = tuple(replace(tool, path=tool.path.replace(str(bench.root), "/usr")) for tool in tools)
    monkeypatch.setattr(diagnosis, "found_tools", lambda _: usual)
    made = []
    monkeypatch.setattr(doctor, "doctor_text", lambda _, found: made.append(found) or "")
    assert main(["doctor"]) == 0
    (found,) = made
    kernels = {one["kernel"]: one for one in doctor_json(surroundings.registry(), found)["kernels"]}
    variants = {one["id"]: one["ccs"] for one in kernels["7.2.6"]["variants"]}
    assert variants["x86_64"] == ["clang", "gcc"]
    assert variants["riscv64"] == ["clang"]
    assert "m68k" not in variants
    assert "loongarch64" not in variants  # this clang has no such backend
    assert kernels["6.1.176"]["answer"] == "unknown"
    lines = style.without(doctor_text(surroundings.registry(), found)).rstrip("\n").split("\n")
    assert len(lines) <= 25
    assert max(map(len, lines)) <= 80


def test_json_holds_all_of_it(run, bench):
    """Each tool with path, version, targets and what is wrong with it; the same exit code."""
    bench.all()
    bench.bindgen("0.60.1")
    said = run("doctor", *NEWEST, "--json")
    value = json.loads(said.out)
    assert (said.code, value["exit_code"], value["answer"]) == (1, 1, "no")
    assert value["versions"]["linux"]["version"] == "7.2.6"
    tools = {tool["tool"]: tool for tool in value["tools"]}
    assert tools["rustc"]["compiles_for"] == ["x86_64-unknown-linux-gnu", "riscv64gc-unknown-linux-gnu"]
    assert (tools["bindgen"]["answer"], tools["bindgen"]["needs"][0]["text"]) == ("no", "bindgen >= 0.71.1")
    assert tools["bindgen"]["evidence"][0]["path"] == "scripts/min-tool-version.sh"
    assert value["distribution"]["packages"] == "debian"


def test_what_a_person_mistypes_is_told(run, bench):
    """Exit 2, before anything is run."""
    bench.tool("rustc", "kill -SEGV $$")
    assert run("doctor", "--arch", "no-such-arch").code == 2
    assert run("doctor", "--kernel", "x.y").code == 2
    assert "expected one of linux" in run("doctor", "--tree", f"rust={bench.bin}").complaint


def test_words_of_a_tool_reach_no_terminal(run, bench):
    """What a program writes may hold anything."""
    bench.all()
    bench.tool("pahole", "printf '\\033]0;title\\007\\033[2J' >&2; exit 1")
    assert "\033" not in run("doctor", *NEWEST).out.replace("\033[0m", "")
