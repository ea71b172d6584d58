"""docs/json.md: every recipe there is run, and says what stands below it."""

from __future__ import annotations

import io
import json
import re
import shlex
import shutil
import subprocess
import sys
from itertools import pairwise

import pytest
import yaml

from tests.cli.conftest import CHECKOUT
from tests.sampling import one_in

PAGE = (CHECKOUT / "docs/json.md").read_text("utf-8")
RECIPES = re.findall(r"^```sh\n(.*?)^```\n```text\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
JQ = shutil.which("jq")


def stages(recipe: str) -> list[list[str]]:
    """The commands of a pipeline, each as words."""
    lexer = shlex.shlex(recipe, posix=True, punctuation_chars="|")
    lexer.whitespace_split = True
    words = list(lexer)
    ends = [-1, *(number for number, word in enumerate(words) if word == "|"), len(words)]
    return [words[start + 1 : end] for start, end in pairwise(ends)]


def test_every_recipe_is_found():
    """A block of shell below the heading without its output would be run by nobody."""
    assert len(RECIPES) == PAGE.partition("## Recipes")[2].count("```sh")
    assert len(RECIPES) > 12


@pytest.mark.skipif(JQ is None, reason="there is no jq here")
@pytest.mark.parametrize(
    ("recipe", "expected"), one_in(3, RECIPES, several=True), ids=[recipe.split("\n")[0] for recipe, _ in RECIPES]
)
def test_a_recipe_says_what_stands_below_it(run, monkeypatch, recipe, expected):
    """In that order; `...` are other lines, or the rest of one."""
    given = ""
    for words in stages(recipe):
        if words[0] == "archmatrix":
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode())))
            said = run(*words[1:])
            assert said.code in {0, 1, 3}
            given = said.out
        else:
            done = subprocess.run(words, input=given, capture_output=True, text=True, check=False)
            assert (done.returncode, done.stderr) == (0, "")
            given = done.stdout
    assert re.fullmatch(re.escape(expected).replace("\\.\\.\\.\\\n", "(?s:.*)"), given), given


def test_the_workflow_uses_what_the_matrix_has(run):
    """Each matrix.KEY of it is a key of every job, and its own command parses."""
    (text,) = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    steps = [step for job in yaml.safe_load(text)["jobs"].values() for step in job["steps"]]
    keys = {key for step in steps for key in re.findall(r"matrix\.(\w+)", step["run"])}
    (command,) = re.findall(r"\$\(archmatrix (.*?)\)", text)
    jobs = json.loads(run(*command.split()).out)["include"]
    assert keys
    assert all(keys <= set(job) for job in jobs)
    assert all(job["rustc"] for job in jobs)
    ran = "\n".join(step["run"] for step in steps)
    # Without bindgen there is no CONFIG_RUST, and without a look at it nobody would know.
    assert ran.index("bindgen-cli") < ran.index("rust.config") < ran.index("grep -x CONFIG_RUST=y")
    # As an argument of echo its exit code would be lost.
    assert "echo" not in ran.split("archmatrix table")[0].splitlines()[-1]
