"""matrix.resolve.drivers and defconfigs: what needs Rust, by what, where it can be had, and who loses it."""

from __future__ import annotations

import pytest

from matrix.expression import show
from matrix.extract.linux_rust_options import extract
from matrix.model import Truth
from matrix.resolve.defconfigs import config_lines, configurations
from matrix.resolve.drivers import RUST_OPTIONS, Having, RustOptions
from matrix.resolve.facts import Facts
from matrix.text import Text
from tests.extract.test_linux_rust_options import joined
from tests.resolve.conftest import KCONFIG, located

DRIVERS = {
    "drivers/Kconfig": 'config SAND\n\ttristate "S"\n\tdepends on RUST\n\tdepends on BUS\n'
    'config GLUE\n\tbool\n\tdepends on RUST\nconfig WAVE\n\ttristate "W"\n\tdepends on !DEEP\n\tdepends on GLUE\n'
    'config TOP\n\ttristate "T"\n\tdepends on RUST\n\tselect GLUE\n'
    'config BUS\n\tbool "B"\n\tdepends on HAVE_BUS\nconfig HAVE_BUS\n\tbool\n'
    'config CLEAN\n\tbool "C"\n\tdepends on RUST && KASAN\nconfig AUTO\n\tdef_bool RUST\n'
    'config DEEP\n\tbool "D"\nconfig NAME\n\tstring "N"\n\tdepends on RUST\n',
    "arch/dune/Kconfig": KCONFIG["arch/dune/Kconfig"].replace(
        "\tselect HAVE_RUST", "\tselect HAVE_BUS\n\tselect HAVE_RUST"
    ),
}


@pytest.fixture
def asked(world, registry):
    """The context of a kernel with these files, read for its ports and for what needs Rust."""

    def make(changed=None, **more):
        files = {p: c for p, c in (KCONFIG | DRIVERS | (changed or {})).items() if c is not None}
        ports = {p: c for p, c in files.items() if not p.startswith("drivers/") and "/configs/" not in p}
        context = world(kconfig=ports, **more)
        known = context.facts["linux"]
        text = joined({p: _with_anchor(p, c) for p, c in files.items()})
        items = [item for source in registry.sources for item in known.of(source)]
        items += [located(RUST_OPTIONS, "Kconfig", fact) for fact in extract(Text("Kconfig", text))]
        context.facts["linux"] = Facts(known.revision, items)
        return context

    return make


def _with_anchor(path, content):
    """init/ and arch/Kconfig have the symbol that marks them."""
    anchor = {"init/Kconfig": "CC_IS_GCC", "arch/Kconfig": "KPROBES"}.get(path)
    return content if not anchor or f"config {anchor}\n" in content else f"{content}config {anchor}\n\tbool\n"


@pytest.fixture
def options(asked, variant):
    """Each option by its symbol, on the 64-bit dune, one without Rust, and the reef."""
    rocky = variant(id="rocky", on=("DUNE", "ROCKY"), off=("SANDY",))
    reef = variant(id="reef", srcarch="reef", arch="reef", on=("REEF",), off=("CORAL",), make=("reef",))

    def make(changed=None, **more):
        context = asked(changed, **more)
        known = RustOptions(context.facts["linux"])
        found = known.on_variants(context, [variant(), rocky, reef], known.names)
        return {option.symbol: option for option in found}

    return make


def on(option):
    return {one.variant: one.having.value for one in option.on}


def lines(items):
    return [f"{item.says} {item.path}:{item.line}" for item in items]


def test_the_switches_that_need_rust_are_listed(options):
    """In the order of their lines; a text or a number under one is no option of its own."""
    found = options()
    assert list(found) == ["SAND", "GLUE", "WAVE", "TOP", "CLEAN", "AUTO"]
    assert {name for name, option in found.items() if not option.prompt} == {"GLUE", "AUTO"}
    assert (found["SAND"].type, found["SAND"].place.path, found["SAND"].place.line) == (
        "tristate",
        "drivers/Kconfig",
        2,
    )


def test_by_which_lines_it_needs_rust(options):
    """Its own first, then that of what it depends on, down to the one that names RUST."""
    found = options()
    assert lines(found["SAND"].by) == ["config SAND: depends on RUST drivers/Kconfig:3"]
    assert lines(found["WAVE"].by) == [
        "config WAVE: depends on GLUE drivers/Kconfig:11",
        "config GLUE: depends on RUST drivers/Kconfig:7",
    ]
    assert lines(found["SAND"].demands) == ["config SAND: depends on BUS drivers/Kconfig:4"]


def test_what_only_such_an_option_selects_needs_rust_by_it(options):
    """An abstraction without a prompt that does not name RUST itself, whatever the order of the names."""
    text = 'config AAA\n\tbool\nconfig ZZZ\n\tbool "Z"\n\tdepends on RUST\n\tselect AAA\n'
    found = options({"drivers/more/Kconfig": text})
    assert lines(found["AAA"].by) == [
        "config ZZZ: select AAA drivers/more/Kconfig:6",
        "config ZZZ: depends on RUST drivers/more/Kconfig:5",
    ]


