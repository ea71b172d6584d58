"""The process that answers, and the script's own exit codes; real Kconfig code is asked in test_full_tree.py."""

from __future__ import annotations

import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest
from judge.build import JudgeError
from judge.oracle import Oracle

SCRIPT = Path(__file__).parents[2] / "scripts/kconfig-judge"
PROGRAM = """#!/bin/sh
printf 'X\\trun\\tcc -v\\ty\\n' >commands
while read -r word rest; do
	case $word in
	judge) echo '{"value":"n"}' ;;
	run) echo '{"status":1}' ;;
	closure) echo '[{"name":"RUST"}]' ;;
	value) echo '{"error":"cannot be read"}' ;;
	esac
done
echo gone >&2
"""


@pytest.fixture
def program(tmp_path):
    path = tmp_path / "program"
    path.write_text(PROGRAM)
    path.chmod(0o755)
    return path


@pytest.fixture
def oracle(program, tmp_path):
    with Oracle(program, {"PATH": "/usr/bin:/bin"}, tmp_path) as running:
        yield running


def test_each_question_has_its_answer(oracle):
    """In one process, in order."""
    assert oracle.judge(Path("a")) == {"value": "n"}
    assert oracle.closure(2) == [{"name": "RUST"}]
    assert oracle.commands() == [("X", "run", "cc -v", "y")]


def test_what_it_could_not_do_is_an_error(oracle):
    """conf's exit code, and the oracle's own words."""
    with pytest.raises(JudgeError, match="conf --randconfig ended with 1 on out"):
        oracle.run(Path("out"), "--randconfig", seed=1)
    with pytest.raises(JudgeError, match="value a: cannot be read"):
        oracle.values(Path("a"), ["X"])


def test_an_end_without_an_answer_is_told_with_its_last_words(program, tmp_path):
    """Such as Kconfig's own errors."""
    program.write_text("#!/bin/sh\necho 'Kconfig:3: syntax error' >&2\n")
    with (
        Oracle(program, {"PATH": "/usr/bin:/bin"}, tmp_path) as running,
        pytest.raises(JudgeError, match="ended without an answer to judge: Kconfig:3: syntax error"),
    ):
        running.judge(Path("a"))


def test_a_path_with_a_tab_is_refused(oracle):
    """It would be two fields."""
    with pytest.raises(JudgeError, match="neither tabs"):
        oracle.judge(Path("a\tb"))


@pytest.fixture
def script(monkeypatch):
    """The script as a module; it leaves no bytecode beside it."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(sys, "path", list(sys.path))
    loader = SourceFileLoader("kconfig_judge", str(SCRIPT))
    module = module_from_spec(spec_from_loader("kconfig_judge", loader))
    loader.exec_module(module)
    return module


@pytest.fixture
def run(script, monkeypatch, capsys):
    def call(*words):
        monkeypatch.setattr(sys, "argv", ["kconfig-judge", *map(str, words)])
        try:
            code = script.main()
        except SystemExit as left:
            code = left.code
        told = capsys.readouterr()
        return code, told.out, told.err

    return call


def test_a_folder_that_is_no_kernel_is_a_usage_error(run, tmp_path):
    """With what was expected."""
    code, _, err = run("--tree", tmp_path)
    assert code == 2
    assert "expected a kernel tree with a Makefile" in err


def test_an_unknown_variant_is_a_usage_error(run, tmp_path):
    """Before anything is built."""
    (tmp_path / "Makefile").write_text("VERSION = 7\nPATCHLEVEL = 1\n")
    code, _, err = run("--tree", tmp_path, "--variant", "z80")
    assert code == 2
    assert "z80: expected ids of data/arches.toml" in err


@pytest.mark.parametrize(("words", "told"), [(["--apply"], "expected .config files"), (["--only-make"], "--keep DIR")])
def test_options_that_do_nothing_alone_are_refused(run, tmp_path, words, told):
    """Rather than silently passed over."""
    code, _, err = run("--tree", tmp_path, *words)
    assert code == 2
    assert told in err


def test_a_file_of_another_kernel_is_refused(run, tmp_path):
    """Its series has to be among the trees."""
    (tmp_path / "Makefile").write_text("VERSION = 7\nPATCHLEVEL = 1\n")
    config = tmp_path / "config"
    config.write_text("# Linux/x86 6.12.107 Kernel Configuration\nCONFIG_X86=y\n")
    code, _, err = run("--tree", tmp_path, config)
    assert code == 2
    assert "no --tree of Linux 6.12.107 or its series; there are 7.1" in err


def test_a_series_stands_for_a_version(script):
    """The same version first."""
    trees = {"7.1.13": Path("a"), "6.12.107": Path("b")}
    assert script.nearest("7.1.13", trees) == "7.1.13"
    assert script.nearest("6.12.8", trees) == "6.12.107"


def test_a_fault_of_the_script_is_no_verdict(run, script, monkeypatch, tmp_path):
    """Neither 0 nor 1."""
    monkeypatch.setattr(script, "version", lambda _: 1 / 0)
    code, _, err = run("--tree", tmp_path)
    assert code == 70
    assert "ZeroDivisionError" in err
