"""`archmatrix verify` over made-up compilers that say what is known, and then something else."""

from __future__ import annotations

import json

import pytest

from matrix.cli import surroundings
from matrix.operations.verify import against
from matrix.query.knowledge import Knowledge
from matrix.registry import data_folder
from matrix.resolve.rust_targets import specified
from matrix.shipped import shipped_store
from tests.machine.made import PATIENT, Bench

RUSTC = """\
case "$*" in
  -vV) echo "rustc {version}{note}"; echo "commit-hash: {commit}"; echo "host: x86_64-unknown-linux-gnu"
       echo "release: {version}"; echo "LLVM version: 22.1.2";;
  *sysroot*) echo "{root}"; /bin/cat "{root}/list";;
  *all-target-specs-json*) [ -e "{root}/specs" ] && /bin/cat "{root}/specs" || exit 1;;
  *target-spec-json*) [ -e "{root}/one" ] && /bin/cat "{root}/one" || exit 1;;
  *"--print cfg"*) echo 'target_arch="{arch}"'; echo 'target_pointer_width="64"'; echo 'target_endian="little"';;
  *target-cpus*csky*) echo 'error: No available targets are compatible with triple "csky"' >&2; exit {csky};;
  *target-cpus*) echo "Available CPUs for this target:";;
esac
"""
LLC = """\
echo "LLVM (http://llvm.org/):"; echo "  LLVM version {version}"; echo; echo "  Registered Targets:"
for t in {targets}; do echo "    $t - something"; done
"""
MOST = (
    "aarch64 r600 arm avr bpf hexagon lanai loongarch64 mips msp430 nvptx ppc32 riscv32 sparc spirv systemz ve wasm32"
)
ALL = f"{MOST} x86-64 xcore"
SOME = ("x86_64-unknown-linux-gnu", "riscv64gc-unknown-linux-gnu", "s390x-unknown-linux-gnu")


@pytest.fixture(scope="module")
def knowledge():
    """What is shipped, read once for all that is asked here."""
    with shipped_store(data_folder()) as store:
        yield Knowledge([store])


@pytest.fixture
def known(knowledge):
    """What is shipped of rustc 1.95.0."""
    (revision,) = [r for r in knowledge.revisions("rust") if r.label == "1.95.0"]
    return knowledge.facts(revision)


@pytest.fixture
def bench(tmp_path, monkeypatch, knowledge):
    """A PATH of made-up compilers."""
    made = Bench(tmp_path / "bench")
    monkeypatch.setattr(against, "Knowledge", lambda _: knowledge)
    monkeypatch.setattr(surroundings, "machine", lambda: made.machine(limits=PATIENT))
    return made


@pytest.fixture
def rustc(bench, known):
    """A rustc that says all that is known of 1.95.0, with changes."""
    targets = sorted(item.fact.subject for item in known.of("rust-target-list"))
    lib = bench.root / "lib"
    lib.mkdir()

    def spec(name):
        module = known.first("rust-target-list", name, "module").fact.value
        said = {a: specified(known, module, a).fact.value for a in ("arch", "llvm-target", "pointer-width", "endian")}
        return {
            "arch": said["arch"],
            "llvm-target": said["llvm-target"],
            "target-pointer-width": int(said["pointer-width"]),
            **({"target-endian": "big"} if said["endian"] == "big" else {}),
        }

    def make(*, version="1.95.0", own=True, without=(), extra=(), changed=None, csky=0, arch="x86_64", singly=False):
        (bench.root / "list").write_text("".join(f"{t}\n" for t in [*targets, *extra] if t not in without))
        specs = {name: {**spec(name), **(changed or {}).get(name, {})} for name in SOME}
        if singly:
            (bench.root / "one").write_text(json.dumps(specs["x86_64-unknown-linux-gnu"]))
        else:
            (bench.root / "specs").write_text(json.dumps(specs))
        if own:
            (lib / "libLLVM-22-rust-1.95.0-stable.so").write_text("")
        note, commit = (" (59807616e 2026-04-14)", "59807616e1fa") if own else ("", "unknown")
        script = RUSTC.format(version=version, note=note, commit=commit, root=bench.root, arch=arch, csky=csky)
        if not csky:
            script = script.replace("*target-cpus*csky*)", "*no-such-question*)")
        bench.tool("rustc", script)

    return make


