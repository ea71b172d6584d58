"""Kconfig files -> the definition of every symbol, under every trap of the language."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.errors import ShapeError
from matrix.extract.kconfig import extract
from matrix.model import Fact
from matrix.text import Text

if TYPE_CHECKING:
    from pathlib import Path

SAMPLE = """\
# Words on sand.
menu "Desert"
config SAND
\tbool "Sand" if DESERT
\tdefault WIND if STORM || GALE
\tdepends on SUN && \\
\t\t!RAIN
\tselect DUST if DRY
\timply HEAT
\thelp
\t  config NOT_THIS
\t    depends on NOTHING

config DUNES
\tint "Dunes" if 64BIT
\trange 1 64
\tdefault "8" if ARCH = "dune"

choice
\tprompt "Wind"
\tdefault WIND

config WIND
\tbool "Wind" if $(cc-option,-mwind)

endchoice
endmenu

if SAND
source "arch/dune/Kconfig.more"
config STORM
\tdef_bool y if CC_IS_CLANG || RUSTC_VERSION >= 108500
endif
"""
# What the fuzzer starts from (tests/extract/corpus.py): path and text.
SAMPLES = (("arch/dune/Kconfig", SAMPLE),)

PATH = "arch/dune/Kconfig"
KERNELS = ("6.1.176", "6.12.107", "6.18.15", "7.1.13")


def read(content: str, path: str = PATH) -> list[Fact]:
    """The facts of a file, without the one that says that it was read."""
    first, *rest = extract(Text.decode(path, content.encode()))
    assert first == Fact(path, "file", "yes")
    return rest


def brief(content: str, path: str = PATH) -> list[str]:
    """Each fact in one line: `SUBJECT attribute value`, and `if WHEN` where it has one."""
    return [f"{f.subject} {f.attribute} {f.value}" + (f" if {f.when}" if f.when else "") for f in read(content, path)]


def refusal(content: str, path: str = PATH) -> ShapeError:
    with pytest.raises(ShapeError) as caught:
        list(extract(Text.decode(path, content.encode())))
    return caught.value


# --- one symbol ---------------------------------------------------------------------------------------------------


def test_each_property_is_a_fact_with_its_condition_and_line():
    """Type, prompt, default, dependency, select and imply, each at the line where it stands."""
    content = (
        'config SAND\n\tbool "Sand" if DESERT\n\tdefault WIND if STORM || GALE\n\tdepends on SUN && !RAIN\n'
        "\tselect DUST if DRY\n\timply HEAT\n"
    )
    assert read(content) == [
        Fact("SAND", "type", "bool", "", 2),
        Fact("SAND", "prompt", "yes", "DESERT", 2),
        Fact("SAND", "default", "WIND", "STORM || GALE", 3),
        Fact("SAND", "depends", "SUN && !RAIN", "", 4),
        Fact("SAND", "select", "DUST", "DRY", 5),
        Fact("SAND", "imply", "HEAT", "", 6),
    ]


@pytest.mark.parametrize("kind", ["bool", "tristate", "int", "hex", "string"])
def test_a_type_without_words_has_no_prompt(kind):
    """Nobody can set such a symbol; the words alone make the difference."""
    assert brief(f"config SAND\n\t{kind}\n") == [f"SAND type {kind}"]
    assert brief(f'config SAND\n\t{kind} "Sand"\n') == [f"SAND type {kind}", "SAND prompt yes"]


@pytest.mark.parametrize(("keyword", "kind"), [("def_bool", "bool"), ("def_tristate", "tristate")])
def test_def_bool_is_a_type_and_a_default(keyword, kind):
    """Its condition belongs to the default."""
    assert brief(f"config SAND\n\t{keyword} SUN if DRY\n") == [f"SAND type {kind}", "SAND default SUN if DRY"]


def test_a_prompt_on_its_own_line_may_have_a_condition():
    """`prompt "..." if X` says the same as `bool "..." if X`."""
    assert brief('config SAND\n\tbool\n\tprompt "Sand" if DESERT\n') == ["SAND type bool", "SAND prompt yes if DESERT"]


def test_the_word_if_in_a_prompt_is_no_condition():
    """Nor is a `#` there a comment, nor an apostrophe a quote."""
    assert brief('config SAND\n\tbool "Only if # it\'s dry" if DESERT\n') == [
        "SAND type bool",
        "SAND prompt yes if DESERT",
    ]


def test_tabs_may_stand_before_if():
    """Kconfig's columns are aligned with tabs, and the condition counts all the same."""
    assert brief("config SAND\n\tselect HAVE_RUST\t\t\tif DRY\n") == ["SAND select HAVE_RUST if DRY"]


