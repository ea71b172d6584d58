"""matrix.extract.linux_rust_available: scripts/rust_is_available.sh -> versions that are refused or warned of."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matrix.errors import ShapeError
from matrix.extract import linux_rust_available
from matrix.model import Fact
from matrix.text import Text

PATH = "scripts/rust_is_available.sh"
HEAD = """\
#!/bin/sh
# Words on a version.
low=$(dirname $0)/min-tool-version.sh

get_canonical_version()
{
\tIFS=.
\tset -- $1
\techo $((100000 * $1 + 100 * $2 + $3))
}

say()
{
\techo >&2 "See the version."
}

if ! command -v "$RUSTC" >/dev/null; then
\techo >&2 "No cat."
\texit 1
fi
"""
TOOL = """\
NAME_version=$( \\
\tLC_ALL=C "$TOOL" --version | head -n 1
)
if [ -z "$NAME_version" ]; then
\texit 1
fi
NAME_min_version=$($min_tool_version WHAT)
NAME_cversion=$(get_canonical_version $NAME_version)
NAME_min_cversion=$(get_canonical_version $NAME_min_version)
if [ "$NAME_cversion" -lt "$NAME_min_cversion" ]; then
\techo >&2 "$NAME_version is old."
\texit 1
fi
"""
RUSTC = TOOL.replace("NAME", "rust_compiler").replace("WHAT", "rustc")
BINDGEN = TOOL.replace("NAME", "rust_bindings_generator").replace("WHAT", "bindgen")
CLANG = TOOL.replace("NAME", "bindgen_libclang").replace("WHAT", "llvm")
NEWER = """\
if [ "$rust_compiler_cversion" -gt "$rust_compiler_min_cversion" ]; then
\techo >&2 "New."
fi
"""
BUGS = """\
if [ "$rust_bindings_generator_cversion" -eq 9800 ] ||
\t[ "$rust_bindings_generator_cversion" -eq 9801 ]; then
\tif ! "$BINDGEN" $(dirname $0)/a.h >/dev/null; then
\t\techo >&2 "A bug."
\t\twarning=1
\tfi
fi
if [ "$bindgen_libclang_cversion" -ge 7700100 ] && [ "$rust_bindings_generator_cversion" -lt 9905 ]; then
\techo >&2 "Another bug."
\texit 1
fi
"""
SAME = """\
cc_name=$($(dirname $0)/cc-version.sh $CC | cut -f1)
if [ "$cc_name" = Clang ]; then
\tclang_version=$( \\
\t\t$CC --version)
\tif [ "$clang_version" != "$bindgen_libclang_version" ]; then
\t\techo >&2 "Two cats."
\tfi
fi
"""
TAIL = 'rustc_src_core="$x/lib.rs"\nif [ ! -e "$rustc_src_core" ]; then\n\techo >&2 "No source."\n\texit 1\nfi\n'
FILE = HEAD + RUSTC + BINDGEN + CLANG + BUGS + SAME + TAIL
# What the fuzzer starts from (tests/extract/corpus.py): path and text.
SAMPLES = ((PATH, FILE),)
PINNED = HEAD + RUSTC + NEWER + BINDGEN + CLANG + TAIL


def read(content: str) -> list[Fact]:
    return list(linux_rust_available.extract(Text(PATH, content)))


def with_test(*lines: str) -> str:
    return HEAD + RUSTC + BINDGEN + CLANG + "".join(f"{line}\n" for line in lines) + TAIL


def told(content: str) -> list[tuple[str, str, str, str, int]]:
    """Attribute, value and condition of each statement beside the minimums and the policies, and its line."""
    facts = [f for f in read(content) if f.attribute != "version-policy" and f.value != "too-old"]
    return [(f.subject, f.attribute, f.value, f.when, f.line) for f in facts]


def test_versions_are_refused_or_warned_of_under_what_is_tested():
    """Numbers as the script counts; a probe of the tool is opaque; the line is that of the test on versions."""
    assert read(FILE) == [
        Fact("rustc", "broken", "too-old", "RUSTC_VERSION < RUSTC_MIN_VERSION", 30),
        Fact("bindgen", "broken", "too-old", "BINDGEN_VERSION < BINDGEN_MIN_VERSION", 43),
        Fact("libclang", "broken", "too-old", "LIBCLANG_VERSION < LLVM_MIN_VERSION", 56),
        Fact(
            *("bindgen", "warns", "bug"),
            '(BINDGEN_VERSION = 9800 || BINDGEN_VERSION = 9801) && !$(shell,"$BINDGEN" $(dirname $0)/a.h > /dev/null)',
            60,
        ),
        Fact("bindgen", "broken", "bug", "LIBCLANG_VERSION >= 7700100 && BINDGEN_VERSION < 9905", 67),
        Fact("libclang", "warns", "mismatch", "CC_IS_CLANG && CLANG_VERSION_TEXT != LIBCLANG_VERSION_TEXT", 75),
        Fact("rustc", "version-policy", "minimum", line=30),
        Fact("bindgen", "version-policy", "minimum", line=43),
        Fact("libclang", "version-policy", "minimum", line=56),
    ]


def test_a_warning_of_what_is_newer_means_the_one_version():
    """As Linux 6.1 has it, for each tool alone."""
    facts = read(PINNED)
    assert Fact("rustc", "warns", "too-new", "RUSTC_VERSION > RUSTC_MIN_VERSION", 34) in facts
    assert [(f.subject, f.value, f.line) for f in facts if f.attribute == "version-policy"] == [
        ("rustc", "exactly", 34),
        ("bindgen", "minimum", 46),
        ("libclang", "minimum", 59),
    ]


def test_what_is_said_only_when_asked_holds_all_the_same():
    """The first scripts spoke with -v alone."""
    quiet = PINNED.replace('if [ "$rust_compiler_cversion" -gt', 'if [ "$1" = -v ] && [ "$rust_compiler_cversion" -gt')
    assert read(quiet) == read(PINNED)
    old = '\techo >&2 "$rust_compiler_version is old."\n'
    assert told(FILE.replace(old, f'\tif [ "$1" = -v ]; then\n\t{old}\tfi\n'))[0][2] == "bug"
    assert len(read(FILE.replace(old, f'\tif [ "$1" = -v ]; then\n\t{old}\tfi\n'))) == len(read(FILE))


def test_what_follows_else_holds_where_no_test_before_it_does():
    """Also behind elif."""
    version = "$rust_compiler_cversion"
    lines = (f'if [ "{version}" -lt 5 ]; then', "echo a", f'elif [ {version} -ge "$rust_compiler_min_cversion" ]; then')
    with pytest.raises(ShapeError, match="the minimum alone"):
        read(with_test(*lines, "echo b", "fi"))
    assert told(with_test(lines[0], "exit 1", "elif ! a; then", "echo b", "else", "echo c", "fi")) == [
        ("rustc", "broken", "bug", "RUSTC_VERSION < 5", 60),
        ("rustc", "warns", "bug", "RUSTC_VERSION >= 5 && !$(shell,a)", 60),
        ("rustc", "warns", "bug", "RUSTC_VERSION >= 5 && $(shell,a)", 60),
    ]


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (('if [ "$rust_compiler_cversion" = 5 ]; then', "echo a", "fi"), "= 5"),
        (('if [ 5 -lt "$rust_compiler_cversion" ]; then', "echo a", "fi"), "5 -lt"),
        (('if [ "$rust_compiler_cversion" -lt "$other" ]; then', "echo a", "fi"), "-lt"),
        (('if [ "$rust_compiler_version" = 1.0.0 ]; then', "echo a", "fi"), "1.0.0"),
        (('if [ "$rustdoc_cversion" -lt 5 ]; then', "echo a", "fi"), "rustdoc_cversion"),
        (('if expr "$rust_compiler_version" : 9; then', "echo a", "fi"), "expr"),
        (('if [ "$rust_compiler_cversion" -lt 5 ]; then', "exit 0", "fi"), "another exit"),
        (('if [ "$rust_compiler_cversion" -lt 5 ]; then', "warning=1", "fi"), "without words"),
        (('if [ "$rust_compiler_cversion" -le "$rust_compiler_min_cversion" ]; then', "echo a", "fi"), "<="),
        (('[ "$rust_compiler_cversion" -lt 5 ] && exit 1',), "-lt 5"),
        (('echo "$rust_compiler_version" | grep 5 && exit 1',), "grep 5"),
        (("other=$(get_canonical_version $rustdoc_version)",), "rustdoc_version"),
        (("other=$rust_compiler_cversion",), "other="),
        (('case "$rust_compiler_version" in', "1*) exit 1 ;;", "esac"), "a case"),
        (("old_version() { echo a; }",), "a function on versions"),
        (("while a; do", "b", "done"), "while"),
    ],
)
def test_a_use_of_a_version_that_is_not_understood_is_refused(lines, found):
    """Nothing that a script decides by a version is passed over."""
    with pytest.raises(ShapeError) as error:
        read(with_test(*lines))
    assert found in str(error.value)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("", "another end of the script"),
        (FILE.removesuffix(TAIL), "another end of the script"),
        (FILE + "echo\n", "another end of the script"),
        (HEAD + BINDGEN + CLANG + TAIL, "no minimum of rustc"),
        (HEAD + RUSTC + CLANG + TAIL, "no minimum of bindgen"),
        (HEAD + RUSTC + BINDGEN + TAIL, "no minimum of libclang"),
        (FILE.replace("100000 * $1", "10000 * $1"), "a function on versions"),
        (RUSTC + BINDGEN + CLANG + TAIL, "no get_canonical_version"),
    ],
)
def test_another_shape_of_script_is_refused(content, found):
    """Each tool's minimum, the way to count and the end must be there."""
    with pytest.raises(ShapeError) as error:
        read(content)
    assert found in error.value.found, error.value


