"""Each rule finds its contradiction in a small world, and nothing in one where the sources agree."""

from __future__ import annotations

import pytest

from matrix.cell import Weight
from matrix.resolve.contradictions import RULES, contradictions
from matrix.resolve.contradictions.scope import rule_name

# Sources that agree with each other and with the world's Kconfig.
AGREEING = {
    "linux_arch_support": ("dune rust-level Maintained", "dune rust-constraint Sandy ones only."),
    "linux_maintainers": ("dune maintainers-status Maintained",),
    "linux_llvm": ("dune clang-level Maintained", "dune clang-make LLVM=1 if LLVM >= 15.0.0"),
    "linux_changes": ("rustc version-policy minimum", "Rust minimal-version 1.85.0", "GNU~C minimal-version 8.1"),
    "rust_platform_support": (
        *("dune64-unknown-none tier 2", "dune64-unknown-none std no", "dune64-unknown-none host-tools no"),
        *("dune64-unknown-linux-gnu tier 3", "dune32-unknown-none tier 3"),
    ),
    "rust_target_specs": (
        *("dune64_none arch dune", "dune64_none pointer-width 64", "dune64_none endian little"),
        *("dune64_none metadata-tier 2", "dune64_none metadata-std false", "dune64_none metadata-host-tools false"),
        *("dune64_linux arch dune", "dune64_linux pointer-width 64", "dune64_linux endian little"),
        *("dune32_none arch dune", "dune32_none pointer-width 32", "dune32_none endian little"),
    ),
    "mrustc_language": ("rustc default 1.90.0",),
}


@pytest.fixture
def found(world, variant):
    """What the rules find where the sources agree but for these differences: rule -> contradictions."""

    def find(*more, **differences):
        context = world(**(AGREEING | differences))
        by_rule = {}
        for item in contradictions(context, (variant(), *more)):
            by_rule.setdefault(item.rule, []).append(item)
        return by_rule

    return find


def test_sources_that_agree_contradict_nothing(found):
    """Every rule is silent on the agreeing world, which the tests below change in one place each."""
    assert found() == {}


def test_where_nothing_was_read_nothing_contradicts(found):
    """A source that is missing has no opinion."""
    assert found(unknown=("linux", "rust", "gcc", "llvm", "mrustc")) == {}


@pytest.mark.parametrize("source", sorted(AGREEING))
def test_a_source_that_was_not_read_contradicts_nothing(found, source):
    """Half of a pair is no contradiction, whichever half it is."""
    assert found(**{source: ()}) == {}


def test_every_rule_has_a_name_and_says_what_it_finds():
    """The docstring is what `why` and the report print; names are unique."""
    names = [rule_name(rule) for rule in RULES]
    assert len(set(names)) == len(names) == 12
    assert all(rule.__doc__ for rule in RULES)


def test_a_contradiction_is_found_once_and_shows_its_sides(found, variant):
    """However many variants share the port; each side with file and line."""
    asks = ("dune clang-level Maintained", "dune clang-make LLVM=1 if LLVM >= 18.1.0")
    (item,) = found(variant(id="dune64-too"), linux_llvm=asks)["clang-needs-more"]
    assert item.subject == "dune"
    assert [(e.path, e.line) for e in item.sides] == [("linux-llvm.txt", 2), ("linux-min-tools.txt", 4)]


def test_words_for_different_things_are_no_contradiction(found):
    """Rust's level, clang's and the port's status: three documents with three meanings of one word."""
    for source in ("linux_arch_support", "linux_llvm"):
        words = tuple(w.replace("level Maintained", "level Supported") for w in AGREEING[source])
        assert found(**{source: words}) == {}
    assert found(linux_maintainers=("dune maintainers-status Orphan",)) == {}