def test_several_selects_of_one_symbol_stay_apart():
    """They are alternatives; joining them would be the reader's mistake to make."""
    assert brief("config SAND\n\tselect HAVE_RUST if HOT\n\tselect HAVE_RUST if DRY && !WET\n") == [
        "SAND select HAVE_RUST if HOT",
        "SAND select HAVE_RUST if DRY && !WET",
    ]


def test_defaults_keep_their_order_and_values_of_any_type():
    """Strings, numbers and expressions; the first that holds counts, so the lines matter."""
    content = 'config SAND\n\thex\n\tdefault 0x10 if A\n\tdefault -1 if B\n\tdefault "a if b" if C\n\tdefault A && B\n'
    assert brief(content)[1:] == [
        "SAND default 0x10 if A",
        "SAND default -1 if B",
        'SAND default "a if b" if C',
        "SAND default A && B",
    ]


def test_a_macro_is_kept_whole():
    """What `$(...)` holds is the build host's; an `if` in it parts nothing."""
    assert brief("config SAND\n\tdef_bool $(success,test x = y && $(CC) -if)\n\tdepends on $(cc-option,-msand)\n") == [
        "SAND type bool",
        "SAND default $(success,test x = y && $(CC) -if)",
        "SAND depends $(cc-option,-msand)",
    ]


def test_a_dependency_keeps_its_spelling():
    """Upstream's own words are what a person reads; only white space is brought together."""
    assert brief("config SAND\n\tdepends on A||B  &&\t!C\n") == ["SAND depends A||B && !C"]


def test_a_dependency_may_have_a_condition():
    """`depends on A if B` (Linux 7.1's own scripts/kconfig reads it) demands A only where B is."""
    assert brief("config SAND\n\tdepends on A if B\n") == ["SAND depends A if B"]


def test_option_and_modules_say_nothing_of_support():
    """Properties that cannot keep a symbol from being set are passed over."""
    assert brief("config SAND\n\tint\n\toption env=X\n\tmodules\n") == ["SAND type int"]


def test_a_range_and_a_transitional_symbol_are_kept():
    """A range under its condition; `transitional` says that a symbol only carries an old configuration's value."""
    content = "config SAND\n\tint\n\trange 1 DUNES if A\nconfig OLD\n\tbool\n\ttransitional\n"
    assert brief(content) == ["SAND type int", "SAND range 1 DUNES if A", "OLD type bool", "OLD transitional yes"]


def test_a_range_has_two_ends():
    """Anything else is no range."""
    with pytest.raises(ShapeError, match="range '1'"):
        brief("config SAND\n\tint\n\trange 1\n")


@pytest.mark.parametrize("keyword", ["config", "menuconfig"])
def test_a_symbol_may_begin_with_a_digit_and_head_a_menu(keyword):
    """`64BIT` is a symbol; menuconfig defines one as config does."""
    assert brief(f"{keyword} 64BIT\n\tbool\n") == ["64BIT type bool"]


def test_a_second_definition_has_a_number():
    """Each definition has its own dependencies, so they must not run together."""
    assert brief(
        "config SAND\n\tdepends on A\nconfig DUST\n\tbool\nconfig SAND\n\tdepends on B\nconfig SAND\n\tbool\n"
    ) == [
        "SAND depends A",
        "DUST type bool",
        "SAND#2 depends B",
        "SAND#3 type bool",
    ]


# --- help texts, comments, lines ----------------------------------------------------------------------------------


@pytest.mark.parametrize("keyword", ["help", "---help---", "\thelp", "help   "])
def test_a_help_text_is_skipped_whatever_it_holds(keyword):
    """It ends where a line stands further left than its first; blank lines and keywords inside it do not end it."""
    content = (
        f"config SAND\n\tbool\n\t{keyword}\n\t  config TRAP\n\n\t  depends on NOTHING\n\t    select deeper\n"
        "\t  if A || (unclosed\n\tselect DUST\nconfig HEAT\n\tbool\n"
    )
    assert brief(content) == ["SAND type bool", "SAND select DUST", "HEAT type bool"]


