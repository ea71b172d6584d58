"""What a port sees of its kernel's Kconfig, and what each symbol comes to under fixed settings."""

from __future__ import annotations

import pytest

from matrix.expression import Range, parse, show
from matrix.resolve.kconfig import Port, Setting

DUNE = "arch/dune/Kconfig"


@pytest.fixture
def port(port_facts):
    """The port dune of a kernel with these files; reef is another port, of the symbol REEF."""
    return lambda files, srcarch="dune": Port(
        port_facts({DUNE: files} if isinstance(files, str) else files), srcarch, {"REEF": "reef"}
    )


@pytest.fixture
def setting(port):
    """Symbols of arch/dune/Kconfig with some fixed: `setting(text, SAND=True)`."""

    def make(files, *, free=(), ranges=None, texts=None, **fixed):
        return Setting(port(files), fixed, free, ranges, texts)

    return make


def comes_to(setting, text):
    return show(setting.fill(parse(text))) or "y"


# --- which files --------------------------------------------------------------------------------------------------


def test_a_port_sees_its_own_files_and_those_outside_arch(port):
    """What its Kconfig sources, through files that do so in turn; not the files of another port."""
    seen = port(
        {
            "init/Kconfig": "config GENERAL\n\tbool\n",
            "arch/Kconfig": "config COMMON\n\tbool\n",
            DUNE: 'config DUNE\n\tdef_bool y\nsource "arch/dune/mm/Kconfig"\n',
            "arch/dune/mm/Kconfig": 'config PAGES\n\tbool\nsource "arch/dune/mm/Kconfig.deep"\n',
            "arch/dune/mm/Kconfig.deep": "config DEEP\n\tbool\n",
            "arch/dune/unused/Kconfig": "config UNUSED\n\tbool\n",
            "arch/reef/Kconfig": "config REEF\n\tdef_bool y\n",
        }
    )
    assert seen.blocks.keys() >= {"GENERAL", "COMMON", "DUNE", "PAGES", "DEEP"}
    assert not seen.blocks.keys() & {"UNUSED", "REEF"}
    assert seen.unread == set()


def test_a_source_may_be_conditional_or_name_the_port(port):
    """$(SRCARCH) is the port; a file under `if` is seen all the same, its symbols being what is conditional."""
    seen = port(
        {
            DUNE: 'if SAND\nsource "arch/$(SRCARCH)/mm/Kconfig"\nendif\n',
            "arch/dune/mm/Kconfig": "config PAGES\n\tbool\n",
        }
    )
    assert "PAGES" in seen.blocks


def test_files_that_source_each_other_end(port):
    """Kconfig itself would refuse them; here they must not hang."""
    seen = port(
        {
            DUNE: 'source "arch/dune/a"\nsource "arch/dune/Kconfig"\n',
            "arch/dune/a": 'source "arch/dune/Kconfig"\nconfig A\n\tbool\n',
        }
    )
    assert "A" in seen.blocks


def test_user_mode_linux_sees_the_processor_options_of_its_host(port):
    """arch/um/Kconfig sources arch/x86/um/Kconfig through $(HEADER_ARCH), and that one arch/x86/Kconfig.cpu."""
    seen = port(
        {
            "arch/um/Kconfig": 'config UML\n\tdef_bool y\nsource "arch/$(HEADER_ARCH)/um/Kconfig"\n',
            "arch/x86/um/Kconfig": 'config 64BIT\n\tbool "64"\nsource "arch/x86/Kconfig.cpu"\n',
            "arch/x86/Kconfig.cpu": "config M686\n\tbool\n",
            "arch/x86/Kconfig": "config X86_NATIVE\n\tbool\n",
        },
        "um",
    )
    assert seen.blocks.keys() >= {"UML", "64BIT", "M686"}
    assert "X86_NATIVE" not in seen.blocks