def test_the_heaviest_come_first(found, variant):
    """What changes an answer, then what is about a target of some kernel's machine, then the rest."""
    told = (*AGREEING["rust_platform_support"], "lost-unknown-none tier 3", "dune-none-eabi tier 3")
    own = variant(id="dune64-too", rust_targets=("dune64-unknown-none", "dune-none-eabi"))
    asks = ("dune clang-level Maintained", "dune clang-make LLVM=1 if LLVM >= 18.1.0")
    items = [i for own in found(own, rust_platform_support=told, linux_llvm=asks).values() for i in own]
    assert [(i.weight, i.subject) for i in items] == [
        (Weight.ANSWER, "dune"),
        (Weight.TARGET, "dune-none-eabi"),
        (Weight.OTHER, "lost-unknown-none"),
    ]


# --- one kernel ---------------------------------------------------------------------------------------------------


def kernel(select, more=""):
    return {
        "arch/dune/Kconfig": f"config DUNE\n\tdef_bool y\n\t{select}\n"
        f'config SANDY\n\tbool "Sandy"\nconfig ROCKY\n\tbool "Rocky"\n{more}'
    }


def test_a_condition_that_arch_support_rst_does_not_mention(found):
    """arm on 7.1: `!KASAN` stands in Kconfig alone. What the document puts into words is mentioned."""
    (item,) = found(kconfig=kernel("select HAVE_RUST if SANDY && !KASAN"))["undocumented-condition"]
    assert item.subject == "dune"
    assert "KASAN" in item.says
    assert "SANDY" not in item.says
    clang = found(kconfig=kernel("select HAVE_RUST if SANDY && CC_IS_CLANG"))
    assert "CC_IS_CLANG" in clang["undocumented-condition"][0].says
    words = ("dune rust-level Maintained", "dune rust-constraint ``sandy`` and LLVM/Clang only.")
    assert found(kconfig=kernel("select HAVE_RUST if SANDY && CC_IS_CLANG"), linux_arch_support=words) == {}


def test_a_condition_behind_a_helper_symbol_is_a_condition_too(found):
    """arm64 on 6.12: the shadow call stack stands in the helper's dependencies."""
    more = 'config SUPPORTS\n\tdef_bool y\n\tdepends on SANDY\n\tdepends on !SHADOW\nconfig SHADOW\n\tbool "S"\n'
    (item,) = found(kconfig=kernel("select HAVE_RUST if SUPPORTS", more))["undocumented-condition"]
    assert "SHADOW" in item.says
    assert "SUPPORTS" not in item.says


def test_a_condition_that_the_minimum_rustc_always_meets_is_none(found):
    """The document need not repeat what no supported version can miss."""
    assert found(kconfig=kernel("select HAVE_RUST if SANDY && RUSTC_VERSION >= 108000")) == {}


def test_a_port_that_arch_support_rst_does_not_list_has_no_condition_to_mention(found):
    """Not listed is told on the attested rung."""
    assert found(kconfig=kernel("select HAVE_RUST if !KASAN"), linux_arch_support=("reef rust-level Maintained",)) == {}


def test_a_target_borrowed_from_another_variant(found, variant):
    """arm passes armv6's target on v7, one with an operating system and std, though the kernel has neither."""
    wet = variant(id="wet-dune", rust_targets=("wetdune-unknown-linux-gnu",))
    borrowed = {
        "linux_rustflags": ("dune rustc-target wetdune-unknown-linux-gnu",),
        "rust_target_list": ("wetdune-unknown-linux-gnu module dune64_none",),
        "rust_platform_support": ("wetdune-unknown-linux-gnu tier 2", "wetdune-unknown-linux-gnu std yes"),
    }
    plain = AGREEING["rust_target_specs"][:3]
    (item,) = found(wet, **borrowed, rust_target_specs=plain)["borrowed-target"]
    assert item.subject == "dune64"
    assert "wet-dune" in item.says
    assert "target with std" in item.says
    assert len(item.sides) == 2
    assert "borrowed-target" not in found()


