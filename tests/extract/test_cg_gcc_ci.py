"""The extractor cg_gcc_ci on hand-written workflows, and on real trees."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.errors import ShapeError
from matrix.extract.cg_gcc_ci import extract
from matrix.model import Fact
from matrix.text import Text

FOLDER = "compiler/rustc_codegen_gcc/.github/workflows"
PATH = f"{FOLDER}/cross.yml"
NATIVE = """\
on: [push]
jobs:
  build:
    runs-on: ubuntu-24.04
    strategy:
      matrix:
        package: [{ gcc: "gcc-15.deb" }, { gcc: "gcc-15-without-int128.deb" }]
        commands: ["--std-tests", "--test-libcore"]
    steps:
    - uses: actions/checkout@v4
    - run: sudo apt-get install qemu-system qemu-user-static libgccjit-12-dev
    - run: sudo dpkg -i ${{ matrix.package.gcc }}
    - run: echo /usr/lib/gcc/x86_64-linux-gnu/12
    - name: Run tests
      run: ./y.sh test --release ${{ matrix.commands }}
  done:
    needs: [build]
    runs-on: ubuntu-latest
    steps:
    - run: jq .
"""
CROSS = """\
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
    - name: Build
      run: |
        # gcc-sh4-15.deb is not there yet
        sudo dpkg -i gcc-m68k-15.deb
        sudo cp $(which qemu-m68k-static) vm/usr/bin/
        ./y.sh build --target-triple m68k-unknown-linux-gnu --target ${{ github.workspace }}/specs/m68k.json
        ./y.sh test --mini-tests --target-triple m68k-unknown-linux-gnu
    - name: Run tests
      run: |
        ./y.sh test --std-tests \\
          --target-triple m68k-unknown-linux-gnu
  done:
    runs-on: ubuntu-latest
    steps:
    - run: jq .
"""
GOOD = """\
jobs:
  build:
    runs-on: ubuntu-24.04
    strategy:
      matrix:
        arch: [
          { gcc: "aarch64", qemu: "aarch64", triple: "aarch64-unknown-linux-gnu", vm: "arm64" },
          # { gcc: "sh4", qemu: "sh4", triple: "sh4-unknown-linux-gnu", vm: "sh4" },
          { gcc: "m68k", qemu: "m68k", triple: "m68k-unknown-linux-gnu", vm: "m68k" },
        ]
    steps:
    - run: curl -LO https://example.org/gcc-${{ matrix.arch.gcc }}-15.deb debian-${{ matrix.arch.vm }}.img
    - run: |
        sudo cp $(which qemu-${{ matrix.arch.qemu }}-static) vm/usr/bin/
        ./y.sh build --target-triple ${{ matrix.arch.triple }}
    - name: Run tests
      run: ./y.sh test --target-triple ${{ matrix.arch.triple }}
"""
# What the fuzzer starts from (tests/extract/corpus.py): path and text.
SAMPLES = ((PATH, GOOD),)


def read(content: str, path: str = PATH) -> list[Fact]:
    return list(extract(Text.decode(path, content.encode("utf-8", "surrogatepass"))))


def says(content: str) -> dict[str, str]:
    return {f.subject: f.value for f in read(content)}


def job(steps: str, machine: str = "ubuntu-24.04", more: str = "") -> str:
    return f"jobs:\n  build:\n    runs-on: {machine}\n{more}    steps:\n{steps}"


def test_a_native_job_is_its_machine():
    """Packages for all architectures and paths name no other; a job that only waits counts for nothing."""
    assert read(NATIVE, f"{FOLDER}/release.yml") == [Fact("x86_64", "ci", "run release.yml", line=4)]


def test_a_cross_job_is_its_architecture_and_not_its_machine():
    """The line is the one that names it first outside a comment."""
    assert read(CROSS) == [Fact("m68k", "ci", "run cross.yml", line=8)]


def test_without_its_run_steps_a_job_builds():
    """Commented out, switched off or absent: the mini tests that stay are no run."""
    step = CROSS[CROSS.index("    - name: Run tests") : CROSS.index("  done:")]
    commented = "".join(f"    #{line}\n" for line in step.splitlines())
    for other in ("", commented, step.replace("      run:", "      if: false\n      run:")):
        assert says(CROSS.replace(step, other)) == {"m68k": "build cross.yml"}
    inside = CROSS.replace("        ./y.sh test --std", "        #./y.sh test --std")
    assert says(inside) == {"m68k": "build cross.yml"}


def test_the_entries_of_the_matrix_are_architectures():
    """A commented entry is none, however live it looks; the name of the disk image is not one."""
    assert read(GOOD) == [
        Fact("aarch64", "ci", "run cross.yml", line=7),
        Fact("m68k", "ci", "run cross.yml", line=9),
    ]


@pytest.mark.parametrize("entries", ["[aarch64, m68k]", "[aarch64-unknown-linux-gnu, m68k-unknown-linux-gnu]"])
def test_the_entries_may_be_words_or_triples(entries: str):
    """The architecture is the triple's first part."""
    matrix = f"    strategy:\n      matrix:\n        arch: {entries}\n"
    assert says(job("    - run: ./y.sh test\n", more=matrix)) == {"aarch64": "run cross.yml", "m68k": "run cross.yml"}


