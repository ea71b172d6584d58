"""What is made of the table and of an answer for other programs: a matrix of a workflow, samples, a badge."""

from __future__ import annotations

import json

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.contract import validator


@pytest.fixture
def matrix(run):
    """The jobs of a matrix, by variant and C compiler, and the exit code."""

    def read(*words, code=0):
        said = run("table", "--format", "github-matrix", *words)
        assert said.code == code
        assert said.out.count("\n") == 1
        told = json.loads(said.out)
        assert validator("github-matrix").is_valid(told)
        return {(job["variant"], job["cc"]): job for job in told["include"]}

    return read


# --- a workflow's matrix ----------------------------------------------------------------------------------------------


def test_a_job_for_each_variant_and_compiler_that_has_rust(matrix):
    """How make is told of it, in one value and in each; RISC-V has Rust with clang alone."""
    found = matrix("--kernel", "7.1.13")
    assert {variant for variant, cc in found if cc == "gcc"} == {
        "arm64",
        "loongarch64",
        "um-x86_64",
        "um-i386",
        "x86_64",
    }
    assert {variant for variant, cc in found if cc == "clang"} == {variant for variant, _ in found}
    assert ("riscv64", "clang") in found
    job = found["arm64", "gcc"]
    assert job["make"] == "ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu-"
    assert (job["cross_compile"], job["package"], job["llvm"]) == ("aarch64-linux-gnu-", "gcc-aarch64-linux-gnu", "")
    assert (job["target"], job["kernel"]) == ("aarch64-unknown-none-softfloat", "7.1.13")
    assert (job["rustc_min"], job["rustc"], job["rustc_max"]) == ("1.85.0", "1.95.0", "1.95.0")
    assert found["um-i386", "clang"]["make"] == "ARCH=um SUBARCH=i386 LLVM=1"
    assert found["x86_64", "gcc"]["package"] == "gcc-x86-64-linux-gnu"


@pytest.mark.slow
def test_a_host_that_clang_has_no_target_for_is_built_as_the_other_width(matrix):
    """6.12's scripts/Makefile.clang has none for i386, and make stops; with SUBARCH=x86 the .config says the width."""
    words = ("--cc", "clang", "--conditional", "--kernel")
    for kernel in ("6.12.107", "6.13.2"):
        job = matrix(*words, kernel)["um-i386", "clang"]
        assert (job["make"], job["subarch"]) == ("ARCH=um SUBARCH=x86 LLVM=1", "x86")
        assert (job["condition"], job["defconfig"], job["status"]) == ("!64BIT", "i386_defconfig", "conditional")
        assert ("um-i386", "clang") not in matrix("--cc", "clang", "--kernel", kernel)
    assert matrix(*words, "6.18.15")["um-i386", "clang"]["condition"] == ""


def test_it_agrees_with_the_table(matrix, run):
    """Where the table says yes without a condition there is a job, and where it says no there is none."""
    jobs = matrix("--kernel", "6.18.15", "--conditional")
    for cc in ("clang", "gcc"):
        rows = json.loads(run("table", "--kernel", "6.18.15", "--cc", cc, "--json").out)["rows"]
        yes = {row["id"] for row in rows if any(cell["answer"] == "yes" for cell in row["cells"])}
        assert {variant for variant, own in jobs if own == cc} == yes


def test_what_hangs_on_the_configuration_is_left_out_unless_it_is_asked_for(matrix):
    """A condition is then named, for the .config."""
    plain, all_ = (
        matrix("--kernel", "7.1.13", "--cc", "gcc"),
        matrix("--kernel", "7.1.13", "--cc", "gcc", "--conditional"),
    )
    assert {variant for variant, _ in all_} - {variant for variant, _ in plain} == {"arm-v6", "arm-v7"}
    assert all_["arm-v7", "gcc"]["condition"] == "!KASAN"
    assert {job["status"] for job in plain.values()} == {"supported"}
    assert {job["condition"] for job in plain.values()} == {""}


def test_a_rustc_that_is_too_new_is_no_condition(matrix):
    """Another can be taken: the newest known one that this kernel builds with. One that was named stays."""
    job = matrix("--kernel", "6.18.15", "--cc", "gcc")["x86_64", "gcc"]
    assert (job["rustc_min"], job["rustc"], job["rustc_max"], job["condition"]) == ("1.78.0", "1.90.0", "1.90.0", "")
    named = matrix("--kernel", "6.18.15", "--cc", "gcc", "--rustc", "1.85.0")["x86_64", "gcc"]
    assert (named["rustc_min"], named["rustc"], named["rustc_max"]) == ("", "1.85.0", "")
    assert ("x86_64", "gcc") not in matrix("--kernel", "6.18.15", "--cc", "gcc", "--rustc", "1.95.0")


def test_a_rustc_that_the_kernel_refuses_is_not_the_one_to_take(matrix):
    """s390 in 7.2.6 asks for 1.96.0, which nobody has read yet: that is told, and not the newest known one."""
    job = matrix("--kernel", "7.2.6", "--cc", "gcc", "--conditional")["s390x", "gcc"]
    assert (job["rustc_min"], job["rustc"], job["rustc_max"], job["condition"]) == ("1.96.0", "", "", "!EXPOLINE")


