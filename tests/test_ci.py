"""What other repositories run of ours: the composite action, the hook of pre-commit, the workflow of reports."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from matrix.cli.main import main
from tests.conftest import CHECKOUT

# The shell of a workflow, in processes of its own.
pytestmark = pytest.mark.slow

CI = CHECKOUT / "packaging" / "ci"
ACTION = CI / "action" / "action.yml"
(HOOK,) = yaml.safe_load((CHECKOUT / ".pre-commit-hooks.yaml").read_text("utf-8"))
EXPRESSION = re.compile(r"\$\{\{ *(?:inputs|steps|github|vars|runner)\.[\w.-]+ *\}\}")
MODVERSIONS = "CONFIG_64BIT=y\nCONFIG_MODVERSIONS=y\nCONFIG_RUST=y\n"


@pytest.fixture(scope="module")
def action():
    return yaml.safe_load(ACTION.read_text("utf-8"))


@pytest.fixture
def runner(tmp_path):
    """The folder of a made runner: what the first step of the action leaves, and files to write to."""
    program = tmp_path / "temp" / "archmatrix" / "bin" / "archmatrix"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexport PYTHONPATH="{CHECKOUT}"\nexec "{sys.executable}" -m matrix "$@"\n')
    program.chmod(0o755)
    return tmp_path


def step(action, name, runner, **inputs):
    """Run a step as GitHub's runner does: its inputs by their expressions, its script by `bash -eo pipefail`."""
    (found,) = [s for s in action["runs"]["steps"] if s["name"] == name]
    given = {key: value["default"] for key, value in action["inputs"].items()} | inputs

    def filled(words: str) -> str:
        return re.sub(r"\$\{\{ *inputs\.([\w-]+) *\}\}", lambda m: given[m[1]], words)

    script = runner / "step.sh"
    script.write_text(found["run"])
    environment = {name: filled(words) for name, words in found["env"].items()}
    environment |= {"RUNNER_TEMP": str(runner / "temp"), "GITHUB_ACTION_PATH": str(ACTION.parent)}
    environment |= {"GITHUB_OUTPUT": str(runner / "output"), "GITHUB_STEP_SUMMARY": str(runner / "summary")}
    kept = {"PATH": os.environ["PATH"], "HOME": str(runner), "LANG": "C.UTF-8"}
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
    return subprocess.run(
        command,
        cwd=runner,
        env=kept | environment,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def test_the_action_is_one_that_github_reads(action):
    """Every input is used and described, and no script holds an expression: an input is data."""
    text = ACTION.read_text("utf-8")
    assert action["runs"]["using"] == "composite"
    for found in action["runs"]["steps"]:
        assert found["shell"] == "bash"
        assert "${{" not in found["run"]
    assert text.count("${{") == len(EXPRESSION.findall(text))
    for name, about in action["inputs"].items():
        assert about["description"]
        assert isinstance(about["default"], str)
        assert f"inputs.{name} " in text
    assert action["outputs"]["answer"]["value"] == "${{ steps.ask.outputs.answer }}"


@pytest.mark.parametrize(
    ("inputs", "code", "answer"),
    [
        ({"arch": "amd64"}, 0, "yes"),
        ({"arch": "amd64 ppc64le", "kernel": "7.1"}, 1, "no"),
        ({"arch": "ppc64le", "fail-on": "never"}, 0, "no"),
        ({"arch": "riscv64", "fail-on": "condition"}, 1, "yes"),
        ({"arch": "riscv64", "kernel": "9.9"}, 0, "unknown"),
        ({"arch": "riscv64", "kernel": "9.9", "fail-on": "unknown"}, 1, "unknown"),
        ({"config": "board.config\n", "arch": "amd64", "kernel": "6.12"}, 1, "no"),
    ],
    ids=lambda value: " ".join(value.values()).strip() if isinstance(value, dict) else None,
)
def test_the_action_asks_and_fails_on_what_it_is_told(action, runner, inputs, code, answer):
    """The answer is an output too, and the summary has the words."""
    (runner / "board.config").write_text(MODVERSIONS)
    done = step(action, "ask archmatrix", runner, **inputs)
    assert (done.returncode, done.stderr) == (code, "")
    assert (runner / "output").read_text() == f"answer={answer}\n"
    assert (runner / "summary").read_text().startswith("```\n")
    assert ("::error title=archmatrix::" in done.stdout) is bool(code)


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({}, "got neither"),
        ({"arch": "amd64", "fail-on": "sometimes"}, "expected no, unknown"),
        ({"arch": "no-such-port"}, "expected a name such as"),
        ({"arch": "$(touch harmed)"}, "expected a name such as"),
        ({"config": "nowhere"}, "found no readable file"),
    ],
    ids=lambda value: " ".join(value.values()) if isinstance(value, dict) else None,
)
def test_the_action_fails_on_what_it_does_not_understand(action, runner, inputs, said):
    """With the program's own words and code, and whatever fail-on says."""
    done = step(action, "ask archmatrix", runner, **inputs)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.split())
    assert not (runner / "harmed").exists()
    assert not (runner / "output").exists()