def test_a_sourced_file_that_nobody_read_is_remembered(port):
    """What it may define is then not known to be undefined."""
    assert port('source "arch/dune/lost"\nsource "drivers/Kconfig"\n').unread == {"arch/dune/lost"}
    assert port({"init/Kconfig": "config A\n\tbool\n"}).unread == {DUNE}


def test_two_definitions_of_one_symbol_are_two_blocks(port):
    """In one file or in two, each with its own dependencies."""
    seen = port(
        {
            "init/Kconfig": "config SAND\n\tbool\n",
            DUNE: "config SAND\n\tdef_bool A\nconfig SAND\n\tdef_bool B\n",
        }
    )
    assert len(seen.blocks["SAND"]) == 3
    assert {show(block.defaults[0][0]) for block in seen.blocks["SAND"] if block.defaults} == {"A", "B"}


# --- symbols that are n because they are not here -----------------------------------------------------------------


def test_another_ports_symbols_are_n_here(setting):
    """Its top symbol, and whatever only its files define; what nobody defines stays free."""
    files = {DUNE: "config DUNE\n\tdef_bool y\n", "arch/reef/Kconfig": 'config CORAL\n\tbool "Coral"\n'}
    there = setting(files)
    assert comes_to(there, "REEF") == "n"
    assert comes_to(there, "CORAL || DUNE && !CORAL") == "y"
    assert comes_to(there, "NOWHERE") == "NOWHERE"
    assert not there.settable("CORAL")
    assert not there.settable("REEF")
    assert there.settable("NOWHERE")


def test_a_symbol_that_two_ports_define_is_each_ports_own(setting):
    """Here it is what the files of this port say."""
    files = {DUNE: "config SHARED\n\tdef_bool y\n", "arch/reef/Kconfig": "config SHARED\n\tbool\n"}
    assert comes_to(setting(files), "SHARED") == "y"


# --- what a symbol comes to ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "text", "remains"),
    [
        # what can be chosen is free
        ('config A\n\tbool "A"\n', "A", "A"),
        ('config A\n\tbool "A"\n\tdefault y\n', "A", "A"),
        # a constant default decides
        ("config A\n\tdef_bool y\n", "A", "y"),
        ("config A\n\tdef_bool n\n", "A", "n"),
        ("config A\n\tbool\n\tdefault y if X\n\tdefault n\n", "A", "X"),
        ("config A\n\tbool\n\tdefault n if X\n\tdefault y if Z\n", "A", "!X && Z"),
        # a helper symbol is its default under its dependencies
        ("config A\n\tdef_bool y\n\tdepends on X\n\tdepends on !Z\n", "A", "X && !Z"),
        ("config A\n\tdef_bool X\n\tdepends on Z\n", "A", "Z && X"),
        ("config A\n\tdef_bool B\nconfig B\n\tdef_bool !C\nconfig C\n\tdef_bool X\n", "A", "!X"),
        # within and depends alike
        ("if X\nconfig A\n\tdef_bool y\nendif\n", "A", "X"),
        ('menu "M"\n\tdepends on X\nconfig A\n\tdef_bool y\nendmenu\n', "A", "X"),
        # several definitions are alternatives
        ("config A\n\tdef_bool X\nconfig A\n\tdef_bool Z\n", "A", "X || Z"),
        # a select that always holds decides; one that may hold leaves the symbol free
        ("config A\n\tbool\nconfig B\n\tdef_bool y\n\tselect A\n", "A", "y"),
        ("config A\n\tbool\nconfig B\n\tdef_bool y\n\tselect A if X\n", "A", "X"),
        ('config A\n\tbool\nconfig B\n\tbool "B"\n\tselect A\n', "A", "B"),
        ("config A\n\tdef_bool y\n\tdepends on X\nconfig B\n\tdef_bool y\n\tselect A\n", "A", "y"),
        # one that cannot hold does nothing
        ("config A\n\tbool\nconfig B\n\tdef_bool n\n\tselect A\n", "A", "n"),
        ("config A\n\tbool\nconfig B\n\tdef_bool y\n\tselect A if C\nconfig C\n\tdef_bool n\n", "A", "n"),
        # nothing lets it be y
        ("config A\n\tbool\n", "A", "n"),
        ('config A\n\tbool "A"\n\tdepends on B\nconfig B\n\tdef_bool n\n', "A", "n"),
        ('config A\n\tbool "A" if B\nconfig B\n\tdef_bool n\n', "A", "n"),
        # numbers and strings are no truth values
        ("config A\n\tint\n\tdefault 5\n", "A", "A"),
        # the build host's answer keeps the name of the symbol that asks for it
        ("config A\n\tdef_bool $(cc-option,-ma)\n", "A && X", "A && X"),
        ("config A\n\tdef_bool y\n\tdepends on $(cc-option,-ma)\n", "!A", "!A"),
        ("config A\n\tdef_bool $(cc-option,-ma)\n\tdepends on B\nconfig B\n\tdef_bool n\n", "A", "n"),
        # an imply forces nothing
        ('config A\n\tbool "A"\nconfig B\n\tdef_bool y\n\timply A\n', "A", "A"),
    ],
)
def test_a_symbol_comes_to_what_its_definition_says(setting, content, text, remains):
    """X and Z are free: no file defines them."""
    assert comes_to(setting(content), text) == remains