def test_a_cut_file_never_reads_as_fewer_tests():
    """Every prefix gives all the facts or a ShapeError."""
    whole = read(FILE)
    for length in range(0, len(FILE), 3):
        with contextlib.suppress(ShapeError):
            assert read(FILE[:length]) == whole


@settings(deadline=None)
@given(st.lists(st.sampled_from(FILE.split("\n")) | st.text()).map("\n".join), st.booleans())
def test_any_text_gives_facts_or_a_shape_error(content, inside):
    """No text raises anything else."""
    with contextlib.suppress(ShapeError):
        assert read(with_test(content) if inside else content)


@pytest.mark.trees
def test_real_trees_have_the_tests_read_by_eye(trees):
    """Known bugs with their lines, and what the script says of newer versions."""
    bugs = {"6.1.176": [], "6.12.107": [164, 228], "6.17.8": [166, 230], "7.1.13": [], "7.2.6": [211]}
    for version, lines in bugs.items():
        file = trees[f"linux-{version}"] / PATH if f"linux-{version}" in trees else None
        if file is None or not file.exists():
            continue
        facts = read(file.read_text(encoding="utf-8"))
        assert [(f.subject, f.attribute, f.line) for f in facts if f.value == "bug"] == [
            ("bindgen", "warns", line) for line in lines
        ], version
        policy = "exactly" if version == "6.1.176" else "minimum"
        assert [f.value for f in facts if f.attribute == "version-policy"] == [policy, policy, "minimum"]
        assert [f.subject for f in facts if f.attribute == "broken"] == ["rustc", "bindgen", "libclang"]
