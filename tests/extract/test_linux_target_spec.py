"""What the generator of custom target specifications writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.errors import ShapeError
from matrix.expression import parse
from matrix.extract.linux_target_spec import extract
from matrix.model import Fact
from matrix.text import Text

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """\
struct Spec;
fn main() {
    let cfg = Config::read();
    let mut ts = Spec::new();
"""
X86_64 = """\
    if cfg.has("X86_64") {
        ts.push("llvm-target", "x86_64-invented");
"""
END = """\
    } else {
        panic!("This one is unsupported");
    }
    ts.push("frame", "none");
    println!("{}", ts);
}
"""


def read(content: str) -> list[tuple[str, str, str, str]]:
    return [
        (f.subject, f.attribute, f.value, f.when) for f in extract(Text("scripts/generate_rust_target.rs", content))
    ]


def branch(body: str) -> list[tuple[str, str, str]]:
    """What a branch M68K with this body gives."""
    content = f'{HEAD}{X86_64}    }} else if cfg.has("M68K") {{\n{body}\n{END}'
    return [(attribute, value, when) for subject, attribute, value, when in read(content) if subject == "M68K"]


def test_the_oldest_shape_knows_one_port() -> None:
    """One branch and a refusal; what stands after the chain is of every branch."""
    facts = list(extract(Text("g.rs", HEAD + X86_64 + '        ts.push("arch", "x86_64");\n' + END)))
    assert facts == [
        Fact("X86_64", "llvm-target", "x86_64-invented", "", 6),
        Fact("X86_64", "spec:arch", "x86_64", "", 7),
        Fact("*", "spec:frame", "none", "", 11),
    ]


def test_a_call_over_several_lines() -> None:
    """The line is the one on which the value stands, not the key's or the call's."""
    body = (
        '    } else if cfg.has("M68K") {\n'
        "        ts.push(\n"
        '            "layout",\n'
        '            "E-m:e-S32",\n'
        "        );\n"
        '        let mut some = "-one"\n'
        "            .to_string();\n"
        "        some +=\n"
        '            ",+two";\n'
        "        ts.push(\n"
        '            "features",\n'
        "            some,\n"
        "        );\n"
        "        ts.push(\n"
        '            "probes", vec![\n'
        '                ("kind", 1)],\n'
        "        );\n"
        '    } else if cfg.has("DUNE") {\n'
        "        panic!(\n"
        '            "the builtin one"\n'
        "        );\n"
    )
    facts = list(extract(Text("g.rs", HEAD + X86_64 + body + END)))
    lines = f"{HEAD}{X86_64}{body}{END}".split("\n")
    assert [(f.attribute, f.line, lines[f.line - 1].strip()) for f in facts if f.subject in {"M68K", "DUNE"}] == [
        ("spec:layout", 10, '"E-m:e-S32",'),
        ("spec:features", 12, 'let mut some = "-one"'),
        ("spec:features", 15, '",+two";'),
        ("spec:probes", 21, '"probes", vec!['),
        ("builtin", 26, '"the builtin one"'),
    ]


def test_a_panic_on_purpose() -> None:
    """A message of a builtin target is a fact, one of what is unsupported is none; the words name no target."""
    body = (
        'if cfg.has("64BIT") { panic!("a builtin target of old") } '
        'else { panic!("32-bit is an unsupported architecture"); }'
    )
    assert branch(body) == [("builtin", "yes", "64BIT")]
    assert branch('panic!("the built-in one");') == [("builtin", "yes", "")]


def test_what_follows_a_guard_is_under_its_opposite() -> None:
    """After `if !cfg.has("UML") { panic }` everything is under UML."""
    body = 'ts.push("a", 1); if !cfg.has("UML") { panic!("only works under UML"); } ts.push("b", true);'
    assert branch(body) == [("spec:a", "1", ""), ("spec:b", "true", "UML")]


def test_keys_that_depend_on_the_version() -> None:
    """Each branch of a version test is under its own condition and the negation of those before it."""
    body = (
        'if cfg.rustc_version_atleast(1, 98, 0) { ts.push("abi", "x"); } '
        'else if cfg.rustc_version_atleast(1, 86, 1) { ts.push("abi", "y"); } else { ts.push("width", "32"); }'
    )
    new, old = "RUSTC_VERSION >= 109800", "RUSTC_VERSION >= 108601"
    assert branch(body) == [
        ("spec:abi", "x", new),
        ("spec:abi", "y", f"!({new}) && {old}"),
        ("spec:width", "32", f"!({new}) && !({old})"),
    ]


def test_a_condition_of_several_questions() -> None:
    """!, && and || become Kconfig's, with parentheses where they are joined."""
    body = 'if cfg.has("A") || !cfg.rustc_version_atleast(1, 9, 0) { if cfg.has("B") { ts.push("a", 1); } }'
    assert branch(body) == [("spec:a", "1", "(A || !(RUSTC_VERSION >= 100900)) && B")]