def plain(text):
    return " ".join(text.split())


def test_a_compiler_that_says_the_same(run, rustc):
    """Exit 0, with how many statements were held against it and what it is built with."""
    rustc()
    said = run("verify", "--rustc", "rustc")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("no difference: ")
    assert int(said.out.split()[2]) > 330
    assert "with its own LLVM 22.1.2, as rust-lang.org builds it" in plain(said.out)
    assert "statements of rustc 1.95.0" in plain(said.out)


def test_targets_that_differ_are_shown_with_both_sides(run, rustc):
    """One that is known and not listed has its line; one that is listed and not known, where the list begins."""
    rustc(without={"riscv64gc-unknown-linux-gnu"}, extra=["m88k-unknown-linux-gnu"])
    said = run("verify", "--rustc", "rustc")
    assert said.code == 1
    assert said.out.startswith("2 differences: ")
    words = plain(said.out)
    assert "differs: riscv64gc-unknown-linux-gnu - held: listed (1.95.0 compiler/rustc_target/src/spec/mod.rs:" in words
    assert "differs: m88k-unknown-linux-gnu - held: not listed (1.95.0 compiler/rustc_target/src/spec/mod.rs:" in words


def test_a_specification_that_differs(run, rustc):
    """Each attribute for itself, at the line of the module that states it."""
    rustc(changed={"s390x-unknown-linux-gnu": {"target-endian": "little", "target-pointer-width": 31}})
    value = json.loads(run("verify", "--rustc", "rustc", "--json").out)
    found = {d["about"]: (d["held"], d["seen"]) for d in value["compilers"][0]["differences"]}
    assert found == {
        "s390x-unknown-linux-gnu: endian": ("big", "little"),
        "s390x-unknown-linux-gnu: pointer-width": ("64", "31"),
    }
    assert all(d["places"][0]["line"] for d in value["compilers"][0]["differences"])


def test_cfg_that_differs(run, rustc):
    """What the compiler says of its own host."""
    rustc(arch="x86")
    said = run("verify", "--rustc", "rustc")
    assert said.code == 1
    assert "x86_64-unknown-linux-gnu: arch - held: x86_64" in plain(said.out)


def test_a_backend_that_rust_langs_own_llvm_lacks_differs(run, rustc):
    """It is built with CSKY, as its bootstrap says."""
    rustc(csky=1)
    said = run("verify", "--rustc", "rustc")
    assert said.code == 1
    assert "differs: LLVM's backend CSKY" in plain(said.out)


def test_a_backend_that_the_systems_llvm_lacks_is_its_distributors(run, rustc):
    """That is named as such, and contradicts nothing."""
    rustc(csky=1, own=False)
    said = run("verify", "--rustc", "rustc")
    assert said.code == 0
    assert "by a distributor, with the system's LLVM 22.1.2" in plain(said.out)
    assert "build: LLVM's backend CSKY (the distributor's: this rustc uses the system's LLVM)" in plain(said.out)


def test_a_distributors_rustc_that_differs_is_said_to_be_one(run, rustc):
    """It still differs."""
    rustc(own=False, without={"riscv64gc-unknown-linux-gnu"})
    said = run("verify", "--rustc", "rustc")
    assert said.code == 1
    assert "a distributor built this rustc, and may have patched it" in plain(said.out)


def test_specifications_one_by_one_where_all_are_refused(run, rustc):
    """The older way: what was asked for is compared, and said."""
    rustc(singly=True)
    said = run("verify", "--rustc", "rustc")
    assert "this rustc prints no specification but one by one" in plain(said.out)


def test_a_version_between_two_that_were_read(run, rustc):
    """What both say alike is compared; what they differ in is counted and left out."""
    rustc(version="1.92.0")
    value = json.loads(run("verify", "--rustc", "rustc", "--json").out)["compilers"][0]
    assert (value["grounds"], value["against"]) == ("between", ["1.90.0", "1.95.0"])
    assert value["left_out"] > 0
    assert value["differences"] == []


