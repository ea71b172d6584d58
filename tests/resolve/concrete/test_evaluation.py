"""What each symbol of a configuration comes to, for every rule of Kconfig that can decide it."""

from __future__ import annotations

import pytest

from matrix.resolve.concrete.definitions import Definitions
from matrix.resolve.concrete.tristate import TRI_YES
from matrix.resolve.facts import Facts
from matrix.resolve.kconfig import Port

MODULES = 'config MODULES\n\tbool "Modules"\n'


def test_a_visible_prompt_takes_the_set_value_up_to_its_visibility(evaluate):
    """A tristate under a module is at most a module; without its dependency it is n."""
    text = MODULES + (
        'config SAND\n\ttristate "Sand"\nconfig DUST\n\ttristate "Dust"\n\tdepends on SAND\n'
        'config HAZE\n\tbool "Haze"\n\tdepends on SAND\n'
    )
    config = "CONFIG_MODULES=y CONFIG_SAND=m CONFIG_DUST=y CONFIG_HAZE=y"
    assert evaluate(text, config, "SAND DUST HAZE") == "m m y"
    assert evaluate(text, "CONFIG_MODULES=y CONFIG_DUST=y CONFIG_HAZE=y", "SAND DUST HAZE") == "n n n"


def test_without_modules_there_is_no_m(evaluate):
    """A tristate is then a bool, and what depends on m is not there."""
    text = MODULES + 'config SAND\n\ttristate "Sand"\nconfig DUST\n\ttristate "Dust"\n\tdepends on m\n'
    assert evaluate(text, "CONFIG_SAND=m CONFIG_DUST=m", "SAND DUST") == "y n"
    assert evaluate(text, "CONFIG_MODULES=y CONFIG_SAND=m CONFIG_DUST=y", "SAND DUST") == "m m"


def test_comparisons_tell_m_from_y(evaluate):
    """`A = y` is n where A is m; `A != n` is y, and `A` alone m."""
    text = MODULES + (
        'config A\n\ttristate "A"\nconfig IS_Y\n\tdef_bool A = y\nconfig IS_M\n\tdef_bool A = m\n'
        "config NOT_N\n\tdef_tristate A != n\nconfig PLAIN\n\tdef_tristate A\nconfig NOT\n\tdef_tristate !A\n"
    )
    assert evaluate(text, "CONFIG_MODULES=y CONFIG_A=m", "IS_Y IS_M NOT_N PLAIN NOT") == "n y y m m"


def test_a_select_goes_beyond_dependencies_and_an_imply_does_not(evaluate):
    """And what a person set counts against an imply alone."""
    text = (
        'config HAT\n\tbool "Hat"\n\tselect SHADE\n\timply COOL\nconfig SUN\n\tbool "Sun"\n'
        'config SHADE\n\tbool "Shade"\n\tdepends on SUN\nconfig COOL\n\tbool "Cool"\n\tdepends on SUN\n'
    )
    assert evaluate(text, "CONFIG_HAT=y", "SHADE COOL") == "y n"
    assert evaluate(text, "CONFIG_HAT=y CONFIG_SUN=y", "SHADE COOL") == "y y"
    assert evaluate(text, "CONFIG_HAT=y CONFIG_SUN=y CONFIG_SHADE=n CONFIG_COOL=n", "SHADE COOL") == "y n"


def test_the_selecting_block_has_to_hold(evaluate):
    """A select counts under the dependencies of the block that it stands in, of several blocks of one symbol."""
    text = (
        'config WET\n\tbool "Wet"\nconfig HAT\n\tbool "Hat"\n'
        "config HAT\n\tbool\n\tdepends on WET\n\tselect COAT\nconfig COAT\n\tbool\n"
    )
    assert evaluate(text, "CONFIG_HAT=y", "HAT COAT") == "y n"
    assert evaluate(text, "CONFIG_HAT=y CONFIG_WET=y", "HAT COAT") == "y y"