def test_a_step_for_one_entry_runs_for_that_entry_alone():
    """A condition on the matrix is evaluated for each of its choices."""
    only = GOOD.replace("    - name: Run tests\n", "    - name: Run tests\n      if: matrix.arch.gcc == 'm68k'\n")
    assert says(only) == {"aarch64": "build cross.yml", "m68k": "run cross.yml"}
    others = GOOD.replace(
        "    - name: Run tests\n", "    - name: Run tests\n      if: ${{ matrix.arch.gcc != 'm68k' }}\n"
    )
    assert says(others) == {"aarch64": "run cross.yml", "m68k": "build cross.yml"}


def test_included_entries_are_choices():
    """An entry that agrees with a choice extends it, another is one of its own."""
    more = """\
    strategy:
      matrix:
        cpu: [m68k]
        include:
        - { cpu: m68k, triple: m68k-unknown-linux-gnu }
        - { cpu: sh4, triple: sh4-unknown-linux-gnu }
"""
    steps = "    - run: ./y.sh test --target-triple ${{ matrix.triple }}\n"
    assert says(job(steps, more=more)) == {"m68k": "run cross.yml", "sh4": "run cross.yml"}


@pytest.mark.parametrize(
    ("command", "arch"),
    [
        ("sudo dpkg -i gcc-m68k-15.deb", "m68k"),
        ("sudo apt-get install gcc-powerpc64le-linux-gnu", "powerpc64le"),
        ("sudo apt-get install g++-14-arm-linux-gnueabihf", "arm"),
        ("sudo apt-get install gcc-x86-64-linux-gnu", "x86_64"),
        ("sudo apt-get install crossbuild-essential-arm64", "arm64"),
        ("sudo apt-get install qemu-system-s390x", "s390x"),
        ("sudo chroot vm qemu-riscv64-static /home/hello", "riscv64"),
        ("qemu-riscv64 /home/hello", "riscv64"),
        ("./y.sh build --target-triple=sparc64-unknown-linux-gnu", "sparc64"),
    ],
)
def test_commands_that_name_an_architecture(command: str, arch: str):
    """Cross packages, emulators and targets, in upstream's spelling."""
    assert set(says(job(f"    - run: {command}\n"))) == {arch}


@pytest.mark.parametrize(
    ("machine", "arch"),
    [
        ("ubuntu-latest", "x86_64"),
        ("ubuntu-24.04", "x86_64"),
        ("ubuntu-24.04-arm", "aarch64"),
        ("windows-2022", "x86_64"),
        ("windows-11-arm", "aarch64"),
        ("macos-13", "x86_64"),
        ("macos-15", "aarch64"),
        ("macos-15-intel", "x86_64"),
        ("macos-latest", "aarch64"),
        ("[self-hosted, linux, ARM64]", "aarch64"),
        ("[self-hosted, linux, x64]", "x86_64"),
    ],
)
def test_machines(machine: str, arch: str):
    """What GitHub's machines are, and the labels of one's own."""
    assert says(job("    - run: ./y.sh test\n", machine)) == {arch: "run cross.yml"}


def test_the_machine_may_come_from_the_matrix():
    """Each choice has its own."""
    more = "    strategy:\n      matrix:\n        os: [ubuntu-24.04, ubuntu-24.04-arm]\n"
    assert set(says(job("    - run: ./y.sh test\n", "${{ matrix.os }}", more))) == {"x86_64", "aarch64"}


def test_a_workflow_without_the_backend_is_its_machine():
    """Nothing is known of it but where it runs, so it builds there."""
    assert says(job("    - run: make\n")) == {"x86_64": "build cross.yml"}


