"""The shipped data against real upstream trees: symbols in Kconfig, targets in rustc, folders in GCC and LLVM."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache

import pytest

from matrix.errors import UsageError
from matrix.registry import data_folder, load, resolve_name

pytestmark = pytest.mark.trees

# Targets that are no name of a variant: R profile and M profile processors on which no port runs, the embedded
# RV32E. A vendor, Unikraft too, which speaks like Linux, and the ILP32 of a userspace say nothing of the machine.
LEFT_OUT = re.compile(r"armebv7r|armv[78]r|thumbv[78]r|aarch64v8r|thumbv6m|thumbv8m|riscv32em?c?-")
# Two ways that a kernel has no variant: its port is gone, or is not there yet.
NO_SYMBOL = {("ia64", "port"), ("loongarch32", "32BIT")}


@pytest.fixture(scope="module")
def registry():
    return load(data_folder())


def kernels(trees):
    return {name: path for name, path in trees.items() if name.startswith("linux-")}


@cache
def settable(folders):
    """The symbols of a port's Kconfig files -> how each can become y: prompt, default, select."""
    how, always = defaultdict(set), set()
    for file in sorted(f for folder in folders for f in folder.glob("**/Kconfig*")):
        symbol, text = "", file.read_text(encoding="utf-8").replace("\\\n", " ")
        for line in text.split("\n"):
            if new := re.match(r"\s*(?:menu)?config (\w+)$", line):
                symbol = new[1]
                how[symbol].add("defined")
            elif re.match(r"\s*(help|choice|endchoice|menu|endmenu)\b", line):
                symbol = symbol if "help" in line else ""
            elif select := re.match(r"\s+(?:select|imply) (\w+)", line):
                how[select[1]].add("select")
            elif symbol and re.match(r'\s+(prompt|bool|tristate)\s+"', line):
                how[symbol].add("prompt")
            elif symbol and re.match(r"\s+(default|def_bool)\s", line):
                how[symbol].add("default")
                if re.fullmatch(r"\s+(default|def_bool)\s+y", line):
                    always.add(symbol)
            elif symbol and re.match(r"\s+depends on", line):
                always.discard(symbol)
    return how, {s for s in always if "prompt" not in how[s]}


def folders(tree, variant):
    port = tree / "arch" / variant.arch
    return (port, tree / "arch/x86/um") if variant.arch == "um" else (port,)


def test_every_symbol_can_be_set_in_every_kernel(registry, trees):
    """Each symbol under `on` has a prompt, a default or a select, but for ia64 after 6.7 and loongarch32 before 7.1."""
    cannot = set()
    for name, tree in kernels(trees).items():
        for variant in registry.variants.values():
            if not (tree / "arch" / variant.arch / "Kconfig").is_file():
                cannot.add((name, variant.id, "port"))
                continue
            how, _ = settable(folders(tree, variant))
            cannot |= {
                (name, variant.id, s)
                for s in variant.on
                if "defined" not in how[s] or not how[s] & {"prompt", "default", "select"}
            }
    assert {(id_, symbol) for _, id_, symbol in cannot} <= NO_SYMBOL
    assert ("linux-7.1.13", "loongarch32", "32BIT") not in cannot
    assert ("linux-6.1.176", "ia64", "port") not in cannot


def test_no_symbol_that_is_always_y_is_off(registry, trees):
    """A symbol under `off` can be n: none is y by default without a prompt, but 64BIT of loongarch before 7.1."""
    forced = {
        (name, variant.id, symbol)
        for name, tree in kernels(trees).items()
        for variant in registry.variants.values()
        for symbol in settable(folders(tree, variant))[1] & set(variant.off)
    }
    assert {(id_, symbol) for _, id_, symbol in forced} <= {("loongarch32", "64BIT")}
    assert not any(name == "linux-7.1.13" for name, *_ in forced)


