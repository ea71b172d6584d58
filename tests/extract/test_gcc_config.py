"""gcc/config.gcc -> ordered patterns of the targets that GCC can be configured for."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.errors import ShapeError
from matrix.expression import parse
from matrix.extract.gcc_config import extract
from matrix.text import Text

# Line numbers below count from the line after the opening quotes, which is line 1.
SCRIPT = r"""# What isn't code: case ${target} in
rust_target_objs=
os_version="`echo ${target} | sed -e 's/.*os\([0-9]*\)$/\1/'`"
case ${target}:`uname -v` in
  *-*-nativeos*:7.*)
    target_min=".`expr "$(uname -v)" : '7\.\([0-9]*\)'`"
    ;;
esac
case ${target}${target_min} in
     ia64*-*-hpux* | oldcpu*-*-*	\
   | rl78*-*-*		\
 )
    if test "$enable_obsolete" != yes; then
      echo "${target} is obsolete." >&2
      echo "Use --enable-obsolete." >&2
      exit 1
    fi;;
esac
case ${target} in
  s390-*)
    if test "$enable_obsolete" != yes; then
      echo "${target} is deprecated (since (now))." >&2
      exit 1
    fi;;
esac
case ${target} in
 # Spared, although the list would have them
   arm*-*-*eabi*	\
 )
	;;
   arm*-*-linux*	\
 | powerpc*-*-*spe*	\
 )
	echo "${target} not here" 1>&2
	exit 1
	;;
esac
cpu_type=`echo ${target} | sed 's/(-.*)$//'`
case ${target} in
frv*)	cpu_type=frv
	;;
i[34567]86-*-* | x86_64-*-*)
	cpu_type=i386
	jit_target_objs="i386-jit.o"
	extra_headers="one.h two.h
		case.h esac.h;; three.h"
	;;
m68k-*-*)
	extra_headers=math.h
	case x$with_cpu in
		xone|xtwo) wide=yes ;;
	esac
	;;
esac
if test -f hooks/${cpu_type}-rust.cc
then
	rust_target_objs="${rust_target_objs} ${cpu_type}-rust.o"
fi
case ${target} in
*-*-freebsd*)
  if test "$major" = ""; then
    exit 1
  fi
  rust_target_objs="${rust_target_objs} freebsd-rust.o"
  ;;
*-*-linux* | *-*-gnu*)
  case $target in
    *-*-*linux*)
      rust_target_objs="${rust_target_objs} linux-rust.o"
      ;;
  esac
  case ${enable_threads} in
    "" | yes) thread_file='posix' ;;
    *) echo 'Unknown'; exit 1 ;;
  esac
  ;;
esac
case ${target} in
i[34567]86-*-linux* | x86_64-*-linux*)
	for lib in `echo $libs | sed -e 's/,/ /g'`; do
		case ${lib} in
		m32 | m64) ;;
		*) exit 1
		esac
	done
	(at="/opt/$with_at"
		echo "#define AT \"$at/bin)\"") > at.h
	test -f at.h || exit 1
	;;
csky-*-*)
	case ${target} in
		csky-*-elf*)
		;;
		csky-*-linux*)
		case "${target}" in
			csky-*-linux-gnu*) ;;
			*)
			exit 1
			;;
		esac
		;;
		*)
		exit 1
		;;
	esac
	;;
m68k-*-linux*)
	;;
*)
	echo "${target} not here" 1>&2
	exit 1
	;;
esac
if [ "$system_has_hook" = "no" ]; then
  rust_target_objs="$rust_target_objs default-rust.o"
fi
case "${target}" in
	loongarch*-*)
		case ${target} in
		loongarch64-*) abi=lp64d ;;
		*) echo "no"; exit 1 ;;
		esac
		case ${target} in
		*-linux-gnu*) ;;
		*)
			exit 1 ;;
		esac
		;;
