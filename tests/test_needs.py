"""matrix.needs: which options need another one, and what they rest on."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from matrix.expression import show
from matrix.extract.kconfig import extract
from matrix.needs import Options
from matrix.text import Text

RUST = 'config RUST\n\tbool "Rust"\n\tdepends on HAVE_RUST\nconfig HAVE_RUST\n\tbool\n'


def options(text: str = "", **files: str) -> Options:
    """The options of one file of a driver's, and of others by path (`arch__dune` is arch/dune/Kconfig)."""
    texts = {"lib/Kconfig": RUST, "drivers/Kconfig": text or 'config SAND\n\tbool "S"\n'}
    texts |= {f"{name.replace('__', '/')}/Kconfig": content for name, content in files.items()}
    return Options((path, fact) for path, content in texts.items() for fact in extract(Text(path, content)))


def needing(text: str, **files: str) -> list[str]:
    return options(text, **files).needing("RUST")[1:]


def test_what_depends_on_rust_needs_it():
    """By `depends on`, alone or with others, and by an `if` around it."""
    assert needing('config A\n\tbool "A"\n\tdepends on RUST && SUN\n') == ["A"]
    assert needing('if RUST\nconfig A\n\ttristate "A"\nendif\n') == ["A"]
    assert needing('config A\n\tbool "A" if RUST\n') == ["A"]


def test_what_has_another_way_does_not():
    """An alternative in the dependency, a second prompt, a default, or a select by another."""
    assert needing('config A\n\tbool "A"\n\tdepends on RUST || SUN\n') == []
    assert needing('config A\n\tbool "A"\n\tdepends on RUST\nconfig A\n\tbool "A again"\n\tdepends on SUN\n') == []
    assert needing('config A\n\tbool "A" if RUST\n\tdefault SUN\n') == []
    assert needing('config A\n\tbool "A"\n\tdepends on RUST\nconfig B\n\tbool "B"\n\tselect A\n') == []
    assert needing('config A\n\tbool "A"\n\tdepends on !RUST\n') == []
    assert needing('config A\n\tbool "A"\n\tdepends on RUST if SUN\n') == []


def test_it_is_needed_through_others():
    """A driver on an abstraction, an abstraction without a prompt that needs it by its selector, and so on."""
    text = (
        'config DRIVER\n\tbool "D"\n\tdepends on GLUE\nconfig GLUE\n\tbool "G"\n\tdepends on RUST\n\tselect INNER\n'
        "config INNER\n\tbool\nconfig LAST\n\tdef_bool INNER\n"
    )
    assert needing(text) == ["GLUE", "INNER", "DRIVER", "LAST"]


def test_what_nothing_can_turn_on_needs_nothing():
    """No prompt, no default, no select: Rust would not help."""
    assert needing("config A\n\tbool\n\tdepends on RUST\n") == []
    assert needing('config A\n\tbool "A"\n\tdepends on RUST && n\n') == []


def test_an_imply_obeys_the_dependencies():
    """A select does not."""
    text = 'config A\n\tbool\n\tdepends on RUST\nconfig B\n\tbool "B"\n\t{} A\n'
    assert needing(text.format("imply") + "config A\n\tbool\n\tdefault y\n\tdepends on RUST\n") == ["A"]
    assert needing(text.format("select")) == []


def test_one_port_that_has_it_without_rust_is_enough():
    """It is asked of all ports at once."""
    shared = 'config A\n\tbool "A"\n\tdepends on RUST\n'
    assert needing(shared, arch__dune='config A\n\tbool "A"\n') == []


def test_a_loop_ends():
    """Two that need each other, and Rust."""
    text = 'config A\n\tbool "A"\n\tdepends on B && RUST\nconfig B\n\tbool "B"\n\tdepends on A\n'
    assert needing(text) == ["A", "B"]
    assert options(text).rests_on(["A"]) == {"A", "B", "RUST", "HAVE_RUST"}


def test_what_is_rested_on_is_followed_to_the_end():
    """Through dependencies and through what selects them, not through what is selected."""
    text = (
        'config A\n\tbool "A"\n\tdepends on RUST && PCI\n\tselect TARGET\nconfig TARGET\n\tbool\n'
        'config PCI\n\tbool "P"\n\tdepends on HAVE_PCI\nconfig HAVE_PCI\n\tbool\n'
    )
    found = options(text, arch__dune="config DUNE\n\tdef_bool y\n\tselect HAVE_PCI if SANDY\n").rests_on(["A"])
    assert found == {"A", "RUST", "HAVE_RUST", "PCI", "HAVE_PCI", "DUNE", "SANDY"}