def test_the_workflow_installs_what_its_owner_names():
    """No index is assumed to have us; where nothing is named it says so at once."""
    (job,) = yaml.safe_load((CI / "reports.yml").read_text("utf-8"))["jobs"].values()
    (install,) = [s for s in job["steps"] if "pip install" in s.get("run", "")]
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", install["run"]],
        env={"PATH": os.environ["PATH"], "ARCHMATRIX": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "set the variable ARCHMATRIX of this repository" in done.stderr


# --- the hook ---------------------------------------------------------------------------------------------------------

KEPT = {
    "arch/arm64/configs/defconfig": "CONFIG_RUST=y\n",
    "arch/powerpc/configs/board_defconfig": "CONFIG_PCI=y\nCONFIG_RUST=y\n",
    "arch/x86/configs/server_defconfig": MODVERSIONS,
    "configs/plain.config": "CONFIG_PCI=y\n",
    "README": "CONFIG_RUST=y\n",
}


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """A repository that keeps configurations; those of its files that the hook is given."""
    for name, text in KEPT.items():
        place = tmp_path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ARCHMATRIX_DB", str(tmp_path / "none.db"))
    return [name for name in KEPT if re.search(HOOK["files"], name)]


def test_the_hook_is_given_configurations():
    """By their usual names."""
    names = [
        ".config",
        "a/.config",
        "config-6.12.107",
        "arch/um/configs/x86_64_defconfig",
        "defconfig",
        "kernel/configs/rust.config",
    ]
    assert all(re.search(HOOK["files"], name) for name in names)
    assert not any(re.search(HOOK["files"], name) for name in ["Kconfig", "x.config.md", "configure", "reconfig/x.c"])


def test_the_hook_stops_what_cannot_be_with_a_line_each(tree, capsys):
    """File and line, and what rules it out; what can be, or says nothing of Rust, is passed over in silence."""
    assert len(tree) == len(KEPT) - 1
    program, *words = HOOK["entry"].split()
    assert program == "archmatrix"
    assert main([*words, "--kernel", "6.12", *tree]) == 1
    said = capsys.readouterr()
    assert said.err == ""
    powerpc, x86 = said.out.splitlines()
    assert powerpc.startswith(
        "arch/powerpc/configs/board_defconfig:2: CONFIG_RUST=y cannot be (Linux 6.12.107, powerpc): "
    )
    assert "no file of arch/powerpc selects HAVE_RUST" in powerpc
    assert x86.startswith("arch/x86/configs/server_defconfig:3: CONFIG_RUST=y cannot be (Linux 6.12.107, x86): ")
    assert "!MODVERSIONS, with MODVERSIONS=y (init/Kconfig:" in x86
    # 7.1 has MODVERSIONS with gendwarfksyms: what a defconfig leaves open is not in the way.
    assert main([*words, "--kernel", "7.1", *tree]) == 1
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_the_hook_lets_pass_what_cannot_be_told(tree, capsys):
    """And says so; asked without the hook's option it is exit 3."""
    _, *words = HOOK["entry"].split()
    assert main([*words, "--kernel", "9.9", *tree]) == 0
    assert capsys.readouterr().out.count(": cannot tell whether CONFIG_RUST=y can be (Linux 9.9, ") == 3
    assert main([words[0], "--kernel", "9.9", *tree]) == 3


def test_a_file_that_cannot_be_read_keeps_no_other_from_being_looked_at(tree, capsys):
    """Exit 2 alone, and 1 beside one that cannot be."""
    _, *words = HOOK["entry"].split()
    Path("fragment.config").write_text("CONFIG_RUST=y\n")
    assert main([*words, "fragment.config", "nowhere.config"]) == 2
    said = capsys.readouterr()
    assert "fragment.config: found no architecture" in said.err
    assert "nowhere.config: found no readable file" in " ".join(said.err.split())
    assert main([*words, "--kernel", "6.12", "fragment.config", *tree]) == 1
    assert main([*words, "--arch", "arm64", "fragment.config"]) == 0