def test_what_is_fixed_outranks_the_definition(setting):
    """The variant's own symbols are not asked of Kconfig again."""
    there = setting("config A\n\tdef_bool y\nconfig B\n\tdef_bool A && C\n", A=False, C=True)
    assert comes_to(there, "A") == "n"
    assert comes_to(there, "B") == "n"
    assert not there.possible("A")
    assert there.possible("C")


def test_a_helper_symbol_is_expanded_under_what_is_fixed(setting):
    """Two `depends on` lines of which one is met leave the other as the condition."""
    content = (
        "config RUSTC_SUPPORTS_DUNE\n\tdef_bool y\n\tdepends on LITTLE\n"
        "\tdepends on !SHADOW || RUSTC_VERSION >= 108200\n"
        'config LITTLE\n\tbool "L"\nconfig SHADOW\n\tbool "S"\nconfig RUSTC_VERSION\n\tint\n\tdefault $(version)\n'
    )
    written = "RUSTC_SUPPORTS_DUNE && CC_IS_CLANG"
    assert comes_to(setting(content, LITTLE=True), written) == ("(!SHADOW || RUSTC_VERSION >= 108200) && CC_IS_CLANG")
    assert comes_to(setting(content, LITTLE=False), written) == "n"
    new = setting(content, LITTLE=True, ranges={"RUSTC_VERSION": Range(108500)})
    assert comes_to(new, written) == "CC_IS_CLANG"
    old = setting(content, LITTLE=True, ranges={"RUSTC_VERSION": Range(107800, 107800)})
    assert comes_to(old, written) == "!SHADOW && CC_IS_CLANG"


def test_a_free_symbol_stays_although_its_definition_would_decide(setting):
    """A variant leaves it open on purpose, so a condition on it must show."""
    content = "config A\n\tdef_bool n\n"
    assert comes_to(setting(content, free=("A",)), "A && X") == "A && X"
    assert comes_to(setting(content), "A && X") == "n"


def test_a_choice_by_arch_is_decided_by_what_make_was_given(setting):
    """`prompt if "$(ARCH)" = ...` gives a person the choice under one ARCH= and none under another."""
    content = 'config 64BIT\n\tbool "64-bit" if "$(ARCH)" = "dune"\n\tdefault "$(ARCH)" != "dune32"\n'
    for make, remains in (("dune", "64BIT"), ("dune32", "n"), ("dune64", "y")):
        assert comes_to(setting(content, texts={"$(ARCH)": (make,)}), "64BIT") == remains
    assert comes_to(setting(content, texts={"$(ARCH)": ("dune64", "dune")}), "64BIT") == "64BIT"