def test_a_target_of_another_width(found, variant):
    """loongarch32 on 7.1: HAVE_RUST is selected, the target passed is 64-bit; not where it is not selected."""
    narrow = variant(id="dune32", bits=32, on=("DUNE", "ROCKY"), off=("SANDY",), rust_targets=("dune32-unknown-none",))
    (item,) = found(narrow, kconfig=kernel("select HAVE_RUST"))["target-of-another-width"]
    assert item.subject == "dune32"
    assert "64-bit" in item.says
    assert {e.project for e in item.sides} == {"linux", "rust"}
    assert "target-of-another-width" not in found(narrow)


def test_a_variant_that_the_kernel_cannot_build_has_no_target_of_another_width(found, variant):
    """loongarch32 on 6.12: there is no such kernel to pass it to."""
    gone = variant(id="dune32", bits=32, on=("DUNE", "ISLAND"), off=("SANDY",), rust_targets=("dune32-unknown-none",))
    files = kernel("select HAVE_RUST", "config ISLAND\n\tbool\n")
    assert "target-of-another-width" not in found(gone, kconfig=files)
    files = kernel("select HAVE_RUST")
    assert "target-of-another-width" not in found(gone, kconfig=files)


GENERATED = {"linux_rustflags": ("dune rustc-target $(objtree)/scripts/target.json",)}


def test_a_generator_that_knows_fewer_hosts_than_kconfig_admits(found, variant):
    """HAVE_RUST is selected without condition, but a specification is generated for some of the variants only."""
    spec = ("SANDY llvm-target sandy-linux-gnu",)
    rocky = variant(id="rocky-dune", on=("DUNE", "ROCKY"), off=("SANDY",))
    rule, always = "generator-knows-fewer-hosts", kernel("select HAVE_RUST")
    (item,) = found(rocky, **GENERATED, linux_target_spec=spec, kconfig=always)[rule]
    assert item.subject == "dune"
    assert "SANDY only" in item.says
    assert rule not in found(rocky, **GENERATED, linux_target_spec=spec)
    assert rule not in found(rocky, linux_target_spec=spec, kconfig=always)
    # um on x86: every host that there is has its branch.
    assert rule not in found(**GENERATED, linux_target_spec=spec, kconfig=always)


def test_a_generator_that_knows_what_kconfig_does_not_admit(found, variant):
    """A branch for 32-bit, while HAVE_RUST is selected for 64-bit alone. It is told of the 32-bit variant."""
    spec = ("SANDY llvm-target sandy-linux-gnu", "ROCKY llvm-target rocky-linux-gnu if STONES")
    rocky = variant(id="rocky-dune", on=("DUNE", "ROCKY"), off=("SANDY",))
    (item,) = found(rocky, **GENERATED, linux_target_spec=spec)["generator-knows-fewer-hosts"]
    assert item.subject == "rocky-dune"
    assert "branch for ROCKY if STONES" in item.says
    # x86 under UML: what another port's kernel alone comes to is that port's to admit.
    of_another = (spec[0], spec[1].replace("STONES", "SHELLS"))
    assert "generator-knows-fewer-hosts" not in found(rocky, **GENERATED, linux_target_spec=of_another)


def test_llvm_rst_asks_for_a_newer_llvm(found):
    """s390: `LLVM=1` needs 18.1.0 there, the script asks for 15.0.0. An override of the script counts."""
    asks = ("dune clang-level Maintained", "dune clang-make LLVM=1 if LLVM >= 18.1.0")
    (item,) = found(linux_llvm=asks)["clang-needs-more"]
    assert "18.1.0" in item.says
    assert "15.0.0" in item.says
    tools = ("rustc minimum 1.85.0", "llvm minimum 15.0.0", 'llvm minimum 18.1.0 if SRCARCH = "dune"')
    assert "clang-needs-more" not in found(linux_llvm=asks, linux_min_tools=tools)