def test_tabs_count_to_the_next_eighth_column_in_a_help_text():
    """Nine blanks are further right than a tab; a tab is as far right as eight blanks."""
    assert brief("config SAND\n\thelp\n\t  in\n          in\n\tselect DUST\n") == ["SAND select DUST"]
    assert brief("config SAND\n\thelp\n        in\n\tin\n         in\n    bool\n") == ["SAND type bool"]


def test_an_empty_help_text_hides_nothing():
    """Where the next line is not indented, there is no text."""
    assert brief("config SAND\n\thelp\n\nconfig DUST\n\tbool\n") == ["DUST type bool"]


def test_a_backslash_in_a_help_text_continues_nothing():
    """A help text is no statement."""
    assert brief("config SAND\n\thelp\n\t  C:\\\nconfig DUST\n\tbool\n") == ["DUST type bool"]


def test_comments_are_dropped_wherever_they_stand():
    """On a line of their own between properties, or behind a statement, with a backslash at their end or not."""
    content = "# SPDX \\\nconfig SAND # the symbol\n\tbool\n\t# select TRAP\n#\n\tselect DUST # if TRAP\n"
    assert brief(content) == ["SAND type bool", "SAND select DUST"]


def test_a_continued_line_is_one_statement_at_its_first_line():
    """The dependency is whole, and its line is where a person finds it."""
    content = "config SAND\n\tdepends on A || \\\n\t\t(!B && \\\n\t\t !C)\n\tbool\n"
    assert read(content) == [Fact("SAND", "depends", "A || (!B && !C)", "", 2), Fact("SAND", "type", "bool", "", 5)]


def test_dos_line_ends_change_nothing():
    """A file that passed through another system says the same."""
    content = "config SAND\n\tbool\n\thelp\n\t  text\n\tdepends on A && \\\n\t  B\n"
    assert read(content.replace("\n", "\r\n")) == read(content)


# --- macros, comments as statements, sources ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    ["cc-sand := $(shell,x)", "cc-sand = $(success,$(CC) -msand)", "flags += -a", '$(error-if,$(x),no "if")'],
)
def test_macro_definitions_and_calls_are_no_symbols(line):
    """They may stand anywhere between symbols, and end the one before."""
    assert brief(f"{line}\nconfig SAND\n\tbool\n{line}\n") == ["SAND type bool"]


def test_a_property_after_a_macro_belongs_to_nothing():
    """So it is an error and not a property of the symbol before."""
    assert refusal("config SAND\n\tbool\nx := y\n\tselect DUST\n").line == 4


def test_the_comment_statement_has_dependencies_of_its_own():
    """They belong to what is displayed there, not to the symbol before it."""
    assert brief('config SAND\n\tbool\ncomment "Not here"\n\tdepends on NEVER\nconfig DUST\n\tbool\n') == [
        "SAND type bool",
        "DUST type bool",
    ]


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ('source "arch/dune/mach/Kconfig"', "arch/dune/mach/Kconfig"),
        ("source arch/$(SRCARCH)/Kconfig", "arch/$(SRCARCH)/Kconfig"),
        ('osource "arch/dune/perhaps"', "arch/dune/perhaps"),
        ('rsource "mach/Kconfig"', "arch/dune/mach/Kconfig"),
        ('orsource "mach/perhaps"', "arch/dune/mach/perhaps"),
    ],
)
def test_what_a_file_sources_is_a_fact_of_the_file(line, path):
    """As written; rsource and orsource count from the file's own folder."""
    assert read(f"\n{line}\n") == [Fact(PATH, "source", path, "", 2)]


def test_a_source_stands_under_the_blocks_around_it():
    """`if`, and what menus depend on, joined so that `||` keeps its reach."""
    content = 'if A || B\nmenu "M"\n\tdepends on C\nsource "x"\nendmenu\nendif\nsource "z"\n'
    assert brief(content) == [f"{PATH} source x if (A || B) && C", f"{PATH} source z"]


# --- blocks -------------------------------------------------------------------------------------------------------


def test_what_stands_in_an_if_inherits_its_condition():
    """Outermost first, at the line of the `if`; after endif no more."""
    content = "if A\nif B || C # why\nconfig SAND\n\tbool\nendif # B\nconfig DUST\n\tbool\nendif\nconfig HEAT\n\tbool\n"
    assert read(content) == [
        Fact("SAND", "within", "A", "", 1),
        Fact("SAND", "within", "B || C", "", 2),
        Fact("SAND", "type", "bool", "", 4),
        Fact("DUST", "within", "A", "", 1),
        Fact("DUST", "type", "bool", "", 7),
        Fact("HEAT", "type", "bool", "", 10),
    ]


