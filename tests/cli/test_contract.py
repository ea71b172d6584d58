"""JSON is a contract: what every command writes is what its schema says, whatever is asked."""

from __future__ import annotations

import copy
import json
import re

import pytest
from jsonschema import Draft202012Validator

from matrix.cli import surroundings
from matrix.cli.parser import build
from matrix.machine.tools import Machine
from matrix.render.contract import FORMAT
from matrix.render.schema import DOCUMENTS, NO_COMMANDS, schema, schema_names
from tests.cli.conftest import CHECKOUT
from tests.contract import breaches, validator
from tests.sampling import one_in

COMMANDS = build()._subparsers._group_actions[0].choices  # noqa: SLF001 - argparse has no other way to ask
# What is asked of the shipped facts, so that every kind of answer is there: yes, if, no, cannot tell; between two
# releases, beyond all; several names and one that is gone; with and without what can be named.
QUESTIONS = (
    ("is", "riscv64"),
    ("is", "arm", "h8300", "--kernel", "6.16"),
    ("is", "h8300"),
    ("is", "arm64", "--kernel", "7.9"),
    ("is", "x86_64", "--kernel", "6.1", "--rustc", "1.62.0"),
    ("is", "x86_64", "--cc", "clang-19", "--pahole", "1.30", "--set", "MODVERSIONS=y", "--strict"),
    ("why", "loongarch32", "ppc64el"),
    ("table",),
    ("table", "--by", "arch", "--kernel", "6.16"),
    ("names",),
    ("names", "armhf"),
    ("names", "h8300"),
    ("versions", "--kernel", "7.9"),
    ("contradictions", "--all"),
    ("options", "sh", "x86_64"),
    ("options", "arm64", "--kernel", "7.9"),
    ("history", "riscv"),
    ("history", "nios2", "--along", "gcc", "--backend", "gccrs"),
    ("diff", "linux@6.12..linux@7.1", "--arch", "arm"),
    ("diff", "rust@1.85..rust@1.90", "--kind", "renamed"),
    ("progress",),
    ("distros",),
    ("distros", "debian-13"),
    ("window", "--rustc", "1.85.0", "--bindgen", "0.71.1", "--cc", "clang-19", "riscv64", "m68k-classic"),
    ("window", "--distro", "debian-13"),
    ("window", "--kernel", "7.1.13", "riscv64", "m68k-classic"),
    ("drivers", "--arch", "ppc64le", "--kernel", "7.1.13"),
    ("drivers", "--defconfigs", "--kernel", "6.18.15"),
    ("log",),
    ("refresh", "--dry-run"),
    ("verify", "--llc", "no-such-llc"),
    ("doctor", "--arch", "riscv64", "--kernel", "7.1.13"),
)


# Their shape is GitHub's, and shields'.
OF_OTHERS = {"github-matrix", "badge"}


def told(run, *words):
    """The document that a command writes; standard output holds nothing else."""
    said = run(*words, "--json")
    assert said.code in {0, 1, 3, 4}
    return json.loads(said.out)


# What the shipped facts say does not change while the tests run: each of the questions is asked once.
ASKED = {}


def asked(run, *words):
    """The document of one of the questions."""
    assert words in QUESTIONS
    if words not in ASKED:
        ASKED[words] = told(run, *words)
    return copy.deepcopy(ASKED[words])


@pytest.fixture
def bare(monkeypatch):
    """A machine without tools."""
    monkeypatch.setattr(surroundings, "machine", lambda: Machine(path="", beside=(), libraries=()))


@pytest.mark.parametrize("words", one_in(4, QUESTIONS), ids=" ".join)
def test_a_document_is_as_its_schema_says(run, bare, words):
    """Whatever was asked; it says the number of the contract, and which document of its command it is."""
    found = asked(run, *words)
    assert breaches(found) == []
    assert list(found)[:2] == ["format", "document"]
    assert found["document"] in DOCUMENTS[words[0]]