def test_an_override_that_changes_rst_does_not_tell(found):
    """parisc64 needs GCC 12; the table has one number for all. Shortened spelling is no difference."""
    tools = ("rustc minimum 1.85.0", "gcc minimum 8.1.0", 'gcc minimum 12.0.0 if ARCH = "dune"', "llvm minimum 15.0.0")
    (item,) = found(linux_min_tools=tools)["override-not-in-changes"]
    assert item.subject == "gcc"
    assert "12.0.0" in item.says
    same = ("rustc minimum 1.85.0", 'gcc minimum 8.1.0 if ARCH = "dune"', "llvm minimum 15.0.0")
    assert found(linux_min_tools=same) == {}


# --- the compilers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("tier 2", "metadata-tier 3"),
        ("std no", "metadata-std true"),
        ("host-tools no", "metadata-host-tools true"),
    ],
)
def test_a_targets_metadata_differs_from_the_table(found, told, meant):
    """Tier, std and host tools, each told in platform-support.md and again in the specification."""
    attribute = meant.split()[0]
    specs = tuple(f"dune64_none {meant}" if attribute in w else w for w in AGREEING["rust_target_specs"])
    (item,) = found(rust_target_specs=specs)["metadata-differs"]
    assert item.subject == "dune64-unknown-none"
    assert item.says.startswith(told)
    assert len(item.sides) == 2


def test_the_table_has_a_target_that_the_compiler_does_not(found):
    """The compiler's list is whole; the table may leave a target out and says nothing of it then."""
    told = (*AGREEING["rust_platform_support"], "lost-unknown-none tier 3")
    (item,) = found(rust_platform_support=told)["documented-is-not-listed"]
    assert item.says == "lost-unknown-none stands in platform-support.md, and not among the targets that rustc knows"
    assert len(item.sides) == 2
    assert found(rust_platform_support=AGREEING["rust_platform_support"][:-1]) == {}


def test_a_listed_target_whose_backend_is_not_built(found, variant):
    """xtensa: rustc lists targets that its own LLVM cannot compile for. A machine without targets is no news."""
    found_here = found(rust_built_llvm=("Other built-backend default",))["listed-is-not-built"]
    assert {item.subject for item in found_here} == {"dune64"}
    assert all(len(item.sides) == 2 for item in found_here)
    bare = variant(id="bare", llvm="Bare", rust_targets=(), on=("DUNE", "ROCKY"), off=("SANDY",))
    assert found(bare) == {}


def test_the_example_configuration_and_the_code_that_builds_differ(found):
    """xtensa: the comment in the example went stale."""
    other = ("Other default-backend default",)
    (item, *_) = found(rust_default_llvm=other)["example-lists-other-backends"]
    assert item.says == "Dune stands among the backends of rustc's own LLVM in the code that builds it alone"
    assert [side.path for side in item.sides] == ["rust-built-llvm.txt", "rust-default-llvm.txt"]
    lists = ("Other default-backend default", "Odd default-backend experimental")
    built = ("Dune built-backend experimental", "Other built-backend default", "Odd built-backend experimental")
    (item, *_) = found(rust_built_llvm=built, rust_default_llvm=lists)["example-lists-other-backends"]
    assert [(side.line, side.says) for side in item.sides] == [
        (1, "Dune: built-backend experimental"),
        (2, "the experimental backends, without Dune"),
    ]
    (item, *_) = found(rust_built_llvm=("Other built-backend default",))["example-lists-other-backends"]
    assert item.says.endswith("in the example configuration alone")


def test_gccrs_is_in_the_tree_and_refused(found):
    """GCC 13: the directory is there, its configure refuses it."""
    (item,) = found(gccrs_enabled=("rust can-be-enabled no",))["gccrs-is-there-but-refused"]
    assert item.subject == "gccrs"
    assert found(gccrs_enabled=("rust can-be-enabled no",), gccrs_flag=()) == {}


def test_mrustc_names_an_older_rustc_than_it_builds(found):
    """rust-version says 1.29 in every tag; the sources build more."""
    (item,) = found(mrustc_language=("rustc default 1.29.0",))["mrustc-default-is-old"]
    assert "1.29.0" in item.says
    assert "1.90" in item.says