def test_where_rust_and_all_else_hold_it_can_be_had(options):
    """The condition is Rust's own."""
    found = options({"arch/dune/Kconfig": DRIVERS["arch/dune/Kconfig"].replace("if SANDY", "if SANDY && !KASAN")})
    assert on(found["SAND"]) == {"dune64": "can", "rocky": "lost", "reef": "missing"}
    assert show(found["SAND"].on[0].condition) == "!KASAN"


def test_where_only_rust_is_missing_it_is_lost(options):
    """Whose machine loses it: all other dependencies hold there."""
    found = options()["TOP"]
    assert on(found) == {"dune64": "can", "rocky": "lost", "reef": "lost"}
    lost = found.variants(Having.LOST)
    assert lost[0].because.startswith("HAVE_RUST is selected if SANDY, and SANDY is n")
    assert lost[0].evidence[0].path == "arch/dune/Kconfig"


def test_where_another_dependency_fails_rust_takes_nothing(options):
    """It is told which, down to the one that decides."""
    missing = options()["SAND"].variants(Having.MISSING)
    assert [one.variant for one in missing] == ["reef"]
    assert lines(missing[0].evidence) == [
        "config SAND: depends on BUS drivers/Kconfig:4",
        "config BUS: depends on HAVE_BUS drivers/Kconfig:18",
    ]


def test_a_symbol_that_nobody_defines_is_n(options):
    """All files were read."""
    found = options({"drivers/more/Kconfig": 'config A\n\tbool "A"\n\tdepends on RUST && NOBODY\n'})
    assert set(on(found["A"]).values()) == {"missing"}


def test_what_a_driver_anywhere_selects_opens_a_way(options):
    """The whole tree is known: what selects a symbol without a prompt was read, or does not exist."""
    text = 'config A\n\tbool "A"\n\tdepends on RUST && DUG\nconfig DUG\n\tbool\n'
    assert set(on(options({"drivers/more/Kconfig": text})["A"]).values()) == {"missing"}
    text += 'config DIGGER\n\tbool "D"\n\tdepends on DUNE\n\tselect DUG\n'
    found = options({"drivers/more/Kconfig": text})
    assert on(found["A"]) == {"dune64": "can", "rocky": "lost", "reef": "missing"}


def test_what_rust_excludes_on_a_variant_excludes_the_option(options):
    """Rust without KASAN there, and an option that asks for KASAN."""
    port = DRIVERS["arch/dune/Kconfig"].replace("if SANDY", "if SANDY && !KASAN")
    found = options({"arch/dune/Kconfig": port})["CLEAN"]
    assert on(found)["dune64"] == "lost"
    assert "exclude each other" in found.on[0].because


def test_two_demands_that_exclude_each_other_cannot_hold(options):
    """Also where the second stands one option further down."""
    text = 'config A\n\tbool "A"\n\tdepends on RUST && B && !DEEP\nconfig B\n\tbool "B"\n\tdepends on DEEP\n'
    assert set(on(options({"drivers/more/Kconfig": text})["A"]).values()) == {"missing"}


def test_a_variant_that_the_kernel_does_not_have_is_left_out(options):
    """It loses nothing."""
    found = options(linux_ports=("dune port arch/dune/Kconfig",))
    assert on(found["SAND"]) == {"dune64": "can", "rocky": "lost"}


def test_where_rust_cannot_be_told_neither_can_the_option(options):
    """Unknown is never no; what fails for another reason fails all the same."""
    found = options(linux_rustflags=())
    assert on(found["SAND"]) == {"dune64": "unknown", "rocky": "lost", "reef": "missing"}


def test_what_stands_under_the_ports_own_source_is_not_needed_twice(asked, variant):
    """As in the facts that are shipped: the same answer, whichever of the two sources says it."""
    context = asked()
    whole = context.facts["linux"]
    said = {(i.path, i.fact.subject, i.fact.attribute, i.fact.value) for i in whole.of("linux-kconfig")}
    left = [i for s in ("linux-kconfig", "linux-ports") for i in whole.of(s)]
    kept = [
        i
        for i in whole.of(RUST_OPTIONS)
        if (*i.fact.subject.rpartition(":")[::2], i.fact.attribute, i.fact.value) not in said
    ]
    assert 0 < len(kept) < len(whole.of(RUST_OPTIONS))
    one, other = RustOptions(whole), RustOptions(Facts(whole.revision, [*left, *kept]))
    assert one.names == other.names
    assert [one.option(n) for n in one.names] == [other.option(n) for n in other.names]
    assert one.on_variants(context, [variant()], one.names) == other.on_variants(context, [variant()], other.names)