def test_what_stands_in_a_menu_inherits_what_the_menu_depends_on():
    """All of its dependencies, and those of the menus around it."""
    content = 'menu "M"\n\tdepends on A\n\tdepends on B\nmenu "N"\nconfig SAND\n\tbool\nendmenu\nendmenu\n'
    assert brief(content) == ["SAND within A", "SAND within B", "SAND type bool"]


def test_visible_if_bears_on_prompts_alone():
    """A symbol in an invisible menu can still be selected or have a default."""
    content = (
        'menu "M"\n\tvisible if A || B\nconfig SAND\n\tbool "Sand" if C\n\tdefault y\n\tselect DUST\n'
        'config HEAT\n\tbool\n\tprompt "Heat"\nendmenu\n'
    )
    assert brief(content) == [
        "SAND type bool",
        "SAND prompt yes if (A || B) && C",
        "SAND default y",
        "SAND select DUST",
        "HEAT type bool",
        "HEAT prompt yes if A || B",
    ]


def test_members_of_a_choice_have_its_number_and_its_dependencies():
    """The choice's own prompt, type and help are no symbol's, its default is the member's that it names.

    Choices are counted through the file.
    """
    content = (
        'choice\n\tprompt "One of" if X\n\tdefault TWO\n\tdepends on A\n\toptional\n\thelp\n\t  Words.\n'
        'config ONE\n\tbool "One"\nconfig TWO\n\tbool "Two"\nendchoice\nchoice\n\tbool "Other"\n'
        "config THREE\n\tbool\nendchoice\nconfig FOUR\n\tbool\n"
    )
    assert brief(content) == [
        "TWO choice-default yes",
        *("ONE within A", "ONE choice 1", "ONE type bool", "ONE prompt yes"),
        *("TWO within A", "TWO choice 1", "TWO type bool", "TWO prompt yes"),
        *("THREE choice 2", "THREE type bool"),
        "FOUR type bool",
    ]


@pytest.mark.parametrize(
    ("content", "line", "found"),
    [
        ('menu "M"\nconfig SAND\n\tbool\n', 1, "'menu' without its end"),
        ("config SAND\n\tbool\nif A\n", 3, "'if' without its end"),
        ("if A\nif B\nendif\n", 1, "'if' without its end"),
        ('choice\n\tprompt "P"\n', 1, "'choice' without its end"),
        ("config SAND\n\tbool\nendif\n", 3, "'endif' inside 'nothing'"),
        ('if A\nmenu "M"\nendif\nendmenu\n', 3, "'endif' inside 'menu'"),
        ("choice\nendmenu\n", 2, "'endmenu' inside 'choice'"),
    ],
)
def test_a_block_that_is_not_closed_as_it_was_opened_is_an_error(content, line, found):
    """A file cut short must not read as one in which the rest was dropped."""
    error = refusal(content)
    assert (error.line, error.found) == (line, found)


# --- refusals -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("config SAND\n\tboolean\n", 2),
        ("config SAND\n\tbool\n\trequires SUN\n", 3),
        ("config SAND\n\tbool\nSAND\n", 3),
        ("config\n\tbool\n", 1),
        ("config SAND DUST\n", 1),
        ("config SAND-DUST\n", 1),
        ("config SAND\n\tdepends on\n", 2),
        ("config SAND\n\tdepends on A &&\n", 2),
        ("config SAND\n\tdepends on A B\n", 2),
        ("config SAND\n\tdepends on (A\n", 2),
        ("config SAND\n\tselect\n", 2),
        ("config SAND\n\tselect A B\n", 2),
        ("config SAND\n\tselect A && B\n", 2),
        ("config SAND\n\tselect A if\n", 2),
        ("config SAND\n\tselect A if B if C\n", 2),
        ("config SAND\n\tdefault\n", 2),
        ('config SAND\n\tbool "open if A\n', 2),
        ("config SAND\n\tdefault A if B ||\n", 2),
        ("if\nendif\n", 1),
        ("if A ==\nendif\n", 1),
        ("config SAND\n\tdepends on A && \\\n", 2),
        ("depends on A\nconfig SAND\n\tbool\n", 1),
        ("select A\n", 1),
        ("config SAND\n\tbool\nsource\n", 3),
        ("<<<<<<< ours\nconfig SAND\n\tbool\n", 1),
        ("config SAND\n\tdepends on " + "(" * 70 + "A" + ")" * 70 + "\n", 2),
    ],
)
def test_what_does_not_read_as_kconfig_is_an_error_at_its_line(content, line):
    """Never passed over: a property that was not understood could be the one that decides."""
    error = refusal(content)
    assert (error.path, error.line) == (PATH, line)
    assert error.found
    assert error.expected


