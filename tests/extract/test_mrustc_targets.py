"""The extractor mrustc_targets on hand-written files, and on real trees."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.errors import ShapeError
from matrix.extract.mrustc_targets import extract
from matrix.model import Fact
from matrix.text import Text

PATH = "src/trans/target.cpp"


def read(content: str, path: str = PATH) -> list[Fact]:
    return list(extract(Text.decode(path, content.encode("utf-8", "surrogatepass"))))


GOOD = r"""
// const TargetArch ARCH_OLD = {
const TargetArch ARCH_X86_64 = {
    "x86_64",
    64, false,
    TargetArch::Alignments(2, 4)
    };
const TargetArch ARCH_X32 = {
    "x86_64",
    32, false,   // 4-byte pointers
    ARCH_X86_64.m_atomics
};
const TargetArch ARCH_M68K = { // big
    "m68k",
    32, /*big*/true,
    { true }
};
namespace {
    TargetSpec load_spec_from_file(const ::std::string& filename);
    TargetSpec init_from_spec_name(const ::std::string& target_name)
    {
        #define OPTS {"-a", "//no comment"}, {"'"}
        if( target_name.find('/') != ::std::string::npos || target_name.find('\\') != x )
        {
            return load_spec_from_file(target_name);
        }
        else if(target_name == "x86_64-linux-gnu" || target_name == "x86_64-unknown-linux-gnu")
        {
            return TargetSpec {
                "unix", "linux", "gnu", {CodegenMode::Gnu11, true /*false*/, "x86_64-linux-gnu", OPTS},
                ARCH_X86_64
                };
        }
        /* else if(target_name == "z80-unknown-none")
        {
        } */
        else if (target_name == "x86_64-unknown-linux-gnux32")
        {
            // a remark
            return TargetSpec {
                "unix", "linux", "gnu", {CodegenMode::Gnu11, "x86_64-unknown-linux-gnux32", OPTS},
                ARCH_X32
            };
        }
        else if(target_name == "x86-pc-windows-msvc")
        {
            return TargetSpec {
                "windows", "windows", "msvc", {CodegenMode::Msvc, true, "amd64", {}, {}},
                ARCH_X86_64
                };
        }
        else
        {
            ::std::cerr << "Unknown target name '" << target_name << "'" << ::std::endl;
            abort();
        }
    }
}
const char* other(const ::std::string& target_name) { return TargetSpec { }; }
"""
# What the fuzzer starts from (tests/extract/corpus.py): path and text.
SAMPLES = ((PATH, GOOD),)


def test_constants_have_name_width_and_byte_order():
    """The name is not unique: the x32 constant is called x86_64 too and differs by its width."""
    assert [f for f in read(GOOD) if f.attribute in ("name", "pointer-width", "endian")] == [
        Fact("X86_64", "name", "x86_64", line=4),
        Fact("X86_64", "pointer-width", "64", line=5),
        Fact("X86_64", "endian", "little", line=5),
        Fact("X32", "name", "x86_64", line=9),
        Fact("X32", "pointer-width", "32", line=10),
        Fact("X32", "endian", "little", line=10),
        Fact("M68K", "name", "m68k", line=14),
        Fact("M68K", "pointer-width", "32", line=15),
        Fact("M68K", "endian", "big", line=15),
    ]


def test_each_name_of_a_branch_is_a_target():
    """Names joined by || share a specification; what stands in comments is no target."""
    facts = [f for f in read(GOOD) if f.attribute in ("arch", "os", "c-triple", "env")]
    assert facts[:4] == [
        Fact("x86_64-linux-gnu", "arch", "X86_64", line=31),
        Fact("x86_64-linux-gnu", "os", "linux", line=30),
        Fact("x86_64-linux-gnu", "c-triple", "x86_64-linux-gnu", line=30),
        Fact("x86_64-linux-gnu", "env", "gnu", line=30),
    ]
    assert list(dict.fromkeys(f.subject for f in facts)) == [
        "x86_64-linux-gnu",
        "x86_64-unknown-linux-gnu",
        "x86_64-unknown-linux-gnux32",
        "x86-pc-windows-msvc",
    ]


def test_the_flag_for_emulated_integers_may_be_absent():
    """mrustc 0.8.0 has no such flag, newer ones do."""
    values = {f.attribute: f.value for f in read(GOOD) if f.subject == "x86_64-unknown-linux-gnux32"}
    assert values == {"arch": "X32", "os": "linux", "c-triple": "x86_64-unknown-linux-gnux32", "env": "gnu"}


def test_msvc_has_a_word_instead_of_a_triple():
    """It is kept as written."""
    values = {f.attribute: f.value for f in read(GOOD) if f.subject == "x86-pc-windows-msvc"}
    assert values == {"arch": "X86_64", "os": "windows", "c-triple": "amd64", "env": "msvc"}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("const TargetArch ARCH_M68K", "constexpr TargetArch ARCH_M68K", "const TargetArch"),
        ("    64, false,", "    sixtyfour, false,", "BITS"),
        ("    64, false,", "    64,", "BITS"),
        ("ARCH_X32 = {", "ARCH_X86_64 = {", "each constant once"),
        ("                ARCH_X32\n", "                ARCH_X64\n", "a constant that the file defines"),
        ("init_from_spec_name", "init_from_name", "init_from_spec_name"),
        ('"Unknown target name', '"What', "a branch|last branch"),
        ('"x86_64-linux-gnu" ||', '"x86_64-gnu" ||', "x86_64-linux-gnu"),
        ('== "x86_64-unknown-linux-gnux32"', '== "x86_64-linux-gnu"', "each name once"),
        ('== "x86_64-unknown-linux-gnux32"', '!= "x86_64-unknown-linux-gnux32"', "a branch of the chain"),
        ('"x86_64-linux-gnu" || target_name', '"x86_64-linux-gnu" ||\n target_name', "a branch of the chain"),
        ('"unix", "linux", "gnu", {CodegenMode', '"linux", "gnu", {CodegenMode', "FAMILY"),
        ('"unix", "linux"', '"unix", kind, "linux"', "FAMILY"),
        ("return TargetSpec {\n", "return TargetSpec(\n", "a branch of the chain"),
        ("            // a remark", "#if 0", "preprocessor"),
    ],
)
def test_another_shape_is_refused(old: str, new: str, expected: str):
    """A constant, condition or specification of another form is drift, never a target less."""
    assert old in GOOD
    with pytest.raises(ShapeError, match=expected):
        read(GOOD.replace(old, new, 1))


def test_a_branch_without_a_specification_is_refused():
    """Two conditions in a row: the first one's target is not understood."""
    with pytest.raises(ShapeError, match="a target for x86_64-linux-gnu first"):
        read(GOOD.replace("return TargetSpec {\n", "\n", 1).replace('"unix", "linux"', "", 1))


