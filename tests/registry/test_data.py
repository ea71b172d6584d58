"""The shipped data: golden names, traps, and laws that every variant keeps."""

from __future__ import annotations

import pytest

from matrix.registry import data_folder, load, resolve_name
from matrix.registry.names import RESOLVING

PORTS = {
    *("alpha", "arc", "arm", "arm64", "csky", "hexagon", "loongarch", "m68k", "microblaze", "mips", "nios2"),
    *("openrisc", "parisc", "powerpc", "riscv", "s390", "sh", "sparc", "um", "x86", "xtensa"),
}
ARM_LITTLE = "arm-v4 arm-v4t arm-v5 arm-v6 arm-v7"
MIPS32 = "mips32-be mips32-le mips32r6-be mips32r6-le"
MIPS64 = "mips64-be mips64-le mips64r6-be mips64r6-le"
PPC32 = "powerpc32 powerpc32-spe"

# Name -> variants, by the system that has the name. A name in several systems stands in one of them.
GOLDEN = {
    # ARCH= and folders under arch/
    "arc": "arc-arcompact arc-arcv2 arc-be",
    "arm": f"{ARM_LITTLE} arm-v7-be arm-v7m",
    "arm64": "arm64",
    "csky": "csky-abiv1 csky-abiv2",
    "i386": "x86_32",
    "loongarch": "loongarch32 loongarch64",
    "m68k": "m68k-classic m68k-coldfire",
    "microblaze": "microblaze-be microblaze-le",
    "mips": f"{MIPS32} {MIPS64}",
    "openrisc": "openrisc",
    "parisc": "parisc32 parisc64",
    "parisc64": "parisc64",
    "powerpc": f"{PPC32} powerpc64-be powerpc64-le",
    "riscv": "riscv32 riscv64",
    "s390": "s390x",
    "sh": "sh3 sh4-le sh4-be sh2-j2",
    "sparc": "sparc32 sparc64",
    "sparc32": "sparc32",
    "sparc64": "sparc64",
    "um": "um-x86_64 um-i386",
    "x86": "x86_64 x86_32",
    "x86_64": "x86_64",
    "xtensa": "xtensa-le xtensa-be",
    # uname -m
    "aarch64": "arm64",
    "aarch64_be": "arm64-be",
    "armv4tl": "arm-v4t",
    "armv5tejl": "arm-v5",
    "armv5tel": "arm-v5",
    "armv6l": "arm-v6",
    "armv7b": "arm-v7-be",
    "armv7l": "arm-v7",
    "armv7ml": "arm-v7m",
    "armv8l": "arm64",
    "i486": "x86_32",
    "i586": "x86_32",
    "i686": "x86_32",
    "mips64": MIPS64,
    "ppc": PPC32,
    "ppc64": "powerpc64-be",
    "ppc64le": "powerpc64-le",
    "s390x": "s390x",
    "sh4a": "sh4-le",
    "sh2eb": "sh2-j2",
    # Debian
    "amd64": "x86_64",
    "armeb": "arm-v7-be",
    "armel": "arm-v4t arm-v5 arm-v6",
    "armhf": "arm-v7",
    "hppa": "parisc32 parisc64",
    "loong64": "loongarch64",
    "mips64el": "mips64-le",
    "mips64r6el": "mips64r6-le",
    "mipsel": "mips32-le",
    "mipsn32el": "mips64-le",
    "mipsr6": "mips32r6-be",
    "or1k": "openrisc",
    "powerpcspe": "powerpc32-spe",
    "ppc64el": "powerpc64-le",
    "sh4": "sh4-le",
    "sh4eb": "sh4-be",
    "x32": "x86_64",
    # Gentoo
    "loong": "loongarch64",
    # GNU triples
    "arceb-unknown-linux-gnu": "arc-be",
    "arm-unknown-linux-gnueabi": ARM_LITTLE,
    "arm-unknown-linux-gnueabihf": "arm-v6 arm-v7",
    "csky-unknown-linux-gnuabiv1": "csky-abiv1",
    "hppa64-unknown-linux-gnu": "parisc64",
    "i686-pc-linux-gnu": "x86_32",
    "loongarch64-unknown-linux-gnusf": "loongarch64",
    "m68k-unknown-linux-gnu": "m68k-classic",
    "microblazeel-xilinx-linux-gnu": "microblaze-le",
    "mipsisa32r6el-unknown-linux-gnu": "mips32r6-le",
    "s390x-ibm-linux-gnu": "s390x",
    "x86_64-pc-linux-gnu": "x86_64",
    "xtensa-unknown-linux-gnu": "xtensa-le xtensa-be",
    # Rust targets
    "aarch64-unknown-none-softfloat": "arm64",
    "armv7a-none-eabi": "arm-v7",
    "riscv64gc-unknown-linux-gnu": "riscv64",
    "riscv64imac-unknown-none-elf": "riscv64",
    "sparc-unknown-none-elf": "sparc32",
    "thumbv7m-none-eabi": "arm-v7m",
    "x86_64-unknown-linux-gnu": "x86_64",
    "x86_64-unknown-none": "x86_64",
    "xtensa-esp32-none-elf": "xtensa-le",
    # Go and container images
    "386": "x86_32",
    "arm64be": "arm64-be",
    "armbe": "arm-v7-be",
    "mipsle": "mips32-le",
    "mips64le": "mips64-le",
    "linux/386": "x86_32",
    "linux/amd64": "x86_64",
    "linux/arm/v5": "arm-v4t arm-v5",
    "linux/arm/v6": "arm-v6",
    "linux/arm/v7": "arm-v7",
    "linux/arm64/v8": "arm64",
    "linux/riscv64": "riscv64",
    # Compilers' words that are listed, and words of mouth
    "coldfire": "m68k-coldfire",
    "itanium": "ia64",
    "powerpc64": "powerpc64-be powerpc64-le",
    "powerpc64le": "powerpc64-le",
    "rv32": "riscv32",
    "rv64": "riscv64",
    "sparcv9": "sparc64",
    "superh": "sh3 sh4-le sh4-be sh2-j2",
    "systemz": "s390x",
    "uml": "um-x86_64 um-i386",
    "user-mode-linux": "um-x86_64 um-i386",
    "x64": "x86_64",
    "x86-64": "x86_64",
    "x86_32": "x86_32",
    "x86_64-linux-gnu": "x86_64",
}