@pytest.mark.parametrize("content", ["", "\n\n", "# a licence alone\n", "x := y\n"])
def test_a_file_without_a_statement_is_an_error(content):
    """An empty answer must never read as: nothing is defined any more."""
    assert refusal(content).found == "no Kconfig statement"


@pytest.mark.parametrize("content", ["", "# a licence alone\n"])
def test_a_kconfig_debug_may_be_empty(content):
    """Several ports keep one that says nothing."""
    assert read(content, "arch/dune/Kconfig.debug") == []


@pytest.mark.parametrize(("path", "anchor"), [("init/Kconfig", "CC_IS_GCC"), ("arch/Kconfig", "KPROBES")])
def test_the_two_files_that_decide_most_must_hold_their_anchor(path, anchor):
    """Cut before it, or another file in its place, they are refused; elsewhere the name means nothing."""
    content = "config SAND\n\tbool\n"
    assert refusal(content, path).found == f"no 'config {anchor}'"
    assert brief(f"{content}config {anchor}\n\tbool\n", path) == ["SAND type bool", f"{anchor} type bool"]
    assert brief(content, f"arch/dune/{path}") == ["SAND type bool"]


# --- laws ---------------------------------------------------------------------------------------------------------

_WORDS = st.sampled_from(
    [
        *(
            "config",
            "menuconfig",
            "SAND",
            "64BIT",
            "bool",
            "tristate",
            "int",
            "prompt",
            "default",
            "def_bool",
            "depends",
        ),
        *(
            "on",
            "select",
            "imply",
            "if",
            "endif",
            "menu",
            "endmenu",
            "choice",
            "endchoice",
            "source",
            "rsource",
            "y",
            "n",
        ),
        *("comment", "help", "---help---", "visible", "range", "A&&B", "(A", "||B", "!", '"text"', '"open', "$(m,x)"),
        *("$(", ":=", "=", "#", "\\"),
    ]
)
_LINES = st.tuples(st.sampled_from(["", "\t", "  ", "\t  "]), st.lists(_WORDS, max_size=5)).map(
    lambda line: line[0] + " ".join(line[1])
)


@given(st.one_of(st.text(), st.lists(_LINES, max_size=12).map("\n".join)))
def test_any_text_gives_facts_or_a_shape_error(content):
    """Never another exception; each fact stands at a line of the file and is said once."""
    try:
        facts = list(extract(Text(PATH, content)))
    except ShapeError:
        return
    assert all(0 <= fact.line <= content.count("\n") + 1 for fact in facts)


@given(st.data())
def test_a_cut_file_never_says_what_the_whole_does_not(data):
    """Wherever it ends: an error, or facts of the whole but for the line that was cut."""
    whole = (
        'menu "M"\n\tdepends on A\nconfig SAND\n\tbool "Sand" if B\n\tselect DUST if C\n\thelp\n\t  Text.\n'
        "\nif D\nconfig HEAT\n\tdef_bool y\nendif\nendmenu\nconfig LAST\n\tbool\n"
    )
    cut = whole[: data.draw(st.integers(0, len(whole)))]
    complete = set(extract(Text(PATH, whole)))
    try:
        facts = list(extract(Text(PATH, cut)))
    except ShapeError:
        return
    assert [f for f in facts if f not in complete and f.line <= cut.count("\n")] == []


@pytest.mark.parametrize(
    "content",
    [
        "config A\n\tbool\n" * 50_000,
        "config A\n\tdepends on " + "B && " * 100_000 + "C\n",
        "config A\n\tdepends on B && \\\n" + "\tC && \\\n" * 2_000 + "\tD\n",
        "\\\n" * 200_000,
        "\thelp\n" * 200_000,
        'config A\n\tbool "' + "if " * 200_000 + '"\n',
        "#" * 1_000_000,
        " \t" * 500_000 + "\n",
        "config " + "A" * 1_000_000 + "\n",
    ],
    ids=["symbols", "expression", "continued", "backslashes", "help", "ifs", "comment", "blanks", "name"],
)
def test_a_megabyte_of_anything_ends_soon(content):
    """The bound is far above what it takes, and far below what a quadratic reading would take."""
    begun = time.process_time()
    with suppress(ShapeError):
        list(extract(Text(PATH, content)))
    assert time.process_time() - begun < 20


