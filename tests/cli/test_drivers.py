"""archmatrix drivers: options that need Rust, listed and one by one, and configurations; its exit codes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import datetime, timezone

import pytest

from matrix.cli import surroundings
from matrix.extract import gate
from matrix.model import Document, Revision
from matrix.registry import data_folder, load
from matrix.resolve.drivers import RUST_OPTIONS
from matrix.store import Observation, Run, Snapshot, Store
from tests.extract.test_linux_rust_options import joined

SEEN = datetime(2027, 6, 1, tzinfo=timezone.utc)
RUST = 'config CC_IS_GCC\n\tbool\nconfig RUST\n\tbool "Rust"\n\tdepends on HAVE_RUST\n'
NOVA = 'config NOVA\n\ttristate "N"\n\tdepends on 64BIT\n\tdepends on RUST\n\tselect GLUE\n'
TOP = "".join(
    f'source "{path}"\n'
    for path in ("init/Kconfig", "arch/$(SRCARCH)/Kconfig", "drivers/nova/Kconfig", "samples/rust/Kconfig")
)
# The ports' own files are those whose facts are shipped.
FILES = {
    "Kconfig": TOP,
    "drivers/nova/Kconfig": f"{NOVA}config GLUE\n\tbool\n\tdepends on RUST\n",
    "init/Kconfig": RUST,
    "samples/rust/Kconfig": 'config SAMPLES_RUST\n\tbool "S"\n\tdepends on RUST\n',
}
OLDER = {"Kconfig": TOP, "drivers/nova/Kconfig": NOVA, "init/Kconfig": RUST}


@pytest.fixture(scope="module")
def source():
    return load(data_folder()).sources[RUST_OPTIONS]


@pytest.fixture
def known(db, source):
    """Record the files of a whole kernel, as if its tree had been read, beside the facts that are shipped of it."""

    def record(label, files):
        body = joined(files).encode()
        document = Document(
            project="linux",
            revision=label,
            path="Kconfig",
            sha256=hashlib.sha256(body).hexdigest(),
            observed_at=SEEN,
            checked_at=SEEN,
        )
        seen = Observation(source=RUST_OPTIONS, document=document, reading=gate.read(source, "Kconfig", body))
        revision = Revision(project="linux", label=label)
        with Store.open(db) as store:
            run = Run(kind="tree", started=SEEN, finished=SEEN, outcome="complete")
            store.facts.record(run, [Snapshot(revision, (seen,))])

    return record


@pytest.fixture
def drivers(run, known):
    """Run `archmatrix drivers` on Linux 7.1.13 with these files."""
    known("7.1.13", FILES)
    return lambda *words: run("drivers", "--kernel", "7.1.13", *words)


def row(said, symbol):
    return next(line.split() for line in said.out.split("\n") if f" {symbol} " in line)


def test_every_option_is_listed_with_its_numbers(drivers, known):
    """By file, in 80 columns: on how many it can be had, how many lose it, since when; and who loses how many."""
    known("6.18.15", OLDER)
    said = drivers()
    assert (said.code, said.err) == (0, "")
    lines = said.out.split("\n")
    assert max(map(len, lines)) <= 80
    assert lines[0].startswith("Linux 7.1.13")
    assert lines[0].endswith("3 options that need Rust")
    assert lines.index("drivers/nova/Kconfig") < lines.index("samples/rust/Kconfig")
    nova, samples = row(said, "NOVA"), row(said, "SAMPLES_RUST")
    assert (nova[0], nova[-1]) == ("2", "6.18.15")
    assert (samples[0], samples[-1]) == ("2", "7.1.13")
    assert row(said, "GLUE")[:3] == ["7", "GLUE", "-"]
    assert 0 < int(nova[2]) < int(samples[2])
    assert 0 < int(nova[3]) < int(samples[3])
    losers = lines.index("who loses how many for want of Rust alone")
    assert lines[losers + 1].split()[:2] == ["3", "alpha,"]
    assert "powerpc64-le" in " ".join(lines[losers:])


def test_one_machine_sees_its_own(drivers):
    """A word for each option; where the variants of a name differ, each with its own."""
    said = drivers("--arch", "ppc64le")
    assert said.code == 0
    assert row(said, "NOVA") == ["2", "NOVA", "lost"]
    said = drivers("--arch", "riscv")
    assert "can if CC_IS_CLANG: riscv64" in said.out
    assert "missing: riscv32" in said.out


@pytest.mark.slow
def test_an_option_tells_why(drivers):
    """By which lines it needs Rust, what else it asks for, and each variant by its answer."""
    said = drivers("nova")
    assert said.code == 0
    assert "needs Rust since Linux 7.1.13" in said.out
    assert "needs Rust by\n  config NOVA: depends on RUST  drivers/nova/Kconfig:4\n" in said.out
    assert "asks besides\n  config NOVA: depends on 64BIT  drivers/nova/Kconfig:3\n" in said.out
    assert "  if CC_IS_CLANG: riscv64\n" in said.out
    assert "lost: all but Rust would allow it" in said.out
    assert "config NOVA: depends on 64BIT drivers/nova/Kconfig:3:" in said.out
    assert max(map(len, said.out.split("\n"))) <= 80
    few = drivers("NOVA", "--arch", "ppc64le").out
    assert "does not select HAVE_RUST" in " ".join(few.split())
    assert "(arch/powerpc/Kconfig:" in " ".join(few.split())


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("NOVA",), 0),
        (("NOVA", "--arch", "x86_64"), 0),
        (("CONFIG_NOVA", "--arch", "ppc64le"), 1),
        (("NOVA", "SAMPLES_RUST", "--arch", "x86"), 1),
        (("NOVA", "--cc", "gcc", "--arch", "riscv64"), 1),
    ],
)
def test_the_exit_code_follows_the_answer(drivers, words, code):
    """0 where it can be had on all that was named, or on any machine; 1 where not."""
    assert drivers(*words).code == code


@pytest.mark.parametrize(
    ("symbol", "words"),
    [
        ("NOVVA", "near it: NOVA"),
        ("ZZZ", "archmatrix drivers lists them"),
        ("RUST", "found Rust itself"),
        ("64BIT", "does not need Rust"),
    ],
)
def test_an_unknown_option_is_told_with_those_near_it(drivers, symbol, words):
    """Also one that is known and needs no Rust."""
    said = drivers(symbol)
    assert (said.code, said.out) == (2, "")
    assert words in said.complaint


def test_a_kernel_that_is_not_known_cannot_tell(run):
    """3, with what would settle it."""
    said = run("drivers", "--kernel", "5.4")
    assert (said.code, said.out) == (3, "")
    assert "archmatrix drivers --tree DIR" in said.complaint


def test_json_holds_the_whole(drivers):
    """Every option with every variant, and evidence with its address."""
    said = json.loads(drivers("--json").out)
    assert said["versions"]["linux"]["version"] == "7.1.13"
    nova = next(o for o in said["drivers"] if o["symbol"] == "NOVA")
    assert (nova["type"], nova["prompt"], nova["since"]) == ("tristate", True, "7.1.13")
    (by,) = nova["needs_rust_by"]
    assert (by["path"], by["line"]) == ("drivers/nova/Kconfig", 4)
    assert by["url"].endswith("/tree/drivers/nova/Kconfig?h=v7.1.13#n4")
    having = {v["id"]: v["having"] for v in nova["variants"]}
    assert (having["x86_64"], having["powerpc64-le"], having["x86_32"]) == ("can", "lost", "missing")
    assert len(having) == said["variant_count"]


@pytest.mark.slow
def test_configurations_are_told_where_they_cannot_hold(run, known):
    """1 where a line cannot be what it says, 0 where all can; a fragment of kernel/configs is for any port."""
    good = FILES | {
        "arch/x86/configs/x86_64_defconfig": "CONFIG_64BIT=y\nCONFIG_RUST=y\nCONFIG_NOVA=m\n",
        "kernel/configs/rust.config": "CONFIG_RUST=y\n",
    }
    bad = good | {
        "arch/powerpc/configs/ppc64_defconfig": "CONFIG_RUST=y\n",
        "arch/s390/configs/defconfig": "CONFIG_NOVA=m\n",
    }
    known("7.1.13", good)
    known("6.18.15", bad)
    said = run("drivers", "--defconfigs", "--kernel", "7.1.13")
    assert said.code == 0
    assert "2 configurations (arch/*/configs, kernel/configs); 3 lines that set Rust" in " ".join(said.out.split())
    assert "2: CONFIG_RUST=y: x86_64: can hold" in said.out
    assert "1: CONFIG_RUST=y: can hold on " in said.out
    said = run("drivers", "--defconfigs", "--kernel", "6.18.15")
    assert said.code == 1
    assert "powerpc64-le: cannot hold, arch/powerpc/Kconfig of Linux 6.18.15 does not select" in " ".join(
        said.out.split()
    )
    assert "CONFIG_NOVA=m: dropped: this configuration does not set CONFIG_RUST" in " ".join(said.out.split())
    assert max(map(len, said.out.split("\n"))) <= 80
    told = json.loads(run("drivers", "--defconfigs", "--json", "--kernel", "6.18.15").out)
    assert {(line["path"], line["symbol"]): line["answer"] for line in told["lines"]} == {
        ("arch/powerpc/configs/ppc64_defconfig", "RUST"): "no",
        ("arch/s390/configs/defconfig", "NOVA"): "no",
        ("arch/x86/configs/x86_64_defconfig", "NOVA"): "yes",
        ("arch/x86/configs/x86_64_defconfig", "RUST"): "yes",
        ("kernel/configs/rust.config", "RUST"): "yes",
    }
    assert run("drivers", "--defconfigs", "NOVA", "--kernel", "7.1.13").code == 2


@pytest.mark.slow
def test_an_askers_own_tree_is_read_whole_for_it_and_for_nothing_else(run, kernel, monkeypatch, source):
    """A driver's file that is refused is nothing to another question, not even a note; here it is told."""
    registry = surroundings.registry()
    sources = {**registry.sources, RUST_OPTIONS: replace(source, floor=1, documents=1)}
    monkeypatch.setattr(surroundings, "registry", lambda: replace(registry, sources=sources))
    kernel.write("drivers/nova/Kconfig", FILES["drivers/nova/Kconfig"])
    said = run("drivers", "--tree", kernel.root)
    assert said.code == 0
    assert "Linux 7.1.13 (your tree): 2 options that need Rust" in said.out
    kernel.write("drivers/nova/Kconfig", "config NOVA\n\tnonsense\n")
    said = run("is", "x86_64", "--tree", kernel.root)
    assert RUST_OPTIONS not in said.out + said.err
    said = run("drivers", "--tree", kernel.root)
    assert (said.code, said.out) == (3, "")
    assert "drivers/nova/Kconfig:2: 'nonsense'" in said.complaint