@pytest.fixture(scope="module")
def registry():
    return load(data_folder())


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_names(registry, name):
    """What people type means what they mean."""
    assert set(resolve_name(registry, name).variants) == set(GOLDEN[name].split())


@pytest.mark.parametrize("name", ["arm64", "aarch64", "x86_64", "amd64", "armhf", "i386", "ppc64", "sparc64"])
def test_a_name_of_one_variant_shows_its_siblings(registry, name):
    """So that nobody takes the answer for arm64 as one for a big-endian kernel."""
    meaning = resolve_name(registry, name)
    assert len(meaning.variants) == 1
    assert meaning.see_also
    assert not set(meaning.see_also) & set(meaning.variants)


def test_every_port_is_there_and_its_name_means_all_of_it(registry):
    """21 ports of Linux 7.1 and ia64, which 6.7 dropped. A port's name means every variant, but where it is an id."""
    assert set(registry.arches) == PORTS | {"ia64"}
    assert [a.id for a in registry.arches.values() if a.dropped] == ["ia64"]
    for arch in registry.arches:
        if arch not in registry.variants:
            expected = {id_ for id_, v in registry.variants.items() if v.arch == arch}
            assert set(resolve_name(registry, arch).variants) == expected, arch


def test_every_id_is_itself(registry):
    """Whoever writes an id gets that variant, whatever else has the name."""
    for id_ in registry.variants:
        assert resolve_name(registry, id_).variants == (id_,)


def test_every_name_held_in_a_resolving_system_resolves(registry):
    """And to some of its holders: a narrowed name never means a variant that does not have it."""
    for variant in registry.variants.values():
        for system in RESOLVING:
            for name in variant.names.get(system, ()):
                meaning = resolve_name(registry, name)
                assert variant.id in (*meaning.variants, *meaning.see_also), name


# --- traps: one word, several meanings ------------------------------------------------------------


def systems(registry, name):
    return set(resolve_name(registry, name).systems)


def test_trap_x86(registry):
    """The kernel's x86 is both widths; Gentoo's and rustc's is the 32-bit one, which is i386 to others."""
    assert registry.variants["x86_32"].names["gentoo"] == ("x86",)
    assert registry.variants["x86_32"].rustc == ("x86",)
    assert resolve_name(registry, "x86").variants == ("x86_64", "x86_32")
    # GCC's folder i386 serves both, which must not leak into the name.
    assert registry.variants["x86_64"].names["gcc"] == ("i386",)


def test_trap_arm64_and_aarch64(registry):
    """Kernel, Debian, Gentoo and Go say arm64; uname, GNU, rustc and GCC's folder say aarch64."""
    assert systems(registry, "arm64") == {"kernel", "debian", "gentoo", "go"}
    assert systems(registry, "aarch64") == {"uname", "gcc", "rustc", "llvm"}
    assert registry.variants["arm64"].llvm == "AArch64"


def test_trap_s390(registry):
    """The kernel's and Gentoo's s390 is s390x; no variant is the 31-bit userspace that Debian and Go mean."""
    assert systems(registry, "s390") == {"kernel", "gentoo", "gcc"}
    assert systems(registry, "s390x") == {"uname", "debian", "rustc", "llvm", "go"}
    assert registry.variants["s390x"].llvm == "SystemZ"