def test_free_and_off_symbols_exist_in_some_kernel(registry, trees):
    """A symbol that no kernel defines for its port is a misspelling; but 32-bit ports need no 64BIT."""
    for variant in registry.variants.values():
        known = {
            s for t in kernels(trees).values() for s, h in settable(folders(t, variant))[0].items() if "defined" in h
        }
        assert {*variant.off, *variant.free, *variant.where_defined} - known <= {"64BIT"}, variant.id


def test_each_ports_symbol_is_its_own(registry, trees):
    """The symbol of a port is defined by that port, and by no other."""
    for tree in kernels(trees).values():
        for arch in registry.arches.values():
            owners = {
                port.name
                for port in (tree / "arch").iterdir()
                if port.is_dir()
                and re.search(rf"^config {arch.symbol}$", (port / "Kconfig").read_text("utf-8"), re.MULTILINE)
            }
            assert owners == ({arch.id} if (tree / "arch" / arch.id / "Kconfig").is_file() else set())


def rust_targets(tree):
    """Each target of the list for Linux or bare metal -> (target_arch as the enumeration or text, width, endian)."""
    spec = tree / "compiler/rustc_target/src/spec"
    text = (spec / "mod.rs").read_text(encoding="utf-8")
    listed = re.findall(r'\("([^"]+)",\s*(\w+)\),', text[text.index("supported_targets! {") :])
    for name, module in listed:
        body = (spec / f"targets/{module}.rs").read_text(encoding="utf-8")
        arch = re.search(r'arch: (?:Arch::(\w+)|"(\w+)"\.into)', body)
        width = re.search(r"pointer_width: (\d+)", body)
        if "-linux-" in name or "-none" in name:
            endian = "big" if "Endian::Big" in body else "little"
            yield name, (arch[1] or arch[2]).lower() if arch else "", int(width[1]) if width else 0, endian


def test_rust_targets_resolve_to_their_machine(registry, trees):
    """Each Linux or bare-metal target of a port means variants of its ISA, width and byte order, or is left out."""
    isas = {isa for variant in registry.variants.values() for isa in variant.rustc}
    for name, tree in trees.items():
        if not name.startswith("rust-") or not (tree / "compiler/rustc_target/src/spec/targets").is_dir():
            continue  # older ones are written in another shape
        for target, arch, width, endian in rust_targets(tree):
            if LEFT_OUT.match(target) or (arch and arch not in isas):
                with pytest.raises(UsageError):
                    resolve_name(registry, target)
                continue
            for id_ in resolve_name(registry, target).variants:
                variant = registry.variants[id_]
                assert variant.endian == endian, target
                assert not arch or arch in variant.rustc, target
                assert variant.bits == width or not width or target.endswith(("x32", "_ilp32")), target


def test_every_rust_target_of_a_variant_is_listed(registry, trees):
    """No target is invented or misspelt: each is in the newest rustc at hand."""
    if not any(name.startswith("rust-") for name in trees):
        pytest.skip("no rustc tree")
    newest = max((n for n in trees if n.startswith("rust-")), key=lambda n: [int(p) for p in n[5:].split(".")])
    listed = {target for target, *_ in rust_targets(trees[newest])}
    for variant in registry.variants.values():
        assert set(variant.rust_targets) <= listed, variant.id


def test_folders_of_compilers_exist(registry, trees):
    """GCC's folders are in some GCC (nios2 went with 15), LLVM's backends in the newest LLVM."""
    gcc = {p.name for n, t in trees.items() if n.startswith("gcc-") for p in (t / "gcc").glob("config/*") if p.is_dir()}
    llvm = "".join(
        (t / "llvm/CMakeLists.txt").read_text(encoding="utf-8") for n, t in trees.items() if n.startswith("llvm-")
    )
    if not llvm or not any(n.startswith("gcc-14") and (t / "gcc/config/nios2").is_dir() for n, t in trees.items()):
        pytest.skip("no LLVM tree, or none of GCC 14, the last with all folders, as a whole")
    for variant in registry.variants.values():
        assert set(variant.names.get("gcc", ())) <= gcc, variant.id
        assert not variant.llvm or re.search(rf"^\s*{variant.llvm}$", llvm, re.MULTILINE), variant.id