def test_what_anybody_can_turn_on_is_followed_to_the_ports_alone():
    """That drivers select it too opens nothing more, and there are hundreds of them."""
    text = (
        'config A\n\tbool "A"\n\tdepends on RUST && BUS && LEGACY\nconfig BUS\n\tbool "B"\n\tdepends on !OLD\n'
        'config LEGACY\n\tbool "L"\n\tdepends on DUNE\n'
        'config D1\n\tbool "D1"\n\tselect BUS\nconfig D2\n\tbool "D2"\n\tselect LEGACY\nconfig OLD\n\tbool "O"\n'
    )
    port = 'config DUNE\n\tdef_bool y\nconfig BOARD\n\tbool "B"\n\tselect BUS\n'
    found = options(text, arch__dune=port).rests_on(["A"])
    assert {"BOARD", "D2"} <= found
    assert "D1" not in found


def test_what_stands_around_a_source_holds_for_all_in_the_file():
    """As an `if` around the options themselves; of several sources any will do."""
    glue = 'config GLUE\n\tbool "G"\n'
    once = options(drivers__glue=glue, top='if RUST\nsource "drivers/glue/Kconfig"\nendif\n')
    assert once.needing("RUST") == ["RUST", "GLUE"]
    assert show(once.above("drivers/glue/Kconfig")) == "RUST"
    assert once.rests_on(["GLUE"]) == {"GLUE", "RUST", "HAVE_RUST"}
    twice = options(
        drivers__glue=glue, top='if RUST\nsource "drivers/glue/Kconfig"\nendif\nsource "drivers/glue/Kconfig"\n'
    )
    assert twice.needing("RUST") == ["RUST"]


def test_the_lines_that_lead_to_a_file_are_found():
    """From the top on, a make variable standing for any name; no line that leads elsewhere."""
    known = options(
        top='source "arch/$(SRCARCH)/Kconfig"\nsource "sound/Kconfig"\n',
        arch__dune='config DUNE\n\tbool\nsource "drivers/glue/Kconfig"\n',
        drivers__glue='config GLUE\n\tbool\nsource "drivers/glue/Kconfig"\n',
    )
    assert known.leading_to(["drivers/glue/Kconfig"]) == {
        ("drivers/glue/Kconfig", "drivers/glue/Kconfig"),
        ("arch/dune/Kconfig", "drivers/glue/Kconfig"),
        ("top/Kconfig", "arch/$(SRCARCH)/Kconfig"),
    }


NAMES = st.sampled_from(["RUST", "A", "B", "C", "D", "E"])
LINES = st.lists(
    st.one_of(
        st.builds(lambda n: f'\tbool "{n}"\n', NAMES),
        st.builds(lambda a, b: f"\tdepends on {a} && !{b}\n", NAMES, NAMES),
        st.builds(lambda a, b: f"\tdepends on {a} || {b}\n", NAMES, NAMES),
        st.builds(lambda a, b: f"\tselect {a} if {b}\n", NAMES, NAMES),
        st.builds(lambda a: f"\tdefault {a}\n", NAMES),
    ),
    max_size=4,
)
BLOCKS = st.lists(st.tuples(NAMES, LINES), max_size=8)


@settings(deadline=None, max_examples=60)
@given(blocks=BLOCKS)
def test_what_it_says_holds_for_every_way(blocks):
    """Of any file: with all that needs Rust n it is closed, without that it is not; and thinned it says the same."""
    text = "".join(f"config {name}\n{''.join(lines)}" for name, lines in blocks) or "config A\n\tbool\n"
    facts = [("lib/Kconfig", f) for f in extract(Text("lib/Kconfig", RUST))]
    facts += [("drivers/Kconfig", f) for f in extract(Text("drivers/Kconfig", text))]
    known = Options(facts)
    found = known.needing("RUST")
    for name in found[1:]:
        assert known.closed(name, found), name
        assert not known.closed(name, ()), name
    for name in known.blocks.keys() - set(found):
        assert known.closed(name, ()) or not known.closed(name, found), name
    kept = known.rests_on(found)
    thinned = Options((p, f) for p, f in facts if f.subject.partition("#")[0] in kept)
    assert thinned.needing("RUST") == found
    assert thinned.rests_on(found) == kept
    assert all(show(d) is not None for block in thinned.blocks.values() for b in block for d in b.expressions())