@pytest.mark.slow
def test_documents_of_trees_and_stores(run, kernel, home):
    """A refresh, what it left, a tree against what is known, and a .config."""
    first, second = home / "first", home / "second"
    head = "#\n# Automatically generated file; DO NOT EDIT.\n# Linux/x86 7.1.13 Kernel Configuration\n#\n"
    first.write_text(f"{head}CONFIG_X86=y\nCONFIG_64BIT=y\nCONFIG_X86_64=y\nCONFIG_MODVERSIONS=y\n", "utf-8")
    second.write_text("CONFIG_X86_64=y\n", "utf-8")
    kernel.change("init/Kconfig", "HAVE_RUST && !SAND", "HAVE_RUST && !SAND && !GRAVEL")
    asked = (
        ("lint", first, second),
        ("check", kernel.root),
        ("verify", "--tree", kernel.root),
        ("refresh", "--tree", kernel.root),
        ("status", "--runs"),
        ("log",),
        ("is", "arm", "--kernel", "7.1.13"),
        ("config", first, "--kernel", "7.1.13"),
        ("config", first, "--diff", second, "--kernel", "7.1.13"),
    )
    found = {" ".join(map(str, words)): told(run, *words) for words in asked}
    assert {words: wrong for words, one in found.items() if (wrong := breaches(one))} == {}
    names = [one["document"] for one in found.values()]
    assert names == [
        "lint",
        "check",
        "verify",
        "refresh-trees",
        "status",
        "log",
        "answers",
        "config-state",
        "config-diff",
    ]


def test_one_name_and_several_have_one_shape(run):
    """A list of answers, of one too; a port that is gone has the fields of one that is there."""
    one, several = asked(run, "is", "riscv64"), told(run, "is", "riscv64", "h8300", "alpha")
    assert list(one) == list(several)
    assert one["answers"][0] == several["answers"][0]
    assert [a["name"] for a in several["answers"]] == ["riscv64", "alpha", "h8300"]
    assert len({tuple(a) for a in several["answers"]}) == 1


@pytest.mark.parametrize(
    "words",
    [
        ("is", "pdp11"),
        ("is", "arm64", "--kernel", "new"),
        ("diff", "linux@6.12..linux@9.9"),
        ("history", "riscv64", "--kernel", "9.9"),
        ("status",),
        ("schema", "answer"),
    ],
    ids=" ".join,
)
def test_a_fault_leaves_standard_output_empty(run, words):
    """Its words are on standard error, and the code says what kind it is: never an answer's."""
    said = run(*words, *(["--json"] if words[0] != "schema" else []))
    assert said.code in {2, 3}
    assert said.out == ""
    assert said.err


def places(value):
    """Each line of a file that a document names."""
    if isinstance(value, dict):
        if {"path", "line"} <= value.keys():
            yield f"{value['path']}:{value['line']}"
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from places(inner)


@pytest.mark.parametrize(
    "words",
    [
        ("options", "sh", "x86_64"),
        ("contradictions", "--all"),
        ("window", "--kernel", "7.1.13", "riscv64", "m68k-classic"),
        ("diff", "linux@6.12..linux@7.1", "--arch", "arm"),
    ],
    ids=" ".join,
)
def test_every_line_that_the_text_cites_stands_in_the_document(run, words):
    """A program need not take sentences apart to find it."""
    cited = set(re.findall(r"[\w.+-]+/[\w./+-]+:\d+", run(*words).out))
    assert cited
    assert cited - set(places(asked(run, *words))) == set()


# --- the schemas themselves -------------------------------------------------------------------------------------------


