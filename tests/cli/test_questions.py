"""Names and versions as people type them: exit codes, and what is said where it cannot be answered."""

from __future__ import annotations

import json

import pytest

from matrix.cli import surroundings
from matrix.query.question import PROJECTS
from tests.sampling import one_in


@pytest.mark.parametrize(
    ("words", "code"),
    one_in(
        2,
        [
            (["is", "arm64"], 0),
            (["is", "AMD64"], 0),
            (["is", "riscv64"], 0),
            (["is", "riscv64", "--strict"], 1),
            (["is", "riscv64", "--cc", "gcc"], 1),
            (["is", "riscv64", "--cc", "clang", "--strict"], 0),
            (["is", "riscv32"], 1),
            (["is", "arm"], 1),
            (["is", "um"], 0),
            (["is", "PPC64"], 1),
            (["why", "h8300"], 1),
            (["names", "h8300"], 0),
            (["is", "ia64"], 1),
            (["is", "arm64", "--kernel", "7.9"], 3),
            (["is", "arm64", "--kernel", "7.1", "--rustc", "1.80"], 1),
            (["is", "arm64", "--bindgen", "0.60.0"], 1),
            (["is", "arm64", "--pahole", "v1.30"], 0),
            (["is", "arm64", "--pahole", "1.10"], 0),
            (["is", "arm64", "--backend", "rustc-gcc"], 3),
            (["is", "arm64", "amd64"], 0),
            (["is", "arm64", "riscv32"], 1),
            (["why", "arm64"], 0),
            (["options", "arm64", "--kernel", "7.9"], 3),
        ],
        several=True,
    ),
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_the_exit_code_is_the_answer(run, words, code):
    """0 yes, 1 no, 3 cannot tell; over several names no outranks cannot tell, which outranks yes."""
    said = run(*words)
    assert (said.code, said.err) == (code, "")
    assert said.out


@pytest.mark.parametrize("command", ["is", "why", "options", "names"])
def test_an_unknown_name_is_exit_2_with_the_nearest(run, command):
    """Nothing on standard output, what is near on standard error."""
    said = run(command, "riscv46")
    assert (said.code, said.out) == (2, "")
    assert said.complaint.startswith("archmatrix: architecture: found 'riscv46', expected a name such as riscv64, ")


@pytest.mark.parametrize("name", ["", " ", "-", "\0", "ß", "x" * 10_000, "../../etc/passwd", "arm;rm", "n\nm"])
def test_any_other_word_is_an_unknown_name(run, name):
    """However strange."""
    assert run("is", "--", name).code == 2


@pytest.mark.parametrize(
    ("option", "version"),
    [
        *(("--kernel", version) for version in ("abc", "7..1", "-", "7.1.", "¹.²", "1" * 5000)),
        *(
            (option, "abc")
            for option in ("--rustc", "--gcc", "--llvm", "--mrustc", "--bindgen", "--libclang", "--pahole")
        ),
    ],
)
def test_a_version_that_does_not_parse_is_exit_2(run, option, version):
    """Not "cannot tell": nobody can know what was meant."""
    said = run("is", "arm64", f"{option}={version}")
    assert (said.code, said.out) == (2, "")
    assert "version: got " in said.complaint


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["is", "arm64", "--backend", "rustc-lvm"], "backend: found 'rustc-lvm', expected a name such as rustc-llvm"),
        (["table", "--status", "green"], "--status: got 'green', expected one of supported, conditional, "),
        (["contradictions", "--rule", "levels"], "--rule: got 'levels', expected one of "),
        (["facts", "--tree", ".", "--observed", "now"], "--observed: got 'now', expected a moment such as "),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_other_words_have_their_own_lists(run, words, expected):
    """Exit 2, what was found, what was expected."""
    said = run(*words)
    assert (said.code, said.out) == (2, "")
    assert expected in said.complaint


def test_an_unread_version_names_its_neighbours(run):
    """What is alike on both sides is inferred, and said so; with --exact it is cannot tell."""
    said = run("is", "arm64", "--kernel", "6.16")
    assert said.code == 0
    assert said.out.startswith("arm64: yes (inferred: alike in 6.12.107 and 6.17.8). Linux 6.16 can be built")
    said = run("is", "arm64", "--kernel", "6.16", "--exact")
    assert said.code == 3
    words = " ".join(said.out.split())
    assert "6.12.107" in words
    assert "6.17.8" in words