def test_the_first_default_that_applies_counts(evaluate):
    """Also of a prompt that nobody answered; its value is limited by its condition."""
    text = (
        'config A\n\tbool "A"\nconfig B\n\tbool "B"\nconfig X\n\tbool "X"\n\tdefault n if A\n\tdefault y if B\n'
        'config N\n\tint\n\tdefault 4 if A\n\tdefault 8\nconfig S\n\tstring\n\tdefault "a~b"\n'
    )
    assert evaluate(text, "CONFIG_B=y", "X N S") == "y 8 a~b"
    assert evaluate(text, "CONFIG_A=y CONFIG_B=y", "X N") == "n 4"
    assert evaluate(text, "CONFIG_B=y CONFIG_X=n", "X") == "n"


def test_a_menu_that_is_not_visible_hides_prompts_and_not_defaults(evaluate):
    """`visible if` is no dependency."""
    text = (
        'config A\n\tbool "A"\nmenu "M"\n\tvisible if A\nconfig X\n\tbool "X"\n\tdefault y\n'
        'config Y\n\tbool "Y"\nendmenu\n'
    )
    assert evaluate(text, "CONFIG_X=n CONFIG_Y=y", "X Y") == "y n"
    assert evaluate(text, "CONFIG_A=y CONFIG_X=n CONFIG_Y=y", "X Y") == "n y"


CHOICE = (
    'config SEA\n\tbool "Sea"\nchoice\n\tprompt "Wind"\n\tdefault WEST if SEA\n'
    'config EAST\n\tbool "East"\nconfig WEST\n\tbool "West"\n'
    'config FOEHN\n\tbool "Foehn"\n\tdepends on !SEA\nendchoice\n'
)


@pytest.mark.parametrize(
    ("config", "values"),
    [
        ("", "y n n"),  # nothing set, no default that applies: the first that is visible
        ("CONFIG_SEA=y", "n y n"),  # the default that applies
        ("CONFIG_FOEHN=y", "n n y"),
        ("CONFIG_FOEHN=y CONFIG_SEA=y", "n y n"),  # not visible, whatever was set
        ("CONFIG_EAST=y CONFIG_WEST=y", "n y n"),  # the last that was set
        ("CONFIG_WEST=y CONFIG_EAST=y", "y n n"),
        ("CONFIG_EAST=n", "n y n"),  # the first that nobody set
        ("CONFIG_WEST=n CONFIG_EAST=n CONFIG_SEA=y", "n y n"),  # all n: the one that stands first in the file
        ("CONFIG_EAST=n CONFIG_WEST=n CONFIG_SEA=y", "y n n"),
    ],
)
def test_one_member_of_a_choice_is_y(evaluate, config, values):
    """As sym_calc_choice of scripts/kconfig/symbol.c finds it."""
    assert evaluate(CHOICE, config, "EAST WEST FOEHN") == values


def test_members_stand_in_the_order_of_their_lines(port_facts):
    """Whatever the order in which the store gives the facts."""
    facts = port_facts({"arch/dune/Kconfig": CHOICE})
    other = Facts(facts.revision, sorted(facts.of("linux-kconfig"), key=lambda item: item.fact.value))
    for known in (facts, other):
        assert Definitions(Port(known, "dune", {})).members("arch/dune/Kconfig:1") == ["EAST", "WEST", "FOEHN"]


def test_a_select_of_a_member_does_nothing(evaluate):
    """Kconfig takes no notice of it."""
    text = CHOICE + 'config STORM\n\tbool "Storm"\n\tselect WEST\n'
    assert evaluate(text, "CONFIG_STORM=y CONFIG_EAST=y", "EAST WEST") == "y n"


def test_a_transitional_symbol_carries_what_was_set(evaluate):
    """And gives it to the symbol that has its name now."""
    text = 'config OLD\n\tbool\n\ttransitional\nconfig NEW\n\tbool "New"\n\tdefault OLD\n'
    assert evaluate(text, "CONFIG_OLD=y", "NEW") == "y"
    assert evaluate(text, "CONFIG_OLD=y CONFIG_NEW=n", "NEW") == "n"