def test_a_cut_file_never_reads_as_a_shorter_list():
    """Cut anywhere before the last branch, the file is refused."""
    for cut in range(GOOD.index('"Unknown target name')):
        with pytest.raises(ShapeError):
            read(GOOD[:cut])


@pytest.mark.parametrize("content", ["/*" * 400_000, '"\\' * 400_000, "'" * 900_000, "\n" * 900_000, " " * 2_000_000])
def test_comments_and_strings_left_open_end_quickly(content: str):
    """Nothing is looked at again and again."""
    with pytest.raises(ShapeError):
        read(content)


@given(st.text(max_size=200), st.integers(min_value=0, max_value=10_000))
def test_anything_gives_facts_or_a_shape_error(noise: str, place: int):
    """Noise alone, or put anywhere into a good file, never raises another exception."""
    cut = place % (len(GOOD) + 1)
    for content in (noise, GOOD[:cut] + noise, GOOD[:cut] + noise + GOOD[cut:]):
        with contextlib.suppress(ShapeError):
            read(content)


@pytest.mark.trees
def test_real_releases(trees):
    """In mrustc 0.12.0: 38 targets, 17 of them Linux, from 10 constants."""
    if tree := trees.get("mrustc-0.12.0"):
        facts = read((tree / PATH).read_text())
        assert sum(f.attribute == "c-triple" for f in facts) == 38
        assert sum((f.attribute, f.value) == ("os", "linux") for f in facts) == 17
        assert sum(f.attribute == "name" for f in facts) == 10
        assert Fact("arm-unknown-linux-gnu", "c-triple", "arm-elf-eabi", line=0) in [
            Fact(f.subject, f.attribute, f.value) for f in facts
        ]
