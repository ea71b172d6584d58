"""rustc's platform-support.md -> tier, host tools and std of each target."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.errors import ShapeError
from matrix.extract.rustc_platform_support import extract
from matrix.text import Text

PATH = "src/doc/rustc/src/platform-support.md"
PAGE = """# Platforms

## Tier 1 with Host Tools

target | notes
-------|-------
[`i686-pc-windows-msvc`](platform-support/windows.md) | first choice [^note]
`x86_64-unknown-linux-gnu` | the anchor

[^note]: Said | below.

## Tier 1

Nothing more here.

## Tier 2 with Host Tools

target | notes
-------|-------
`s390x-unknown-linux-gnu` |

## Tier 2 without Host Tools

* \\* means core only, see [`no_std`].

[`no_std`]: https://example.org/no-std

target | std | notes
-------|:---:|-------
`thumbv8m.base-none-eabi` | * | dots in the name
`x86_64-unknown-uefi` | ? | undecided

## Tier 3

target | std | host | notes
-------|:---:|:----:|-------
[`aarch64-unknown-nto-qnx700`](platform-support/nto-qnx.md) | ✓ |  | a pipe ends this row |
`armeb-unknown-linux-gnueabi` | ✓ | ? | host unknown
[`hexagon-unknown-none-elf`](platform-support/hexagon.md)| * | | no space before the pipe
`arm64e-apple-ios`  | ✓ |  | two spaces
`riscv64gc-unknown-hermit` | ✓ |RISC-V
`m68k-unknown-none-elf` |  |  | std not said
`mips-unknown-linux-gnu` | ✓ | ✓ | with \\| an escaped pipe
`x86_64-unknown-trusty` | ✓ |  |
`i686-pc-windows-msvc` | * |  | the older system

[a link]: https://example.org
"""
# What the fuzzer starts from (tests/extract/corpus.py): path and text.
SAMPLES = ((PATH, PAGE),)


def read(page: str) -> dict[str, tuple[str, str, str]]:
    """Target -> tier, host tools, std."""
    facts = extract(Text(PATH, page))
    said = {(f.subject, f.attribute): f.value for f in facts}
    assert len(said) == len(facts)
    return {t: (said[t, "tier"], said[t, "host-tools"], said[t, "std"]) for t, _ in said}


def fault(page: str) -> ShapeError:
    with pytest.raises(ShapeError) as caught:
        extract(Text(PATH, page))
    return caught.value


def with_row(row: str) -> str:
    return PAGE.replace("`x86_64-unknown-trusty` | ✓ |  |\n", row + "\n")


def test_host_tools_section_implies_all():
    """With host tools means host tools and the whole std, though the table has no such columns."""
    said = read(PAGE)
    assert said["x86_64-unknown-linux-gnu"] == ("1", "yes", "yes")
    assert said["s390x-unknown-linux-gnu"] == ("2", "yes", "yes")


def test_tier_2_without_host_tools():
    """Without host tools means host no; `*` is core only, `?` unknown; names may hold dots."""
    said = read(PAGE)
    assert said["thumbv8m.base-none-eabi"] == ("2", "no", "no")
    assert said["x86_64-unknown-uefi"] == ("2", "no", "unknown")


def test_tier_3_cells():
    """An empty std cell is unknown, an empty host cell is no, `?` is unknown in both."""
    said = read(PAGE)
    assert said["m68k-unknown-none-elf"] == ("3", "no", "unknown")
    assert said["armeb-unknown-linux-gnueabi"] == ("3", "unknown", "yes")
    assert said["mips-unknown-linux-gnu"] == ("3", "yes", "yes")
    assert said["x86_64-unknown-trusty"] == ("3", "no", "yes")


def test_untidy_rows():
    """A closing pipe is no cell, and spaces around pipes do not matter."""
    said = read(PAGE)
    assert said["aarch64-unknown-nto-qnx700"] == ("3", "no", "yes")
    assert said["hexagon-unknown-none-elf"] == ("3", "no", "no")
    assert said["arm64e-apple-ios"] == ("3", "no", "yes")


def test_missing_host_cell():
    """A tier 3 row whose third and last cell is a note says tier and std, and nothing of host tools."""
    assert read(PAGE)["riscv64gc-unknown-hermit"] == ("3", "unknown", "yes")


def test_highest_tier_wins():
    """A target listed in tier 1 and again in tier 3 stays in tier 1, in either order."""
    assert read(PAGE)["i686-pc-windows-msvc"] == ("1", "yes", "yes")
    facts = extract(Text(PATH, PAGE))
    assert [f.line for f in facts if f.subject == "i686-pc-windows-msvc"] == [7, 7, 7]
    blocks = PAGE.split("## ")
    swapped = "## ".join([blocks[0], *reversed(blocks[1:])])
    assert read(swapped)["i686-pc-windows-msvc"] == ("1", "yes", "yes")


def test_old_heading():
    """Up to 1.63 the section without host tools was called "Tier 2"."""
    assert read(PAGE.replace("## Tier 2 without Host Tools", "## Tier 2")) == read(PAGE)


def test_lines():
    """A fact's line is its row's."""
    lines = PAGE.split("\n")
    assert all(f"`{f.subject}`" in lines[f.line - 1] for f in extract(Text(PATH, PAGE)))


def test_definitions_are_no_rows():
    """Link definitions and footnotes, though they begin like rows or hold pipes, are none."""
    assert "no_std" not in read(PAGE)
    assert len(read(PAGE)) == 13


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("`a-b` | ✓ | ✓ | note | more", "5 cells"),
        ("`a-b` | ✓", "2 cells"),
        ("`a-b` | ✓ | ✓", "3 cells"),
        ("`a-b` | ✓ |  | ", None),
        ("`a-b` | ✓ | ?", "3 cells"),
        ("`a-b` | yes |  | note", "'yes'"),
        ("`a-b` | yes | note", "'yes'"),
        ("`a-b` | ✓ | * | note", "'*'"),
        ("`a-b` | ✓ | partly | note", "'partly'"),
        ("a-b | ✓ |  | note", "'a-b'"),
        ("`a-b` new | ✓ |  | note", "'`a-b` new'"),
        ("Some prose.", "'Some prose.'"),
        ("`x86_64-unknown-uefi` | ✓ |  | again in tier 3", None),
        ("`mips-unknown-linux-gnu` | * |  | again", "mips-unknown-linux-gnu again"),
    ],
)
def test_rows_checked(row: str, found: str | None):
    """A wrong number of cells or an unknown cell is a changed shape, at its line; nothing is guessed."""
    page = with_row(row)
    if found is None:
        read(page)
        return
    error = fault(page)
    assert found in error.found
    assert error.line == page.split("\n").index(row) + 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("## Tier 3\n", "## Tier 4\n"),
        ("## Tier 3\n", "## Tier III\n"),
        ("## Tier 3\n", "## Third\n"),
        ("target | std | host | notes", "target | std | notes"),
        ("target | std | host | notes", "target | host | std | notes"),
        ("target | std | host | notes", "triple | std | host | notes"),
        ("target | std | notes\n", "target | notes\n"),
        ("-------|:---:|:----:|-------", "-------|:---:|-------"),
        ("-------|:---:|:----:|-------\n", ""),
        ("-------|:---:|:----:|-------\n", "-------|:---:|:----:|-------\n\n"),
        ("`x86_64-unknown-linux-gnu` | the anchor\n", ""),
        ("`thumbv8m", "\n`thumbv8m"),
        ("## Tier 1\n\nNothing more here.", "`a-b` | ✓ | ✓ | a row without a table"),
        ("https://example.org\n", "https://example.org"),
    ],
)
def test_page_checked(old: str, new: str):
    """A changed heading, header or rule, a stray row, a missing anchor or last line end is a changed shape."""
    assert old in PAGE
    fault(PAGE.replace(old, new))


@pytest.mark.parametrize("section", ["1 with", "2 with Host", "2 without", "3"])
def test_missing_section(section: str):
    """A page that lost a section, or its table, is not read as one without such targets."""
    blocks = PAGE.split("## ")
    assert fault("## ".join(b for b in blocks if not b.startswith(f"Tier {section}"))).line == 0
    assert fault("## ".join(b[:30] + "\n" if b.startswith(f"Tier {section}") else b for b in blocks))


def test_other_page():
    """A target's own page, with a table of the same header, is refused; so is an empty file."""
    fault("# a-b\n\ntarget | std | host | notes\n---|---|---|---\n`a-b` | ✓ | ✓ | note\n")
    fault("")
    fault("\n")


