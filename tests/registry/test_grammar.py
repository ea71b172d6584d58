"""A name as it is typed -> how it reads: laws that hold for every name, and each kind of name once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.errors import GoneError, UsageError
from matrix.registry import data_folder, load, part_gone, resolve_name
from matrix.registry.grammar import LONGEST_NAME
from matrix.render.phrases import elsewhere_words

REGISTRY = load(data_folder())
# A triple that no list has, so that the grammar reads it, with every arch word that triples begin with.
ARCHES = sorted(
    {triple.split("-")[0] for v in REGISTRY.variants.values() for triple in (*v.gnu_triples, *v.rust_targets)}
)
VENDORS = st.from_regex(r"[a-z]{3,8}[0-9]?", fullmatch=True).filter(
    lambda word: word not in REGISTRY.names and word not in {"img", "score", "tile", "cris", "meta", "metag", "linux"}
)
WORDS = st.sampled_from(
    sorted({part for name in REGISTRY.names for part in name.replace("/", "-").split("-")} | {"linux", "none", "musl"})
)


def variants(name):
    """What a name means, None where it is refused."""
    try:
        return resolve_name(REGISTRY, name).variants
    except UsageError:
        return None


# --- laws ---------------------------------------------------------------------------------------------------------


@given(
    name=st.text(max_size=60) | st.lists(WORDS, max_size=6).map("-".join) | st.lists(WORDS, max_size=5).map("_".join)
)
def test_any_text_is_a_name_or_refused(name):
    """Nothing else comes of it, and a meaning is never empty."""
    found = variants(name)
    assert found is None or (found and set(found) <= REGISTRY.variants.keys())


@pytest.mark.parametrize("joint", ["-", "_", "/", " ", ":", "=", "linux-", "config_", "any-", "-gcc", "((", "-config"])
def test_a_long_text_takes_no_time(joint):
    """What is stripped is stripped once: no text makes the ways of reading it multiply."""
    assert variants((joint * LONGEST_NAME)[:LONGEST_NAME]) is None
    assert variants("x" + joint * 10_000) is None


@given(arch=st.sampled_from(ARCHES), vendor=VENDORS, env=st.sampled_from(["", "-gnu", "-musl", "-uclibc"]))
def test_a_vendor_decides_nothing(arch, vendor, env):
    """Whoever built the compiler."""
    found = variants(f"{arch}-{vendor}-linux{env}")
    assert found is not None
    assert found == variants(f"{arch}-unbelievable-linux{env}")


@given(
    arch=st.sampled_from(ARCHES), prefix=st.sampled_from(["ARCH=", "target=", "cross-", "gcc-", "gcc-14-", "linux-"])
)
def test_what_stands_before_a_triple_decides_nothing(arch, prefix):
    """And neither do capitals, blanks around it, the hyphen of CROSS_COMPILE and a tool's name."""
    triple = f"{arch}-linux-musl"
    plain = variants(triple)
    assert plain is not None
    for name in (
        prefix + triple,
        triple.upper(),
        f"  {triple}\n",
        f"{triple}-",
        f"{triple}-gcc",
        f"{triple}-objcopy-2.4",
    ):
        assert variants(name) == plain, name


@given(name=st.sampled_from(sorted(REGISTRY.variants)))
def test_an_id_is_that_variant_however_it_is_written(name):
    """Also after ARCH=, CONFIG_ and a naming system's name."""
    for written in (name, name.upper(), f"ARCH={name}", f"config_{name}", f"debian:{name}", f"qemu-system-{name}"):
        assert variants(written) == (name,), written


def test_triples_that_are_listed_read_alike_by_the_grammar_alone():
    """The list and the grammar never speak of different machines."""
    # GCC's name for a machine without an MMU, where other vendors build for one with an MMU; and one that is no triple.
    apart = {"arm-unknown-linux-uclibcgnueabi", "user-mode-linux"}
    for name, meaning in REGISTRY.names.items():
        parts = name.split("-")
        if "linux" in parts[1:] and "/" not in name and name not in apart:
            alone = "-".join([parts[0], "unbelievable", *parts[parts.index("linux") :]])
            assert set(variants(alone)) & set(meaning.variants), name


# --- kinds --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("aarch64-redhat-linux-gnu", "architecture aarch64, vendor redhat, system linux, environment gnu"),
        ("CONFIG_CPU_V7", "prefix config_, architecture cpu_v7"),
        ("arm_cortex-a7_neon-vfpv4", "architecture arm, core cortex-a7, environment neon-vfpv4"),
        ("raspbian:armhf", "names of raspbian, architecture armhf"),
        ("qemu-system-ppc64", "prefix qemu-system-, architecture ppc64"),
        ("x86_64-randconfig-001", "architecture x86_64, suffix -randconfig-001"),
        ("ramips", "machine ramips"),
        ("cortexa53-crypto", "core cortexa53, environment crypto"),
        ("RISC-V ARCHITECTURE", "architecture risc-v"),
        ("arm64", ""),
    ],
)
def test_a_name_tells_how_it_was_read(name, read):
    """Part by part, in the order of the name; a name that is listed as it stands has nothing to tell."""
    assert ", ".join(f"{part} {word}" for part, word in resolve_name(REGISTRY, name).read) == read