def test_a_value_put_together_from_strings() -> None:
    """Each part is a fact with its own line and condition; what goes on begins with a comma."""
    body = (
        'let mut some = "-one".to_string();\nif cfg.has("A") {\n// why\nsome += ",+two";\n}\nsome += ",+three";\n'
        'ts.push("features", some);'
    )
    assert branch(body) == [
        ("spec:features", "-one", ""),
        ("spec:features", ",+two", "A"),
        ("spec:features", ",+three", ""),
    ]
    assert branch('let b = "x".to_string(); if cfg.has("A") { ts.push("c", b); }') == [("spec:c", "x", "A")]


def test_values_that_are_no_strings() -> None:
    """Numbers and booleans as they are, lists as written; the same value for two conditions is two facts."""
    body = 'ts.push("list", ["a",\n "b"],); ts.push("pairs", vec![("k".to_string(), 1)]); ts.push("no", false);'
    assert branch(body) == [
        ("spec:list", '["a", "b"]', ""),
        ("spec:pairs", 'vec![("k".to_string(), 1)]', ""),
        ("spec:no", "false", ""),
    ]


def test_a_condition_after_the_chain() -> None:
    """An if that stands beside the chain is of every branch, under its condition."""
    end = END.replace(
        '    ts.push("frame"', '    if cfg.has("CPU_BIG_ENDIAN") { ts.push("target-endian", "big"); }\n    ts.push("f"'
    )
    assert ("*", "spec:target-endian", "big", "CPU_BIG_ENDIAN") in read(HEAD + X86_64 + end)


def test_comments_are_passed_over() -> None:
    """Braces, quotes and calls in comments mean nothing."""
    assert branch('// } else { " ts.push("a", 1);\n/* } */ ts.push("b", 2);') == [("spec:b", "2", "")]


WHOLE = HEAD + X86_64 + END
# What the fuzzer starts from (tests/extract/corpus.py): path and text.
SAMPLES = (("scripts/generate_rust_target.rs", WHOLE),)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "fn other() {}\n",
        HEAD,
        HEAD + "}\n",
        WHOLE.replace("X86_64", "X86_65"),
        WHOLE.replace("llvm-target", "llvm"),
        WHOLE[:-2],
        WHOLE[: WHOLE.index("else") - 2] + "\n}\n",
        WHOLE.replace('cfg.has("X86_64")', 'cfg.has("X86_64") && cfg.has("A")'),
        WHOLE.replace('cfg.has("X86_64")', 'cfg.get("X86_64")'),
        WHOLE.replace('cfg.has("X86_64")', "true"),
        WHOLE.replace('if cfg.has("X86_64")', "match x"),
        WHOLE.replace("This one is unsupported", "No idea"),
        WHOLE.replace("This one is unsupported", "the builtin one"),
        WHOLE.replace('panic!("This one is unsupported");', 'ts.push("a", 1);'),
        WHOLE.replace('"none"', "unknown"),
        WHOLE.replace('"none"', "call(1)"),
        WHOLE.replace('"frame", ', ""),
        WHOLE.replace('ts.push("frame"', 'ts.pull("frame"'),
        WHOLE.replace('ts.push("frame"', 'more += "frame'),
        WHOLE.replace("    println", "    return;\n    println"),
        WHOLE.replace("    println", '    if cfg.has("A") && { }\n    println'),
        WHOLE.replace("    println", "    if cfg.rustc_version_atleast(1, 98) { }\n    println"),
        WHOLE.replace("    println", '    let a = cfg.has("A");\n    println'),
        WHOLE.replace("    println", 'if cfg.has("A") {' * 12 + "}" * 12 + "\n    println"),
        WHOLE.replace("    println", 'if cfg.has("' + "A" * 2000 + '") {}\n    println'),
    ],
)
def test_a_changed_shape_is_refused(content: str) -> None:
    """A chain, statement, condition or message of another kind, and a file that ends early."""
    with pytest.raises(ShapeError):
        read(content)