def test_a_named_series_says_which_release_it_stands_for(run):
    """6.12 is the newest known of it; what uname -r appends is cut, and both are said."""
    for version in ("6.12", "6.12.107-generic"):
        said = run("is", "arm64", "--kernel", version)
        assert said.code == 0
        assert "Linux 6.12.107" in said.out
        assert "note" in said.out


def test_without_a_name_it_is_this_machine_and_said_so(run, monkeypatch):
    """On standard error, so that a pipe gets the answer alone."""
    monkeypatch.setattr(surroundings, "this_machine", lambda: "riscv64")
    said = run("is")
    assert said.err == "archmatrix: no name was given: this machine's, riscv64\n"
    assert said.out == run("is", "riscv64").out


def test_a_machine_of_an_unknown_name(run, monkeypatch):
    """Exit 2, like any other."""
    monkeypatch.setattr(surroundings, "this_machine", lambda: "pdp11")
    assert run("is").code == 2


def test_upper_and_lower_case_are_the_same(run):
    """In every naming system."""
    assert run("is", "AArch64", "--json").out.lower() == run("is", "aarch64", "--json").out.lower()


def test_both_compilers_are_answered_where_neither_is_named(run):
    """The condition is about the compiler, so both answers stand there."""
    assert "with clang: yes; with GCC: no" in run("is", "riscv64").out
    assert "with clang" not in run("is", "riscv64", "--cc", "gcc").out


def test_named_tools_are_shown_and_what_they_decide(run):
    """In the versions that an answer rests on, in JSON, and beside the symbols that stand for a version."""
    assert "pahole 1.30" in " ".join(run("is", "x86_64", "--pahole", "1.30").out.split())
    found = json.loads(run("is", "x86_64", "--pahole", "1.30", "--json").out)
    assert {what: named for what, named in found["named"].items() if named} == {"pahole": "1.30"}
    (one,) = found["answers"][0]["variants"]
    assert "pahole >= 1.26" in [need["text"] for need in one["needs"] if need["version"] == "1.26"]
    tied = [tied for option in one["general"] for tied in option["tied"]]
    assert {"symbol": "PAHOLE_HAS_LANG_EXCLUDE", "means": "pahole >= 1.24"} in tied
    words = " ".join(run("is", "x86_64", "-v").out.split())
    assert "PAHOLE_HAS_LANG_EXCLUDE (pahole >= 1.24)" in words
    assert "PAHOLE_HAS_LANG_EXCLUDE (pahole >= 1.24)" in run("options", "x86_64").out


def test_a_tool_that_is_named_twice_is_a_mistake(run):
    """Not the last that wins."""
    said = run("is", "arm64", "--bindgen", "0.71.1", "--bindgen", "0.72.1")
    assert (said.code, said.out) == (2, "")
    assert "--bindgen: given twice, expected once" in said.complaint


def test_versions_marks_what_answers_rest_on(run):
    """One revision a project, the newest release, or the one that was named."""
    rows = json.loads(run("versions", "--json").out)["revisions"]
    chosen = {row["project"]: row["version"] for row in rows if row["chosen"]}
    assert list(chosen) == list(PROJECTS)
    assert {row["origin"] for row in rows} == {"shipped"}
    named = json.loads(run("versions", "--kernel", "6.12", "--json").out)["revisions"]
    assert {r["version"] for r in named if r["chosen"] and r["project"] == "linux"} == {"6.12.107"}


def test_the_answer_says_how_the_name_was_read(run):
    """And what others mean by the same word; JSON has both as fields."""
    told = run("names", "aarch64-redhat-linux-gnu").out
    assert "  read as architecture aarch64, vendor redhat, system linux, environment gnu\n" in told
    assert "note: to Raspbian and Alpine, armhf is arm-v6 (raspbian:armhf)" in run("is", "armhf").out
    found = json.loads(run("names", "aarch64-linux", "--json").out)["meaning"]
    assert found["parts"] == [{"part": "architecture", "word": "aarch64"}, {"part": "system", "word": "linux"}]
    (found,) = json.loads(run("is", "armhf", "--json").out)["answers"]
    assert {e["system"]: e["variant_ids"] for e in found["elsewhere"]} == {"raspbian": ["arm-v6"], "alpine": ["arm-v6"]}