@pytest.mark.parametrize(
    ("name", "means"),
    [
        ("ppc64", "powerpc64-be"),
        ("PPC64", "powerpc64-be powerpc64-le"),
        ("CONFIG_PPC64", "powerpc64-be powerpc64-le"),
        ("debian:ppc64", "powerpc64-be"),
        ("armhf", "arm-v7"),
        ("alpine:armhf", "arm-v6"),
        ("docker:linux/arm/v6", "arm-v6"),
        ("nixos:x86_64-linux", "x86_64"),
        ("powerpc 64-bit, little endian", "powerpc64-le"),
        ("sparc (32-bit)", "sparc32"),
        ("mips-img-linux-gnu", "mips32r6-be"),
        ("mips-mti-linux-gnu", "mips32-be"),
    ],
)
def test_a_word_that_two_systems_use_is_told_apart(name, means):
    """By its capitals, its prefix, the system's name or the vendor."""
    assert variants(name) == tuple(means.split())


def test_what_others_mean_by_a_word_is_said():
    """Of armhf, of powerpc; and amd64, which is one machine to all, says nothing."""
    assert dict(resolve_name(REGISTRY, "armhf").elsewhere) == {"raspbian": ("arm-v6",), "alpine": ("arm-v6",)}
    assert dict(resolve_name(REGISTRY, "powerpc").elsewhere)["debian"] == ("powerpc32",)
    assert dict(resolve_name(REGISTRY, "PPC64").elsewhere)["uname"] == ("powerpc64-be",)
    assert resolve_name(REGISTRY, "amd64").elsewhere == ()
    assert resolve_name(REGISTRY, "x86_64").elsewhere == ()


@pytest.mark.parametrize(
    "name",
    [
        *(
            "mips-64-linux",
            "arm-aarch64-linux-gnu",
            "arm_24kc",
            "powerpc64-linux-gnuspe",
            "x86_64-foo",
            "riscv64-linux-foo",
        ),
        *("arm64 riscv64", "linux", "linux-gnu", "none", "unknown-linux-gnu", "config_", "arch=", "debian:", "x:arm64"),
    ],
)
def test_parts_that_contradict_each_other_or_are_unknown_make_no_name(name):
    """Rather than another machine's answer."""
    assert variants(name) is None


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("riscv46", "riscv64"),
        ("amr64", "arm64"),
        ("aarch64-foo-bar", "aarch64"),
        ("x86_64_zen5", "x86_64"),
        ("riscv64-linux-gnu-rv64imafdc", "riscv64-linux-gnu"),
        ("arm_cortex-a99", "arm"),
    ],
)
def test_the_first_hint_is_what_was_read_of_the_name(name, first):
    """Else what looks most like it; and where all names are."""
    with pytest.raises(UsageError, match=rf"expected a name such as {first}[ ,].*\(all: archmatrix names\)"):
        resolve_name(REGISTRY, name)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("riscv64-wrs-vxworks", "a name for another operating system, expected one for Linux, such as riscv64"),
        ("thumbv7a-pc-windows-msvc", "a name for Windows or UEFI, expected one for Linux, such as thumbv7a"),
        ("hurd-i386", "a name for the Hurd, expected one for Linux, such as i386"),
        ("wasm32-wasip2", "a name for a virtual machine or an accelerator, expected one for Linux"),
        ("tricore", "for which there is no port, expected what Linux runs on"),
        ("ppcle", "a 32-bit little-endian PowerPC, expected what Linux runs on"),
    ],
)
def test_a_name_of_no_linux_machine_says_why(name, says):
    """And what to type instead."""
    with pytest.raises(UsageError) as caught:
        resolve_name(REGISTRY, name)
    assert says in str(caught.value)


def test_a_port_that_is_gone_says_since_when():
    """In every spelling, and apart from the names that something can be asked of."""
    with pytest.raises(GoneError, match=r"'tilegx-unknown-linux-gnu' \(Tilera TILE\), which Linux dropped in 4.17"):
        resolve_name(REGISTRY, "tilegx-unknown-linux-gnu")
    there, gone = part_gone(REGISTRY, ["arm64", "H8300", "CONFIG_UNICORE32", "riscv64"])
    assert there == ["arm64", "riscv64"]
    assert [(port.name, port.dropped) for port in gone] == [("H8300", "5.19"), ("CONFIG_UNICORE32", "5.9")]


def test_every_other_meaning_is_said_in_words():
    """With the systems' names, and with what to type for it, which means that."""
    for meaning in REGISTRY.names.values():
        lines = elsewhere_words(meaning)
        assert len(lines) == len({ids for _, ids in meaning.elsewhere})
        for line in lines:
            asked = line[line.rindex("(") + 1 : -1]
            assert variants(asked) == dict(meaning.elsewhere)[asked.partition(":")[0]], line