esac
configure_default_options="{ ${t} }"
"""
# What the fuzzer starts from (tests/extract/corpus.py): path and text.
SAMPLES = (("gcc/config.gcc", SCRIPT),)


def facts(content: str = SCRIPT) -> list[tuple[str, str, str, str, int]]:
    found = extract(Text("gcc/config.gcc", content))
    return [(f.subject, f.attribute, f.value, f.when, f.line) for f in found]


def of(attribute: str, content: str = SCRIPT) -> list[tuple[str, str, int]]:
    return [(subject, value, line) for subject, name, value, _, line in facts(content) if name == attribute]


def whens(attribute: str) -> list[tuple[str, str, str]]:
    return [(subject, value, when) for subject, name, value, when, _ in facts() if name == attribute]


def test_patterns_over_several_lines_share_a_branch() -> None:
    """Patterns joined by | and a backslash each give a fact with their own line."""
    assert of("obsolete") == [("ia64*-*-hpux*", "yes", 10), ("oldcpu*-*-*", "yes", 10), ("rl78*-*-*", "yes", 11)]


def test_obsolete_list_of_gcc_15_asks_for_the_target_alone() -> None:
    """GCC 13 and 14 append ${target_min} to the word, GCC 15 does not: both are cases on the target."""
    later = SCRIPT.replace("case ${target}${target_min} in", "case ${target} in")
    assert of("obsolete", later) == of("obsolete")


def test_a_second_case_holds_the_deprecated() -> None:
    """GCC 16 has a case of its own for what is deprecated."""
    assert of("deprecated") == [("s390-*", "yes", 20)]


def test_unsupported_list_keeps_its_exemption_and_its_order() -> None:
    """The first branch exempts patterns that the second would refuse."""
    assert of("unsupported-list") == [
        ("arm*-*-*eabi*", "exempt", 28),
        ("arm*-*-linux*", "listed", 31),
        ("powerpc*-*-*spe*", "listed", 32),
    ]


def test_cpu_type_star_where_a_branch_sets_none() -> None:
    """A branch that sets no cpu_type leaves the triple's own first part."""
    assert of("cpu-type") == [
        ("frv*", "frv", 40),
        ("i[34567]86-*-*", "i386", 42),
        ("x86_64-*-*", "i386", 42),
        ("m68k-*-*", "*", 48),
    ]


def test_machine_case_is_the_one_that_refuses_the_rest() -> None:
    """Its last pattern * is unsupported; an exit in a loop, an option's case or after || refuses no machine."""
    assert of("machine") == [
        ("i[34567]86-*-linux*", "supported", 79),
        ("x86_64-*-linux*", "supported", 79),
        ("csky-*-*", "supported", 90),
        ("m68k-*-linux*", "supported", 107),
        ("*", "unsupported", 109),
    ]


def test_checks_name_the_branches_around_them() -> None:
    """A case inside a branch that refuses is a check; those of one branch are numbered."""
    nested = "$(case, csky-*-*) && $(case, csky-*-linux*)"
    assert whens("check") == [
        ("csky-*-linux-gnu*", "supported", nested),
        ("*", "unsupported", nested),
        ("csky-*-elf*", "supported", "$(case, csky-*-*)"),
        ("csky-*-linux*", "supported", "$(case, csky-*-*)"),
        ("*", "unsupported", "$(case, csky-*-*)"),
        ("loongarch64-*", "supported", "$(case, loongarch*-*)"),
        ("*", "unsupported", "$(case, loongarch*-*)"),
    ]
    assert whens("check#2") == [
        ("*-linux-gnu*", "supported", "$(case, loongarch*-*)"),
        ("*", "unsupported", "$(case, loongarch*-*)"),
    ]


def test_hooks_stand_under_the_innermost_branch() -> None:
    """What is around the branch, and any plain if, is the condition; an empty assignment is no hook."""
    assert whens("rust-hook") == [
        (
            "*",
            "${cpu_type}-rust.o",
            "$(if, test -f hooks/${cpu_type}-rust.cc)",
        ),
        ("*-*-freebsd*", "freebsd-rust.o", ""),
        ("*-*-*linux*", "linux-rust.o", "$(case, *-*-linux* | *-*-gnu*)"),
        ("*", "default-rust.o", "$(if, [ $system_has_hook = no ])"),
    ]
    assert whens("jit-hook") == [("i[34567]86-*-*", "i386-jit.o", ""), ("x86_64-*-*", "i386-jit.o", "")]