def test_truncation():
    """A page cut at any character is refused or keeps what it said of every target it still has."""
    whole = read(PAGE)
    for at in range(len(PAGE)):
        try:
            part = read(PAGE[:at])
        except ShapeError:
            continue
        assert all(whole[target] == said for target, said in part.items())


@given(st.text(), st.integers(0, len(PAGE)))
def test_any_text(noise: str, at: int):
    """Any text gives facts or ShapeError."""
    for page in (noise, PAGE[:at] + noise + PAGE[at:]):
        with suppress(ShapeError):
            extract(Text(PATH, page))


@pytest.mark.trees
def test_real_pages(trees):
    """The tiers of the released pages, counted by hand."""
    expected = {
        "rust-1.85.1": (9, 91, 171),
        "rust-1.90.0": (7, 92, 191),
        "rust-1.95.0": (8, 102, 210),
    }
    for name in expected.keys() & trees.keys():
        facts = extract(Text.decode(PATH, (trees[name] / PATH).read_bytes()))
        tiers = [f.value for f in facts if f.attribute == "tier"]
        assert (tiers.count("1"), tiers.count("2"), tiers.count("3")) == expected[name]
        said = {(f.subject, f.attribute): f.value for f in facts}
        assert said["arm-unknown-linux-gnueabi", "tier"] == "2"
        assert said["arm-unknown-linux-gnueabi", "host-tools"] == "yes"
        if name != "rust-1.85.1":  # which has no such target yet
            assert said["m68k-unknown-none-elf", "std"] == "unknown"
        unknown = {t for (t, a), v in said.items() if a == "host-tools" and v == "unknown"}
        short = {"loongarch32-unknown-none", "loongarch32-unknown-none-softfloat"}
        assert short <= unknown if name == "rust-1.90.0" else not short & unknown
