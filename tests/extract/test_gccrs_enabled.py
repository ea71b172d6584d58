"""GCC's top-level configure.ac -> whether Rust can be enabled."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.errors import ShapeError
from matrix.extract.gccrs_enabled import extract
from matrix.text import Text

TODAY = """# Rust is not supported in GCC 1, says a comment; yes:rust) too
case ${add_this_lang}:${language} in
  yes:go)
    AC_MSG_ERROR([no go today])
    ;;
esac
        case ${add_this_lang}:${language}:${libs_missing} in
          *:rust:none)
            # Nothing missing.
            ;;
          yes:rust:*)
            AC_MSG_ERROR([$language lacks $libs_missing])
            ;;
        esac
case ${add_this_lang}:${language}:${have_cargo} in
  all:rust:no | *:rust:no)
    add_this_lang=unsupported
    ;;
esac
case "${add_this_lang}: $unsupported " in
  *" rust "*) add_this_lang=no ;;
esac
AC_OUTPUT
"""
REFUSED = """case ${add_this_lang}:${language} in
  yes:ada) ;;
  yes:rust)
    AC_MSG_ERROR([not this year])
    ;;
esac
AC_OUTPUT
"""
# What the fuzzer starts from (tests/extract/corpus.py): path and text.
SAMPLES = (("configure.ac", TODAY), ("configure.ac", REFUSED))


def answer(content: str) -> tuple[str, str, str, int]:
    (fact,) = extract(Text("configure.ac", content))
    return fact.subject, fact.attribute, fact.value, fact.line


def test_what_the_build_machine_must_have_is_no_refusal() -> None:
    """GCC 14 and later: errors where cargo or a library is missing; Rust can be enabled."""
    assert answer(TODAY) == ("rust", "can-be-enabled", "yes", 8)


def test_a_branch_without_condition_refuses() -> None:
    """GCC 13: asking for rust is an error whatever the machine has; the directory gcc/rust proves nothing."""
    assert answer(REFUSED) == ("rust", "can-be-enabled", "no", 4)


def test_unsupported_without_an_error_refuses() -> None:
    """The same where the language is dropped silently."""
    assert answer(REFUSED.replace("AC_MSG_ERROR([not this year])", "add_this_lang=unsupported"))[2:] == ("no", 4)


def test_the_words_of_gcc_13_refuse_in_any_case() -> None:
    """The message itself decides, even where the case around it asks for more."""
    content = TODAY.replace("[$language lacks $libs_missing]", "[Rust is not supported in GCC 13 release]")
    assert answer(content)[2:] == ("no", 12)


def test_another_language_s_refusal_is_not_rust_s() -> None:
    """An error under yes:go, or after rust's branch has ended, says nothing of rust."""
    assert answer(REFUSED.replace("    AC_MSG_ERROR([not this year])\n", "    :\n"))[2] == "yes"
    assert answer(TODAY.replace("yes:go", "yes:rusty"))[2] == "yes"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("", "no AC_OUTPUT"),
        (TODAY.replace("AC_OUTPUT", "AC_OUTPUTS"), "no AC_OUTPUT"),
        (TODAY.replace(":rust", ":corrosion"), "no branch for rust"),
        (TODAY.replace("case ${add_this_lang}:${language}", "case ${lang}:${language}"), "no branch for rust"),
    ],
)
def test_a_changed_shape_is_an_error(content: str, found: str) -> None:
    """A script cut short, and one that does not handle rust as a language."""
    with pytest.raises(ShapeError, match=found):
        answer(content)


@given(st.integers(0, len(TODAY)), st.text(alphabet="a:rust|)* \n;{}$", max_size=30))
def test_any_text_gives_facts_or_shape_error(at: int, piece: str) -> None:
    """Whatever is put in, no other exception leaves the extractor."""
    with suppress(ShapeError):
        assert answer(TODAY[:at] + piece + TODAY[at:])


@pytest.mark.trees
@pytest.mark.parametrize(("version", "line"), [("14.2.0", 2323), ("15.3.0", 2440), ("16.2.0", 2541)])
def test_real_configure(trees: dict, version: str, line: int) -> None:
    """From GCC 14 Rust can be enabled."""
    if f"gcc-{version}" not in trees:
        pytest.skip(f"no gcc-{version}")
    body = (trees[f"gcc-{version}"] / "configure.ac").read_bytes()
    (fact,) = extract(Text.decode("configure.ac", body))
    assert (fact.value, fact.line) == ("yes", line)