@pytest.mark.parametrize(
    "content",
    [
        "config A\n\tdef_bool A\n",
        "config A\n\tdef_bool B\nconfig B\n\tdef_bool A\n",
        "config A\n\tdef_bool y\n\tdepends on B\nconfig B\n\tdef_bool y\n\tdepends on !A\n",
        "config A\n\tbool\n\tselect B\nconfig B\n\tbool\n\tselect A\n",
        'config A\n\tbool "A" if B\nconfig B\n\tbool "B" if A\n',
    ],
)
def test_symbols_defined_through_each_other_end_and_prove_nothing(setting, content):
    """A cycle leaves the symbol as it would be without it: never n for that reason alone, where it could be y."""
    there = setting(content)
    for name in ("A", "B"):
        assert comes_to(there, name) in {"A", "B", "!A", "!B", "n", "y"}
        there.settable(name)
        there.must_be_on(name)


@pytest.mark.parametrize(
    "link",
    [
        "config S{0}\n\tdef_bool S{1}\n",
        "config S{0}\n\tdef_bool y\n\tdepends on S{1}\n",
        "config S{0}\n\tbool\n\tselect S{1}\n",
        'config S{0}\n\tbool "S" if S{1}\n',
        "config S{0}\n\tdef_bool S{1} && X{0} || !S{1} && Z{0}\n",
    ],
    ids=["default", "depends", "select", "prompt", "tangle"],
)
def test_a_chain_of_any_length_ends(setting, link):
    """An asker's own tree may hold anything: neither the stack nor the time may run out."""
    there = setting("".join(link.format(n, n + 1) for n in range(2000)))
    assert comes_to(there, "S0")
    there.settable("S0")
    there.must_be_on("S1999")


def test_the_order_of_the_facts_is_irrelevant(port_facts):
    """Only the lines of the files count."""
    files = {
        DUNE: "config A\n\tbool\n\tdefault n if X\n\tdefault y\nconfig B\n\tdef_bool A\n\tselect C if Z\n",
        "init/Kconfig": "config C\n\tbool\n",
    }
    facts = port_facts(files)
    turned = type(facts)(facts.revision, reversed(facts.of("linux-kconfig")))
    one, other = (Setting(Port(f, "dune", {}), {}) for f in (facts, turned))
    for name in ("A", "B", "C"):
        assert comes_to(one, name) == comes_to(other, name)


# --- what can and what must be set --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "can"),
    [
        ('config A\n\tbool "A"\n', True),
        ("config A\n\tdef_bool y\n", True),
        ("config A\n\tdef_bool X\n", True),
        ("config A\n\tbool\nconfig B\n\tdef_bool y\n\tselect A\n", True),
        ('config A\n\tbool\nconfig B\n\tbool "B"\n\tselect A if X\n', True),
        ("config A\n\tbool\n", False),
        ("config A\n\tdef_bool n\n", False),
        ('config A\n\tbool "A"\n\tdepends on OFF\n', False),
        ("config A\n\tdef_bool y\n\tdepends on !ON\n", False),
        ("config A\n\tdef_bool y if OFF\n", False),
        ("config A\n\tbool\nconfig B\n\tdef_bool n\n\tselect A\n", False),
        ("config A\n\tbool\nconfig B\n\tdef_bool y\n\tselect A if OFF\n", False),
        ("config A\n\tbool\nconfig B\n\tdef_bool y\n\tdepends on OFF\n\tselect A\n", False),
        ('config A\n\tdef_bool n\nconfig A\n\tbool "A"\n', True),
        ('source "arch/dune/lost"\nconfig A\n\tbool\n', True),
    ],
)
def test_a_symbol_can_be_set_where_a_prompt_a_default_or_a_select_may_hold(setting, content, can):
    """ON is y and OFF is n. Bare and never selected it cannot be set, unless a file is unread that may select it."""
    assert setting(content, ON=True, OFF=False).settable("A") is can


def test_a_symbol_fixed_to_y_must_still_be_settable(setting):
    """That the variant wants it does not give the kernel a way to set it."""
    there = setting("config A\n\tbool\n", A=True)
    assert there.possible("A")
    assert not there.settable("A")