# The top file, which leads to all others; the dune alone leads to drivers/freq.
TOP = {
    "Kconfig": 'source "init/Kconfig"\nsource "arch/Kconfig"\nsource "arch/$(SRCARCH)/Kconfig"\n'
    'if BUS\nsource "drivers/Kconfig"\nendif\nsource "drivers/bus/Kconfig"\n',
    "drivers/Kconfig": 'config SAND\n\ttristate "S"\n\tdepends on RUST\n',
    "drivers/bus/Kconfig": 'config BUS\n\tbool "B"\n\tdepends on HAVE_BUS\nconfig HAVE_BUS\n\tbool\n',
    "drivers/freq/Kconfig": 'config FREQ\n\ttristate "F"\n\tdepends on RUST\n',
    "arch/dune/Kconfig": DRIVERS["arch/dune/Kconfig"] + 'source "drivers/freq/Kconfig"\n',
}


def test_a_file_that_a_port_does_not_lead_to_has_nothing_for_it(options):
    """drivers/cpufreq is sourced by some ports alone: the others lose nothing by Rust."""
    found = options(TOP)
    assert on(found["FREQ"]) == {"dune64": "can", "rocky": "lost", "reef": "missing"}
    assert found["FREQ"].on[2].because == "no Kconfig file of arch/reef leads to its definition"


def test_what_stands_around_a_source_is_a_dependency(options):
    """A whole file under `if BUS`: the reef has no bus."""
    found = options(TOP)
    assert on(found["SAND"]) == {"dune64": "can", "rocky": "lost", "reef": "missing"}
    assert lines(found["SAND"].on[2].evidence)[0] == "config SAND: within BUS Kconfig:5"
    assert lines(found["SAND"].demands) == ["all of drivers/Kconfig: within BUS Kconfig:5"]


# --- default configurations -------------------------------------------------------------------------------------------


@pytest.fixture
def configured(asked, variant):
    """The lines of configurations, on the two dunes and the reef."""
    rocky = variant(id="rocky", on=("DUNE", "ROCKY"), off=("SANDY",))
    reef = variant(id="reef", srcarch="reef", arch="reef", on=("REEF",), off=("CORAL",), make=("reef",))

    def make(**files):
        named = {f"{path.replace('__', '/')}": text for path, text in files.items()}
        context = asked(named)
        linux = context.facts["linux"]
        assert configurations(linux) == len(files)
        return config_lines(context, linux, [variant(), rocky, reef])

    return make


def told(found):
    return [(line.symbol, line.value, line.place.line, line.holds.value, on(line)) for line in found]


def test_a_configuration_that_sets_rust_where_it_can_be(configured):
    """For every variant of the port that it does not rule out."""
    found = configured(arch__dune__configs__defconfig="CONFIG_X=y\nCONFIG_RUST=y\nCONFIG_SAND=m\n")
    both = {"dune64": "can", "rocky": "lost"}
    assert told(found) == [("RUST", "y", 2, "yes", both), ("SAND", "m", 3, "yes", both)]


def test_a_configuration_rules_variants_out(configured):
    """By a symbol that they fix, where that is one of those that something rests on."""
    found = configured(arch__dune__configs__defconfig="CONFIG_RUST=y\n# CONFIG_SANDY is not set\n")
    assert told(found) == [("RUST", "y", 1, "no", {"rocky": "lost"})]


def test_a_configuration_that_sets_it_where_it_cannot_be(configured):
    """The reef's port does not select HAVE_RUST without CORAL; SAND has no bus there."""
    found = configured(arch__reef__configs__reef_defconfig="CONFIG_RUST=y\nCONFIG_SAND=y\n")
    assert told(found) == [("RUST", "y", 1, "no", {"reef": "lost"}), ("SAND", "y", 2, "no", {"reef": "missing"})]


def test_a_whole_configuration_without_rust_drops_what_needs_it(configured):
    """That says so of itself; a fragment may be merged with one that has it."""
    (found,) = configured(arch__dune__configs__defconfig="CONFIG_SAND=y\n")
    assert (found.without_rust, found.holds) == (True, Truth.NO)


def test_a_fragment_is_for_every_port(asked, variant):
    """kernel/configs/rust.config may be merged anywhere."""
    reef = variant(id="reef", srcarch="reef", arch="reef", on=("REEF",), off=("CORAL",), make=("reef",))
    context = asked(
        {"kernel/configs/rust.config": "# Help: Rust\nCONFIG_RUST=y\n", "kernel/configs/sand.config": "CONFIG_SAND=y\n"}
    )
    found = config_lines(context, context.facts["linux"], [variant(), reef])
    assert [(line.path, line.without_rust, line.holds, on(line)) for line in found] == [
        ("kernel/configs/rust.config", False, Truth.YES, {"dune64": "can", "reef": "lost"}),
        ("kernel/configs/sand.config", False, Truth.YES, {"dune64": "can", "reef": "missing"}),
    ]