def test_every_condition_is_a_kconfig_expression() -> None:
    """The conditions are opaque atoms that the expression parser takes."""
    for _, _, _, when, _ in facts():
        parse(when)


def test_no_fact_twice() -> None:
    """A pattern that stands twice in a case gives one fact, the first."""
    twice = SCRIPT.replace("m68k-*-linux*)", "m68k-*-linux* | m68k-*-linux*)")
    assert facts(twice) == facts()


BROKEN = {
    "empty": ("", SCRIPT, ""),
    "cut inside a case": ("", SCRIPT[SCRIPT.index("csky-*-elf*") :], ""),
    "cut between two cases": ("no configure_default", SCRIPT[SCRIPT.index("if [ ") :], ""),
    "cut inside a quote": ("without its end", SCRIPT[SCRIPT.index("\n		case.h") :], ""),
    "no unsupported list": (
        "0 unsupported lists",
        ' | powerpc*-*-*spe*	\\\n )\n	echo "*** ${target} not',
        " )\n	if",
    ),
    "no machine case": ("0 cases whose last", "*)\n	echo", "other-*)\n	echo"),
    "no x86": ("no i[34567]86-", "i[34567]86-*-linux* | x86_64-*-linux*)", "x86_64-*-linux*)"),
    "no cpu_type": ("no case that sets cpu_type", "cpu_type=", "cpu_kind="),
    "cpu_type computed": ("cpu_type='$x'", "cpu_type=frv", "cpu_type=$x"),
    "a variable in a pattern": ("pattern '$odd-*'", "m68k-*-linux*)", "$odd-*)"),
    "a quoted pattern": ("m68k-*'", "m68k-*-linux*)", "'m68k-*')"),
    "pattern without )": ("in the head of a case", "m68k-*-linux*)", "m68k-*-linux*"),
    "two patterns without |": ("in the head of a case", "m68k-*-linux*)", "m68k-*-linux* m68k)"),
    "two branches on a line": ("two branches", "csky-*-elf*)\n		;;", "csky-*-elf*) ;;"),
    "a word for obsolete": ("exit if test", "is obsolete.", "is passé."),
    "the condition turned round": ("exit if test", '"$enable_obsolete" != yes', '"$enable_obsolete" = no'),
    "obsolete without exit": ("if test", "      exit 1\n    fi;;", "    fi;;"),
    "a hook that is no object": ("freebsd-rust.o gone", "freebsd-rust.o", "freebsd-rust.o gone"),
    "a hook under an option": ("inside 'if'", "\nthen\n	rust_target", "\nthen\n	:\nelse\n	rust_target"),
    "here-document": ("<<", "cpu_type=frv", "cat << END"),
    "esac too many": ("'esac' outside all", "configure_default", "esac; configure_default"),
    "fi for esac": ("'fi' inside 'case'", "	jit_target", "fi;	jit_target"),
    "an unclosed quote": ("closed quotes", "cpu_type=frv", "x='frv"),
    "another file": ("", SCRIPT, "all:\n\techo 'it is' a makefile\n"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_changed_shape_is_an_error(name: str) -> None:
    """Each change is told as such, with what was found."""
    found, old, new = BROKEN[name]
    if name == "no unsupported list":
        content = SCRIPT.replace('not here" 1>&2\n	exit 1\n	;;\nesac\ncpu_type', '"\n	;;\nesac\ncpu_type')
    elif name == "two branches on a line":
        content = SCRIPT.replace("csky-*-elf*)\n		;;\n		csky-*-linux*)", "csky-*-elf*) ;; csky-*-linux*)")
    else:
        content = SCRIPT.replace(old, new)
    assert content != SCRIPT
    with pytest.raises(ShapeError) as error:
        extract(Text("gcc/config.gcc", content))
    assert found in str(error.value)


@given(st.data())
def test_any_text_gives_facts_or_shape_error(data: st.DataObject) -> None:
    """Whatever is cut out of the script or put into it, no other exception leaves the extractor."""
    a, b = sorted(data.draw(st.tuples(*[st.integers(0, len(SCRIPT))] * 2)))
    piece = data.draw(st.text(alphabet=" \n\\\"'`$(){};|&<>#*abc=\t", max_size=12))
    words = data.draw(
        st.lists(st.sampled_from(["case $target in ", "esac ", "if ", "fi\n", "exit 1", ";;", "a)"]), max_size=4)
    )
    with suppress(ShapeError):
        assert facts(SCRIPT[:a] + piece + "".join(words) + SCRIPT[b:])


@given(st.integers(0, SCRIPT.rindex("configure_default")))
def test_a_script_cut_short_is_never_read_as_whole(at: int) -> None:
    """However the end is lost, the extractor says so."""
    with pytest.raises(ShapeError):
        facts(SCRIPT[:at])


COUNTS = {
    "14.2.0": {"machine": 231, "obsolete": 3, "unsupported-list": 36, "check": 20, "check#2": 4, "rust-hook": 13},
    "15.3.0": {"machine": 231, "obsolete": 3, "unsupported-list": 37, "check": 20, "check#2": 4, "rust-hook": 13},
    "16.2.0": {
        "machine": 232, "obsolete": 6, "deprecated": 1, "unsupported-list": 37, "check": 24, "check#2": 4, "check#3": 3,
        "rust-hook": 13, "jit-hook": 3,
    },
}  # fmt: skip


@pytest.mark.trees
@pytest.mark.parametrize("version", COUNTS)
def test_real_counts(trees: dict, version: str) -> None:
    """As many patterns as counted in the real script."""
    if f"gcc-{version}" not in trees:
        pytest.skip(f"no gcc-{version}")
    body = (trees[f"gcc-{version}"] / "gcc/config.gcc").read_bytes()
    found = Counter(f.attribute for f in extract(Text.decode("gcc/config.gcc", body)))
    found.pop("cpu-type")
    assert found == COUNTS[version]


@pytest.mark.trees
def test_real_lists_of_gcc_16(trees: dict) -> None:
    """The obsolete and deprecated of 16.2, and the directories of odd names, with their lines."""
    if "gcc-16.2.0" not in trees:
        pytest.skip("no gcc-16.2.0")
    content = (trees["gcc-16.2.0"] / "gcc/config.gcc").read_text()
    assert [(p, line) for p, _, line in of("obsolete", content)] == [
        ("ia64*-*-hpux*", 285), ("ia64*-*-*vms*", 285), ("ia64*-*-elf*", 285),
        ("m32c*-*-*", 286), ("epiphany*-*-*", 286), ("rl78*-*-*", 286),
    ]  # fmt: skip
    assert of("deprecated", content) == [("s390-*", "yes", 298)]
    types = {(pattern, value) for pattern, value, _ in of("cpu-type", content)}
    assert {("hppa*-*-*", "pa"), ("powerpc*-*-*", "rs6000"), ("x86_64-*-*", "i386"), ("m68k-*-*", "*")} <= types
    assert of("jit-hook", content)[0] == ("i[34567]86-*-*", "i386-jit.o", 438)


@pytest.mark.trees
def test_real_scripts_cut_short(trees: dict) -> None:
    """A real script that lost its end is never read as whole, wherever the cut falls."""
    for name, tree in trees.items():
        if name.startswith("gcc-"):
            lines = (tree / "gcc/config.gcc").read_text().splitlines(keepends=True)
            for at in range(0, len(lines) - 40, 97):
                with pytest.raises(ShapeError):
                    extract(Text("gcc/config.gcc", "".join(lines[:at])))