def test_a_port_that_was_dropped_is_a_no(run):
    """Said with the kernel that dropped it, beside the answers for other names."""
    told = run("is", "tilegx", "arm64")
    assert (told.code, told.out.startswith("arm64: yes")) == (1, True)
    assert "tilegx: no. Linux dropped this port in 4.17." in told.out
    (found,) = json.loads(run("is", "h8300", "--json").out)["answers"]
    assert (found["answer"], found["exit_code"]) == ("no", 1)
    assert found["dropped"] == {"title": "Renesas H8/300", "in": "5.19"}
    said = run("history", "h8300")
    assert (said.code, said.out) == (2, "")
    assert said.complaint.endswith("which Linux dropped in 5.19, expected a port that it has next: archmatrix names")


def test_a_name_of_another_system_is_refused_with_why(run):
    """And with the name of the machine, for Linux."""
    said = run("is", "x86_64-pc-windows-msvc")
    assert (said.code, said.out) == (2, "")
    assert said.complaint.endswith(
        "a name for Windows or UEFI, expected one for Linux, such as x86_64 next: archmatrix is x86_64"
    )


# --- what is typed first --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["riscv64"], ["is", "riscv64"]),
        (["aarch64-redhat-linux-gnu", "--kernel", "6.12"], ["is", "aarch64-redhat-linux-gnu", "--kernel", "6.12"]),
        (["supported", "m68k"], ["is", "m68k"]),
        (["h8300"], ["is", "h8300"]),
        (["help"], ["--help"]),
        (["help", "why"], ["why", "--help"]),
        (["-V"], ["--version"]),
    ],
)
def test_what_people_type_first_is_the_command_that_they_mean(run, typed, meant):
    """A name alone asks whether it can; a command of that name would go first."""
    assert run(*typed) == run(*meant)


@pytest.mark.parametrize("word", ["tabel", "is_", "riscv65", "../names", ""])
def test_a_word_that_is_neither_a_command_nor_a_name_is_usage(run, word):
    """With the one that was probably meant, and where all commands are told."""
    said = run(word)
    assert (said.code, said.out) == (2, "")
    assert said.complaint.startswith(f"archmatrix: found {word!r}, expected a command (archmatrix help lists them) or")


def test_what_was_leaves_out_which_rustc_is_too_new_and_says_so(run):
    """6.18.15 admits no rustc above 1.90.0 on x86_64: that it asks for no condition is not said beside it."""
    asked = ("x86_64", "--kernel", "6.18.15")
    screen = run("is", *asked).out
    assert "condition   rustc <= 1.90.0" in screen
    assert "since       yes in every known release from 6.1.176 on\n" in screen
    for words in (("is", "-v"), ("why",)):
        told = " ".join(run(*words, *asked).out.split())
        assert "no condition since 6.12.107" in told
        assert "which rustc is too new is no part of this" in told


def test_a_compiler_that_cannot_serve_is_not_needed(run):
    """Of the two C compilers only those with which there is a way; both where both are."""
    assert "GCC >=" not in run("is", "riscv64", "--kernel", "7.1.13").out
    assert "GCC >=" not in run("is", "riscv64", "--kernel", "7.1.13", "-v").out
    assert "GCC >= 8.1.0 or LLVM >= 15.0.0" in " ".join(run("is", "arm64", "--kernel", "7.1.13").out.split())


def test_options_says_what_is_says_a_yes_hangs_on(run):
    """A newest rustc that the kernel accepts too."""
    said = run("options", "x86_64", "--kernel", "6.18.15")
    assert said.out.startswith("x86_64: Linux 6.18.15 admits Rust if rustc <= 1.90.0;")
    assert "yes, if rustc <= 1.90.0" in run("is", "x86_64", "--kernel", "6.18.15").out