def test_the_error_names_the_line() -> None:
    """The place is the statement's."""
    with pytest.raises(ShapeError) as caught:
        read(WHOLE.replace('"none"', "unknown"))
    assert caught.value.line == 10


PIECES = [
    "if ",
    'cfg.has("A")',
    " {",
    "}",
    " else ",
    'panic!("unsupported")',
    ";",
    'ts.push("a", ',
    '"b"',
    ")",
    "(",
    "!",
]
PIECES += [
    'let x = "y".to_string();',
    "x",
    " += ",
    " && ",
    "cfg.rustc_version_atleast(1, 2, 3)",
    "let",
    "[",
    "]",
    "ts",
    ".",
]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_any_text_gives_facts_or_is_refused(middle: str) -> None:
    """Nothing but ShapeError is raised, and each condition is an expression."""
    try:
        facts = read(WHOLE.replace("    println", f"{middle}\n    println"))
    except ShapeError:
        return
    for *_, when in facts:
        parse(when)


def of_tree(trees: dict[str, Path], version: str) -> list[Fact]:
    if f"linux-{version}" not in trees:
        pytest.skip(f"no linux-{version}")
    path = trees[f"linux-{version}"] / "scripts/generate_rust_target.rs"
    return list(extract(Text("scripts/generate_rust_target.rs", path.read_text())))


X86_32 = ("X86_32", "i386-unknown-linux-gnu", "UML")
BUILTIN = {("ARM64", ""), ("RISCV", "64BIT"), ("LOONGARCH", "")}


@pytest.mark.trees
@pytest.mark.parametrize(
    ("version", "others", "builtin", "count"),
    [
        ("6.1.176", set(), set(), 10),
        ("6.12.107", {X86_32}, BUILTIN, 30),
        ("6.18.15", {X86_32}, BUILTIN | {("ARM", "")}, 29),
        ("7.1.13", {X86_32}, BUILTIN | {("ARM", "")}, 31),
    ],
)
def test_branches_of_real_trees(
    trees: dict[str, Path],
    version: str,
    others: set[tuple[str, str, str]],
    builtin: set[tuple[str, str]],
    count: int,
) -> None:
    """Each tree's LLVM targets and ports with a builtin target."""
    facts = of_tree(trees, version)
    targets = {(f.subject, f.value, f.when) for f in facts if f.attribute == "llvm-target"}
    assert targets == others | {("X86_64", "x86_64-linux-gnu", "")}
    assert {(f.subject, f.when) for f in facts if f.attribute == "builtin"} == builtin
    assert len(facts) == count


@pytest.mark.trees
@pytest.mark.parametrize("version", ["6.12.107", "7.1.13"])
def test_the_abi_of_real_trees_with_the_change_of_1_98(trees: dict[str, Path], version: str) -> None:
    """softfloat from 1.98, x86-softfloat from 1.86, none before; 6.18.15 lacks the first."""
    new, old = "RUSTC_VERSION >= 109800", "RUSTC_VERSION >= 108600"
    facts = [f for f in of_tree(trees, version) if f.attribute == "spec:rustc-abi"]
    assert [(f.subject, f.value, f.when) for f in facts] == [
        ("X86_64", "softfloat", new),
        ("X86_64", "x86-softfloat", f"!({new}) && {old}"),
        ("X86_32", "softfloat", f"UML && {new}"),
        ("X86_32", "x86-softfloat", f"UML && !({new}) && {old}"),
    ]


@pytest.mark.trees
def test_each_value_stands_on_its_line_in_real_trees(trees: dict[str, Path]) -> None:
    """Every fact of every kernel names the line on which its value is written."""
    for name, tree in trees.items():
        if not name.startswith("linux-"):
            continue
        content = (tree / "scripts/generate_rust_target.rs").read_text("utf-8")
        lines = content.split("\n")
        for fact in extract(Text("scripts/generate_rust_target.rs", content)):
            assert ("builtin" if fact.attribute == "builtin" else fact.value) in lines[fact.line - 1], (name, fact)