# --- real trees ---------------------------------------------------------------------------------------------------


def of(trees: dict[str, Path], kernel: str, path: str) -> list[Fact]:
    tree = trees.get(f"linux-{kernel}")
    if tree is None:
        pytest.skip(f"no tree of linux {kernel}")
    return list(extract(Text.decode(path, (tree / path).read_bytes())))


@pytest.mark.trees
@pytest.mark.parametrize(
    ("kernel", "path", "fact"),
    [
        ("6.1.176", "arch/x86/Kconfig", Fact("X86", "select", "HAVE_RUST", "X86_64", 268)),
        ("6.12.107", "arch/arm64/Kconfig", Fact("ARM64", "select", "HAVE_RUST", "RUSTC_SUPPORTS_ARM64", 241)),
        ("6.12.107", "arch/loongarch/Kconfig", Fact("LOONGARCH", "select", "HAVE_RUST", "", 164)),
        ("6.12.107", "arch/riscv/Kconfig", Fact("RUSTC_SUPPORTS_RISCV", "depends", "64BIT", "", 214)),
        ("6.12.107", "arch/riscv/Kconfig", Fact("RUSTC_SUPPORTS_RISCV", "default", "y", "", 213)),
        ("6.18.15", "arch/arm/Kconfig", Fact("ARM", "select", "HAVE_RUST", "CPU_LITTLE_ENDIAN && CPU_32v7", 137)),
        (
            "7.1.13",
            "arch/arm/Kconfig",
            Fact("ARM", "select", "HAVE_RUST", "CPU_LITTLE_ENDIAN && CPU_32v7 && !KASAN", 139),
        ),
        ("7.1.13", "arch/um/Kconfig", Fact("UML", "select", "HAVE_RUST", "", 41)),
        ("7.1.13", "arch/loongarch/Kconfig", Fact("32BIT", "prompt", "yes", "", 226)),
        ("7.1.13", "arch/loongarch/Kconfig", Fact("32BIT_REDUCED", "within", "32BIT", "", 237)),
        (
            "7.1.13",
            "arch/Kconfig",
            Fact("HAVE_CFI_ICALL_NORMALIZE_INTEGERS_RUSTC", "depends", "ARM64 || X86_64", "", 971),
        ),
        ("7.1.13", "init/Kconfig", Fact("RUST", "depends", "HAVE_RUST", "", 2195)),
        ("7.1.13", "init/Kconfig", Fact("RUST", "select", "EXTENDED_MODVERSIONS", "MODVERSIONS", 2197)),
        ("6.1.176", "init/Kconfig", Fact("RUST", "depends", "!GCC_PLUGINS", "", 1926)),
    ],
)
def test_lines_of_real_kernels(trees, kernel, path, fact):
    """Read by hand in the files themselves."""
    assert fact in of(trees, kernel, path)


@pytest.mark.trees
def test_a_continued_dependency_of_a_real_kernel(trees):
    """The one whose second half stands on a line of its own."""
    facts = of(trees, "7.1.13", "arch/Kconfig")
    (found,) = [f for f in facts if f.line == 973]
    assert found.subject == "HAVE_CFI_ICALL_NORMALIZE_INTEGERS_RUSTC"
    assert found.value.endswith("&& !KASAN_SW_TAGS)")


@pytest.mark.trees
@pytest.mark.parametrize("kernel", KERNELS)
def test_every_kconfig_of_a_real_kernel_reads(trees, kernel):
    """The ports' own, init's and arch's: one `select` fact for each line that says so, at that line."""
    tree = trees.get(f"linux-{kernel}")
    if tree is None:
        pytest.skip(f"no tree of linux {kernel}")
    for path in sorted([*tree.glob("arch/*/Kconfig"), *tree.glob("init/Kconfig"), *tree.glob("arch/Kconfig")]):
        name = path.relative_to(tree).as_posix()
        body = path.read_bytes()
        facts = list(extract(Text.decode(name, body)))
        code = re.sub(rb"(?m)^\s*#.*$", b"", body)
        written = len(re.findall(rb"(?m)^\s+select\s+\w+", code))
        assert sum(f.attribute == "select" for f in facts) == written, name
        lines = body.decode().split("\n")
        for fact in facts:
            if fact.attribute in {"select", "imply"}:
                assert fact.value in lines[fact.line - 1], name