def objects(value, path="#"):
    """Each part of a schema that describes an object, with its place."""
    if isinstance(value, dict):
        if isinstance(value.get("properties"), dict) and "type" in value:
            yield path, value
        for key, inner in value.items():
            yield from objects(inner, f"{path}/{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from objects(inner, f"{path}/{number}")


@pytest.mark.parametrize("name", schema_names())
def test_a_schema_is_strict_and_says_what_each_field_is(name):
    """Every field is required, no other may stand, and each is described: what, in which unit, from where."""
    whole = schema(name)
    Draft202012Validator.check_schema(whole)
    assert whole["title"]
    for path, one in objects(whole):
        assert one["additionalProperties"] is False, path
        assert one["required"] == list(one["properties"]), path
        for field, about in one["properties"].items():
            described = whole["$defs"][about["$ref"].removeprefix("#/$defs/")] if "$ref" in about else about
            assert {**described, **about}.get("description", "").endswith((".", "...")), f"{path}/{field}"


@pytest.mark.parametrize("name", sorted({*schema_names()} - OF_OTHERS))
def test_every_schema_has_the_number_and_the_name(name):
    """One number for all of them."""
    whole = schema(name)
    assert whole["properties"]["format"] == {"$ref": "#/$defs/format"}
    assert whole["$defs"]["format"]["const"] == FORMAT
    assert whole["properties"]["document"]["const"] == name


def test_every_command_with_json_has_a_schema():
    """And no other has; what is written elsewhere is no command's."""
    with_json = {name for name, one in COMMANDS.items() if "--json" in one._option_string_actions}  # noqa: SLF001
    assert with_json == set(DOCUMENTS)
    documents = {name for names in DOCUMENTS.values() for name in names}
    assert not documents & set(NO_COMMANDS)
    # `schema NAME` means one thing: a document that is called like a command is all that it writes.
    assert all(DOCUMENTS[name] == (name,) for name in documents & set(DOCUMENTS))
    files = {path.stem for path in (CHECKOUT / "matrix/render/schemas").glob("*.json")}
    assert files == {*schema_names(), "shared"}


def test_the_page_names_every_document_and_its_fields():
    """In docs/json.md, a row each."""
    page = (CHECKOUT / "docs/json.md").read_text("utf-8")
    rows = {
        row[0]: re.findall("`([a-z_A-Z]+)`", row[1])
        for row in re.findall(r"^\| `([a-z-]+)` \|.*\| (.*) \|$", page, re.MULTILINE)
    }
    assert rows == {
        name: [field for field in schema(name)["properties"] if field not in {"format", "document"}]
        for name in schema_names()
    }


def paths(value, path=()):
    """The place of every field, one for all items of a list; the objects themselves end in None."""
    if isinstance(value, dict):
        yield (*path, None)
        for key, inner in value.items():
            yield (*path, key)
            yield from paths(inner, (*path, key))
    elif isinstance(value, list) and value:
        yield from paths(value[0], (*path, 0))


@pytest.mark.parametrize(
    "words",
    [
        ("names", "armhf"),
        ("history", "nios2", "--along", "gcc", "--backend", "gccrs"),
        ("diff", "rust@1.85..rust@1.90", "--kind", "renamed"),
    ],
    ids=" ".join,
)
def test_a_document_that_lacks_a_field_or_has_one_more_is_refused(run, words):
    """Each field of each object in turn."""
    whole = asked(run, *words)
    check = validator(whole["document"])
    tried = 0
    for place in paths(whole):
        wrong = copy.deepcopy(whole)
        inner = wrong
        for step in place[:-1]:
            inner = inner[step]
        if place[-1] is None:
            inner["one_more"] = None
        else:
            del inner[place[-1]]
        assert not check.is_valid(wrong), place
        tried += 1
    assert tried > 20


def test_schema_prints_what_stands_by_itself(run):
    """A document's, or all that a command writes; without a name the list."""
    listed = run("schema").out
    for name in schema_names():
        assert f"{name} " in listed
        printed = run("schema", name)
        assert printed.code == 0
        assert "shared.json" not in printed.out
        assert json.loads(printed.out)["$schema"].startswith("https://json-schema.org/")
    both = Draft202012Validator(json.loads(run("schema", "window").out))
    assert both.is_valid(asked(run, "window", "--kernel", "7.1.13", "riscv64", "m68k-classic"))
    assert not both.is_valid(asked(run, "names", "armhf"))