def test_a_version_beyond_all_that_was_read_proves_nothing(run, rustc):
    """Exit 3: shown beside the nearest, not counted."""
    rustc(version="1.999.0", without={"riscv64gc-unknown-linux-gnu"})
    said = run("verify", "--rustc", "rustc")
    assert said.code == 3
    assert "cannot tell: nothing could be compared" in said.out
    assert "the nearest that was read: what differs proves nothing" in plain(said.out)
    assert "differs: riscv64gc-unknown-linux-gnu" in said.out


def test_the_backends_of_an_llvm(run, bench):
    """A default one that is missing and an experimental one that is there are the builder's choices."""
    bench.tool("llc", LLC.format(version="22.1.8", targets=ALL))
    said = run("verify", "--llc", "llc")
    assert (said.code, said.out.startswith("no difference: ")) == (0, True)
    bench.tool("llc", LLC.format(version="22.1.8", targets=f"{ALL.replace(' avr', '')} m68k"))
    said = run("verify", "--llc", "llc")
    assert said.code == 0
    words = plain(said.out)
    assert "build: AVR (the distributor's: it was left out of LLVM_TARGETS_TO_BUILD)" in words
    assert "build: M68k (the distributor's: it is in LLVM_EXPERIMENTAL_TARGETS_TO_BUILD)" in words
    assert "held: built by default (22.1.8 llvm/CMakeLists.txt:522)" in words


def test_a_backend_that_nobody_knows_differs(run, bench):
    """By llvm-config's folder, and by a name that is registered."""
    bench.tool("llvm-config", "echo 22.1.8; echo X86 M88k\n")
    said = run("verify", "--llvm-config", "llvm-config")
    assert said.code == 1
    assert "differs: M88k - held: no such backend" in plain(said.out)
    bench.tool("llc", LLC.format(version="22.1.8", targets=f"{ALL} m88k"))
    said = run("verify", "--llc", "llc")
    assert said.code == 1
    assert "differs: m88k" in plain(said.out)


def test_a_clang_says_its_llvms_backends(run, bench):
    """By -print-targets."""
    bench.clang("22.1.8", targets=ALL)
    assert run("verify", "--clang", "clang").code == 0


def test_a_gcc(run, bench):
    """Its target is one that config.gcc takes, its languages are there."""
    bench.gcc("14.2.0", languages="c,c++,ada,lto")
    assert run("verify", "--gcc", "gcc").code == 0
    bench.gcc("14.2.0", target="z80-linux-gnu")
    said = run("verify", "--gcc", "gcc")
    assert said.code == 1
    assert "differs: z80-unknown-linux-gnu - held: no such CPU (14.2.0 gcc/config.gcc:" in plain(said.out)
    bench.gcc("14.2.0", languages="c,cobol9")
    said = run("verify", "--gcc", "gcc")
    assert said.code == 1
    assert "language cobol9 (its packager (Some 1.2) may have added it)" in plain(said.out)


def test_a_compiler_that_cannot_be_asked(run, bench):
    """Nothing is compared, and why is said; the others still are."""
    bench.tool("llc", LLC.format(version="22.1.8", targets=ALL))
    bench.tool("rustc", "kill -SEGV $$")
    said = run("verify", "--rustc", "rustc", "--llc", "llc")
    assert said.code == 0
    assert "nothing was compared: crashed (SIGSEGV)" in plain(said.out)
    said = run("verify", "--gcc", "no-such-gcc")
    assert said.code == 3
    assert "nothing was compared: is in no folder of PATH" in plain(said.out)
    bench.other("gcc", "clang version 19.1.7")
    assert "says no version of GCC" in plain(run("verify", "--gcc", "gcc").out)


def test_nothing_named_is_a_mistake(run, bench):
    """With what could have been."""
    said = run("verify")
    assert said.code == 2
    assert "expected --rustc BIN" in said.complaint


def test_a_tree_and_where_it_differs(run, bench, kernel):
    """As `archmatrix check` says it: each difference with both lines."""
    kernel.change("arch/arm/Kconfig", "!KASAN", "!KMSAN")
    said = run("verify", "--tree", kernel.root, "--json")
    value = json.loads(said.out)
    assert said.code == value["exit_code"] == 1
    changed = [d for d in value["trees"][0]["differences"] if any("KMSAN" in str(one) for one in d["tree"])]
    assert changed
    assert all("KMSAN" not in str(one) and one["line"] for d in changed for one in d["known"])
