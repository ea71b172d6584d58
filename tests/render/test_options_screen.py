"""The options that condition or exclude Rust, on a screen."""

from __future__ import annotations

import pytest

from matrix.query.features import features
from matrix.render.answer.options_screen import Optioned, options_screen
from matrix.render.style import without
from matrix.resolve.kernel import kernel
from matrix.resolve.options import options


@pytest.fixture
def screen(registry, scene):
    """Of the shipped facts' newest kernel."""

    def of(name, *ids):
        variants = [registry.variants[id_] for id_ in ids]
        found = [Optioned(v, options(scene.context, v), kernel(scene.context, v)) for v in variants]
        return without(options_screen(registry, scene, name, found, features(scene.context)))

    return of


def test_the_sentence_says_what_it_hangs_on_and_each_condition_has_its_place(screen):
    """The variant's own first; what is met is counted, and no condition of 7.2.6 is left out."""
    lines = screen("armv7l", "arm-v7").splitlines()
    assert lines[0] == "armv7l: Linux 7.2.6 admits Rust if !KASAN; of every architecture 6 conditions"
    text = " ".join(" ".join(lines).split())
    assert "are open (arm-v7)" in text
    assert "of its own select HAVE_RUST if CPU_LITTLE_ENDIAN && CPU_32v7 && !KASAN, here: !KASAN (arch/arm/" in text
    assert "config RUST !MODVERSIONS || GENDWARFKSYMS (init/Kconfig:" in text
    assert "!CFI || HAVE_CFI_ICALL_NORMALIZE_INTEGERS_RUSTC, here: !CFI (init/Kconfig:" in text
    assert "1 met here: -v" in text
    assert lines[-1] == "more        archmatrix options armv7l -v (or config .config)"


def test_a_refusal_says_why(screen):
    """With the line that cannot hold."""
    text = " ".join(screen("i386", "x86_32").split())
    assert text.startswith("i386: Linux 7.2.6 does not admit Rust; ")
    assert "of its own select HAVE_RUST if X86_64, cannot hold here (arch/x86/Kconfig:" in text


def test_of_several_variants_the_common_conditions_stand_once(screen):
    """Variants of which the same is said stand together."""
    text = screen("mips riscv64", "mips32-be", "mips32-le", "riscv64")
    assert "mips32-be, mips32-le:\n  does not admit Rust: arch/mips/Kconfig of " in text
    assert "\nriscv64: admits Rust if CC_IS_CLANG\n" in text
    assert text.count("!RANDSTRUCT") == 1


def test_every_port_is_a_screen(screen, registry):
    """20 lines of 80 columns, whatever a port's name means."""
    for meaning in (registry.names[arch] for arch in registry.arches if arch in registry.names):
        lines = screen(meaning.name, *meaning.variants).splitlines()
        assert len(lines) <= 20, meaning.name
        assert max(map(len, lines)) <= 80