def test_a_rustc_that_the_kernel_pins_is_the_one_to_take(matrix):
    """And no condition: it is nothing that a .config could say."""
    for more in ((), ("--conditional",)):
        job = matrix("--kernel", "6.1.176", "--cc", "gcc", *more)["x86_64", "gcc"]
        assert (job["rustc_min"], job["rustc"], job["rustc_max"]) == ("1.62.0", "1.62.0", "1.62.0")
        assert (job["condition"], job["status"]) == ("", "supported")


def test_no_default_configuration_hangs_on_the_machine(matrix):
    """arch/um/Makefile asks `uname -m` of SUBARCH=x86, the only one that clang and bindgen have a triple for."""
    found = matrix("--kernel", "7.1.13")
    for cc in ("clang", "gcc"):
        assert (found["um-x86_64", cc]["subarch"], found["um-x86_64", cc]["defconfig"]) == ("x86", "x86_64_defconfig")
    assert {job["defconfig"] for (variant, _), job in found.items() if variant != "um-x86_64"} == {"defconfig"}


def test_clang_is_told_as_the_kernel_says(matrix):
    """Of an older clang s390 wants GNU's assembler and linker."""
    words = ("--kernel", "7.2.6", "--conditional", "--cc")
    new, old = matrix(*words, "clang-19")["s390x", "clang"], matrix(*words, "clang-17.0.6")["s390x", "clang"]
    assert (new["llvm"], new["cross_compile"], new["make"]) == ("1", "", "ARCH=s390 LLVM=1")
    assert (old["llvm"], old["cross_compile"]) == ("", "s390x-linux-gnu-")
    assert old["make"] == "ARCH=s390 CROSS_COMPILE=s390x-linux-gnu- CC=clang"


@pytest.mark.slow
def test_where_there_is_nothing_to_build_the_code_says_why(matrix):
    """Nothing has Rust with it, the kernel is not known, or what is known is too old."""
    assert matrix("--kernel", "7.1.13", "--rustc", "1.60.0", code=1) == {}
    assert matrix("--kernel", "9.9", code=3) == {}
    assert matrix("--kernel", "7.1.13", "--max-age", "1h", code=3)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["table", "--json", "--format", "csv"], "--json and --format csv: found both"),
        (["table", "--conditional"], "found --conditional, expected --format github-matrix beside it"),
        (["table", "--format", "github-matrix", "--by", "arch"], "--by arch: found --format github-matrix"),
        (["table", "--format", "github-matrix", "--status", "no"], "--status: found --format github-matrix"),
        (["is", "arm", "arm64", "--format", "badge"], "--format badge: found 2 names, expected one"),
    ],
)
def test_what_does_not_go_together_is_a_usage_error(run, words, says):
    """And nothing is written."""
    said = run(*words)
    assert (said.code, said.out) == (2, "")
    assert says in said.complaint


# --- samples ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["variant", "arch"])
def test_samples_are_the_cells_of_the_table(run, by):
    """As Prometheus' own parser reads them: one answer of three at 1, conditions, versions."""
    told = run("table", "--by", by, "--format", "prometheus")
    families = {family.name: family for family in text_string_to_metric_families(told.out)}
    cells = {
        (row["id"], cell["backend"]): cell
        for row in json.loads(run("table", "--by", by, "--json").out)["rows"]
        for cell in row["cells"]
    }
    held = {}
    for sample in families["archmatrix_support"].samples:
        held.setdefault((sample.labels["id"], sample.labels["backend"]), {})[sample.labels["answer"]] = sample.value
    assert {key: [a for a, value in one.items() if value] for key, one in held.items()} == {
        key: [cell["answer"]] for key, cell in cells.items()
    }
    assert all(set(one) == {"yes", "no", "unknown"} for one in held.values())
    conditional = {(s.labels["id"], s.labels["backend"]) for s in families["archmatrix_conditional"].samples if s.value}
    assert conditional == {key for key, cell in cells.items() if cell["status"] == "conditional"}
    versions = {s.labels["project"]: s.labels["version"] for s in families["archmatrix_version_info"].samples}
    assert versions["linux"] == "7.2.6"


# --- a badge ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "message", "code"),
    [
        (["arm64"], "supported", 0),
        (["riscv64"], "conditional", 0),
        (["riscv"], "conditional, 1 of 2", 1),
        (["um"], "supported, 2 of 2", 0),
        (["h8300"], "dropped in 5.19", 1),
        (["arm64", "--kernel", "9.9"], "? port", 3),
    ],
)
def test_a_badge_says_the_answer(run, words, message, code):
    """In the shape of an endpoint of shields, with the exit code of the answer."""
    said = run("is", *words, "--format", "badge")
    told = json.loads(said.out)
    assert validator("badge").is_valid(told)
    assert (told["label"], told["message"], said.code) == (f"Rust in Linux: {words[0]}", message, code)