def test_what_depends_on_broken_cannot_be_set(setting):
    """BROKEN is a bare symbol that nothing selects; it is how a kernel switches an option off."""
    files = {
        "init/Kconfig": "config BROKEN\n\tbool\n",
        DUNE: 'config BIG\n\tbool "Big"\n\tdepends on BROKEN\nconfig GOOD\n\tbool "Good"\n\tdepends on !BROKEN\n',
    }
    there = setting(files)
    assert not there.settable("BIG")
    assert comes_to(there, "BIG") == "n"
    assert there.settable("GOOD")


def test_what_a_port_may_select_from_outside_is_n_when_it_does_not(setting):
    """HAVE_ and ARCH_ symbols are declared for ports to select: a port that was read and does not, has not.

    Another bare symbol may be selected by any driver, whose Kconfig nobody has read: it stays free.
    """
    files = {
        "arch/Kconfig": "config HAVE_SHELLS\n\tbool\nconfig ARCH_HAS_TIDE\n\tbool\nconfig LATER\n\tbool\n",
        DUNE: "config DUNE\n\tdef_bool y\n\tselect ARCH_HAS_TIDE\n",
    }
    there = setting(files)
    assert comes_to(there, "HAVE_SHELLS") == "n"
    assert comes_to(there, "ARCH_HAS_TIDE") == "y"
    assert comes_to(there, "LATER") == "LATER"


def test_a_have_symbol_is_not_n_where_a_file_of_the_port_is_unread(setting):
    """The file that was not read may select it: unknown is never no."""
    files = {"arch/Kconfig": "config HAVE_SHELLS\n\tbool\n", DUNE: 'source "arch/dune/lost"\n'}
    assert comes_to(setting(files), "HAVE_SHELLS") == "HAVE_SHELLS"


@pytest.mark.parametrize(
    ("content", "must"),
    [
        ("config A\n\tdef_bool y\n", True),
        ("config A\n\tbool\nconfig B\n\tdef_bool y\n\tselect A\n", True),
        ("config A\n\tdef_bool ON\n", True),
        ('config A\n\tbool "A" if OFF\n\tdefault y\n', True),
        ('config A\n\tbool "A"\n\tdefault y\n', False),
        ("config A\n\tdef_bool X\n", False),
        ("config A\n\tdef_bool y\n\tdepends on OFF\n", False),
        ("config A\n\tbool\nconfig B\n\tdef_bool y\n\tselect A if X\n", False),
        ("config A\n\tbool\n", False),
        ("config B\n\tbool\n", False),
    ],
)
def test_a_symbol_must_be_on_where_nobody_can_choose_and_it_is_always_y(setting, content, must):
    """Without a prompt, by a default or a select that always holds."""
    assert setting(content, ON=True, OFF=False).must_be_on("A") is must


def test_a_choice_between_two_widths_lets_either_be_set(setting):
    """Members of a choice have prompts: 32BIT can be set although 64BIT is the default."""
    content = (
        'choice\n\tprompt "Width"\n\tdefault 64BIT\nconfig 32BIT\n\tbool "32"\nconfig 64BIT\n\tbool "64"\nendchoice\n'
    )
    there = setting(content, **{"32BIT": True, "64BIT": False})
    assert there.settable("32BIT")
    assert not there.must_be_on("64BIT")


def test_a_condition_of_a_dependency_weakens_it(port_facts):
    """`depends on A if B` demands A only where B is."""
    facts = port_facts({DUNE: "config S\n\tdef_bool y\n\tdepends on A\n"})
    items = [
        i._replace(fact=type(i.fact)("S", "depends", "A", "B", 3)) if i.fact.attribute == "depends" else i
        for i in facts.of("linux-kconfig")
    ]
    there = Setting(Port(type(facts)(facts.revision, items), "dune", {}), {})
    assert comes_to(there, "S") == "!B || A"