@pytest.mark.parametrize(
    "command",
    ["./y.sh test", "./test.sh --release", "./y.sh build\n        cargo test", "./y.sh test --mini-tests --std-tests"],
)
def test_commands_that_run(command: str):
    """The older scripts too, and the mini tests where others follow."""
    assert says(job(f"    - run: |\n        {command}\n")) == {"x86_64": "run cross.yml"}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "in YAML"),
        ("- a\n", "a mapping"),
        ("name: CI\n", "jobs"),
        ("jobs: {}\n", "jobs with runs-on"),
        ("jobs: [a]\n", "a mapping"),
        ("jobs:\n  a:\n    uses: ./other.yml\n", "jobs with runs-on"),
        ("jobs:\n  a: {}\n  a: {}\n", "each key once"),
        ("jobs:\n  a: [\n", "in YAML"),
        (job("    run: x\n"), "a list"),
        (job("    - run: ./y.sh test\n", "mainframe"), "architecture is known"),
        (job("    - run: ./y.sh test\n", "{ group: big }"), "architecture is known"),
        (job("    - run: ./y.sh test\n", "${{ matrix.os }}"), "architecture is known"),
        (job("    - run: dpkg -i gcc-${{ matrix.gcc }}-15.deb\n"), "that the matrix of this job fills in"),
        (job("    - run: x\n", more="    strategy: { matrix: { arch: [{ vm: x }] } }\n"), "name of an architecture"),
        (job("    - run: x\n", more="    strategy: { matrix: { arch: ['1'] } }\n"), "name of an architecture"),
        (job("    - run: x\n", more="    strategy: { matrix: { a: [1], exclude: [{ a: 1 }] } }\n"), "without it"),
    ],
)
def test_another_shape_is_refused(content: str, expected: str):
    """No workflow, or one whose architecture cannot be told."""
    with pytest.raises(ShapeError, match=expected):
        read(content)


BOMB = "a: &a [x, x, x]\nb: &b [*a, *a, *a]\nc: &c [*b, *b, *b]\n" + job("    - run: x\n")
MERGES = "a: &a { x: y }\nb: &b\n  <<: [*a, *a, *a]\n" + job("    - run: x\n")
WIDE = f"    strategy: {{ matrix: {{ a: [{'1, ' * 20}], b: [{'1, ' * 20}] }} }}\n"
LONG = f"    strategy: {{ matrix: {{ a: ['{'x' * 9000}'], b: [{'1, ' * 250}] }} }}\n"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (BOMB, "YAML without aliases"),
        (MERGES, "YAML without aliases"),
        ("jobs: " + "[" * 30_000, "at most"),
        ("- " * 30_000, "at most"),
        ("{a: " * 15_000, "at most"),
        ("x" * 100_000, "at most"),
        (job("    - run: x\n", more=WIDE), "at most 256"),
        (job(f"    - run: {'${{ matrix.a }}' * 100}\n", more=LONG), "at most"),
        ('"\\UFFFFFFFF"\n', "in YAML"),
        ("%YAML " + "9" * 9000 + ".1\n---\na\n", "in YAML"),
    ],
)
def test_bombs_end_quickly(content: str, expected: str):
    """Aliases, nesting, size and a matrix without end are drift before they cost anything."""
    with pytest.raises(ShapeError, match=expected):
        read(content)


@given(st.text(max_size=200), st.integers(min_value=0, max_value=10_000))
def test_anything_gives_facts_or_a_shape_error(noise: str, place: int):
    """Noise alone, or put anywhere into a good file, never raises another exception."""
    cut = place % (len(GOOD) + 1)
    for content in (noise, GOOD[:cut] + noise, GOOD[:cut] + noise + GOOD[cut:]):
        with contextlib.suppress(ShapeError):
            read(content)


@pytest.mark.trees
@pytest.mark.parametrize(("release", "m68k"), [("1.85.1", "run"), ("1.90.0", "build"), ("1.95.0", "run")])
def test_real_releases(trees, release: str, m68k: str):
    """Six workflows, one of them cross; in 1.90 its run steps are commented out, and gcc12's are in all three."""
    if tree := trees.get(f"rust-{release}"):
        files = sorted((tree / FOLDER).glob("*.yml"))
        found = {(f.subject, f.value) for file in files for f in read(file.read_text(), str(file))}
        native = {"run ci.yml", "run failures.yml", "build gcc12.yml", "run release.yml", "run stdarch.yml"}
        assert found == {("m68k", f"{m68k} m68k.yml")} | {("x86_64", value) for value in native}