def test_a_file_that_is_sourced_under_a_condition_stands_under_it(evaluate):
    """`if !MMU` around `source` demands it of all in that file."""
    files = {
        "arch/dune/Kconfig": 'config MMU\n\tbool "MMU"\nif !MMU\nsource "arch/$(SRCARCH)/Kconfig-nommu"\nendif\n',
        "arch/dune/Kconfig-nommu": "config MPU\n\tdef_bool y\n",
    }
    assert evaluate(files, "CONFIG_MMU=y", "MPU") == "n"
    assert evaluate(files, "CONFIG_MMU=n", "MPU") == "y"


def test_what_the_build_machine_answers_is_what_was_recorded(evaluate):
    """As long as nothing that it rests on is another; then it is open."""
    text = "config HAS\n\tdef_bool $(cc-option,-x)\nconfig LACKS\n\tdef_bool $(cc-option,-y)\n"
    assert evaluate(text, "CONFIG_HAS=y", "HAS LACKS") == "y n"
    assert evaluate(text, "CONFIG_HAS=y", "HAS LACKS", moved=frozenset({"HAS", "LACKS"})) == "? ?"
    assert evaluate(text, "", "HAS", moved=frozenset({"HAS"}), macros={"$(cc-option,-x)": TRI_YES}) == "y"


def test_of_another_kernels_configuration_what_is_missing_is_open(evaluate):
    """A symbol that is new there is not n."""
    text = "config HAS\n\tdef_bool $(cc-option,-x)\n"
    assert evaluate(text, "", "HAS", own=False) == "?"
    assert evaluate(text, "CONFIG_HAS=y", "HAS", own=False) == "y"


def test_in_a_fragment_what_nobody_set_is_open_unless_kconfig_forces_it(evaluate):
    """What is turned on is meant to be on, though what it depends on comes from elsewhere."""
    text = (
        'config SUN\n\tbool "Sun"\nconfig HAT\n\tbool "Hat"\n\tdepends on SUN\n\tselect SHADE\n'
        "config SHADE\n\tbool\nconfig NEVER\n\tbool\nconfig ALWAYS\n\tdef_bool y\n"
    )
    assert evaluate(text, "", "SUN HAT SHADE NEVER ALWAYS", whole=False) == "? ? ? n y"
    assert evaluate(text, "CONFIG_HAT=y", "SUN HAT SHADE", whole=False) == "? y y"
    assert evaluate(text, "CONFIG_HAT=y CONFIG_SUN=n", "HAT SHADE", whole=False) == "n n"


def test_a_fragment_cannot_turn_on_what_the_build_machine_may_refuse(evaluate):
    """A prompt that hangs on $(cc-option,...) stays open."""
    text = 'config THUNK\n\tbool "Thunk"\n\tdepends on $(cc-option,-thunk)\n'
    assert evaluate(text, "CONFIG_THUNK=y", "THUNK", whole=False) == "?"


def test_numbers_compare_by_number_and_undefined_symbols_by_their_name(evaluate):
    """RUSTC_VERSION >= 108500; a symbol that nothing defines is its own name, and n."""
    text = (
        'config V\n\tint "V"\nconfig NEW\n\tdef_bool V >= 108500\nconfig NOWHERE\n\tdef_bool GONE = "GONE"\n'
        'config HERE\n\tdef_bool "$(SRCARCH)" = "dune"\n'
    )
    assert evaluate(text, "CONFIG_V=99999", "NEW NOWHERE") == "n y"
    assert evaluate(text, "CONFIG_V=108500", "NEW HERE", texts={"$(SRCARCH)": "dune"}) == "y y"


def test_symbols_that_rest_on_each_other_end(evaluate):
    """Kconfig refuses such files; here they must not hang."""
    text = "config A\n\tdef_bool B\nconfig B\n\tdef_bool A\n"
    assert evaluate(text, "", "A B") == "n n"