def test_trap_parisc(registry):
    """parisc to the kernel, pa to GCC, hppa to Debian, Gentoo and GNU."""
    for id_ in ("parisc32", "parisc64"):
        names = registry.variants[id_].names
        assert (names["gcc"], names["debian"], names["gentoo"]) == (("pa",), ("hppa",), ("hppa",))
        assert names["gnu"][0].startswith("hppa")


def test_trap_openrisc(registry):
    """openrisc to the kernel, or1k to GCC, GNU and Debian."""
    assert systems(registry, "openrisc") == {"kernel", "uname"}
    assert systems(registry, "or1k") == {"debian", "gcc"}


def test_trap_loongarch(registry):
    """loong64 to Debian and Go, loong to Gentoo, loongarch64 to rustc and uname."""
    assert systems(registry, "loong64") == {"debian", "go"}
    assert systems(registry, "loong") == {"gentoo"}
    assert systems(registry, "loongarch64") == {"uname", "rustc", "llvm"}


def test_trap_powerpc(registry):
    """Byte order is in the target and not in rustc's arch; Debian's ppc64el is ppc64le; Gentoo's ppc64 is either."""
    big, little = registry.variants["powerpc64-be"], registry.variants["powerpc64-le"]
    assert big.rustc == little.rustc == ("powerpc64",)
    assert big.names["gentoo"] == little.names["gentoo"] == ("ppc64",)
    assert resolve_name(registry, "ppc64el").variants == resolve_name(registry, "ppc64le").variants
    assert "powerpc64-le" in resolve_name(registry, "ppc64").see_also
    assert big.names["gcc"] == ("rs6000",)


def test_trap_sparc(registry):
    """ARCH may be sparc32 or sparc64; Gentoo's sparc is sparc64; LLVM says sparcv9."""
    assert registry.variants["sparc64"].make == ("sparc64", "sparc")
    assert registry.variants["sparc32"].make == ("sparc32", "sparc")
    assert "sparc" in registry.variants["sparc64"].names["gentoo"]
    assert registry.variants["sparc64"].names["llvm"] == ("sparcv9",)


def test_trap_riscv(registry):
    """Rust targets carry the ISA string, GNU triples do not."""
    variant = registry.variants["riscv64"]
    assert "riscv64gc-unknown-linux-gnu" in variant.rust_targets
    assert variant.gnu_triples == ("riscv64-unknown-linux-gnu",)


def test_trap_um(registry):
    """um is no CPU: it has its host's names, shown as see also, and answers only to its own."""
    for name in ("amd64", "x86_64", "x86_64-unknown-linux-gnu", "i386", "i686", "386"):
        meaning = resolve_name(registry, name)
        assert not any(id_.startswith("um-") for id_ in meaning.variants)
        assert any(id_.startswith("um-") for id_ in meaning.see_also)
    assert [registry.variants[v].subarch for v in resolve_name(registry, "um").variants] == ["x86", "i386"]


def test_trap_i386(registry):
    """A value of ARCH= and of SUBARCH without a folder under arch/: the 32-bit x86 kernel alone."""
    assert "i386" not in registry.arches
    assert resolve_name(registry, "i386").variants == ("x86_32",)


# --- laws of the variants --------------------------------------------------------------------------


def test_only_its_own_port_is_on(registry):
    """A variant fixes the symbol of its port, and no other port's."""
    symbols = {arch.symbol: arch.id for arch in registry.arches.values()}
    for variant in registry.variants.values():
        assert [symbols[s] for s in variant.on if s in symbols] == [variant.arch]


def test_width_and_byte_order_agree_with_the_symbols(registry):
    """64BIT and the endianness symbols, where a variant fixes them, say what bits and endian say."""
    for variant in registry.variants.values():
        assert ("64BIT" in variant.on) == (variant.bits == 64), variant.id
        assert "CPU_BIG_ENDIAN" not in variant.on or variant.endian == "big", variant.id
        assert "CPU_LITTLE_ENDIAN" not in variant.on or variant.endian == "little", variant.id


def test_subarch_is_for_um(registry):
    """Only user-mode Linux has a host to name."""
    assert {v.arch for v in registry.variants.values() if v.subarch} == {"um"}


def test_armv6_leaves_v7_open(registry):
    """One image may serve v6 and v7, so v7 is a condition there; v4, v5 and v7-M exclude it."""
    assert "CPU_32v7" in registry.variants["arm-v6"].free
    for id_ in ("arm-v4", "arm-v4t", "arm-v5", "arm-v7m"):
        assert "CPU_32v7" in registry.variants[id_].off


def test_every_variant_differs_from_its_siblings(registry):
    """Two variants of a port with the same symbols would be one variant, but for where ARCH and SUBARCH tell."""
    seen = {}
    for variant in registry.variants.values():
        key = (variant.arch, frozenset(variant.on), frozenset(variant.off))
        assert key not in seen, (variant.id, seen.get(key))
        seen[key] = variant.id
