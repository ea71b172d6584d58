"""What is on PATH, as a shell would find it, and what is wrong with the rest."""

from __future__ import annotations

import os
import re

from matrix.machine.search import executables, folders, look_up

ANY = re.compile(r"tool(-[0-9]+)?")


def test_the_first_of_a_name_is_meant(bench, tmp_path):
    """And a second one is left out."""
    first = bench.tool("tool", "")
    (tmp_path / "other").mkdir()
    (tmp_path / "other/tool").write_text("#!/bin/sh\n")
    (tmp_path / "other/tool").chmod(0o755)
    (tmp_path / "other/tool-2").symlink_to(first)
    found = list(executables([str(bench.bin), str(tmp_path / "other")], ANY))
    assert [(one.name, one.path) for one in found] == [
        ("tool", str(first)),
        ("tool-2", str(tmp_path / "other/tool-2")),
    ]
    assert found[0].real == found[1].real


def test_a_broken_link_is_told_and_passed_by(bench, tmp_path):
    """A shell goes on to the next folder too."""
    (bench.bin / "tool").symlink_to("/no/such/place")
    (tmp_path / "other").mkdir()
    (tmp_path / "other/tool").write_text("#!/bin/sh\n")
    (tmp_path / "other/tool").chmod(0o755)
    broken, good = executables([str(bench.bin), str(tmp_path / "other")], ANY)
    assert broken.problem == "is a symbolic link to /no/such/place, which is not there"
    assert (good.problem, good.path) == ("", str(tmp_path / "other/tool"))


def test_a_link_to_itself_is_told(bench):
    """The system says what it is."""
    (bench.bin / "tool").symlink_to("tool")
    (one,) = executables([str(bench.bin)], ANY)
    assert one.problem.startswith("cannot be examined: ")


def test_what_would_run_as_another_is_not_run(bench):
    """A set-user-id or set-group-id file."""
    for mode in (0o4755, 0o2755):
        bench.tool("tool", "").chmod(mode)
        (one,) = executables([str(bench.bin)], ANY)
        assert one.problem == "would run as another user or group: it is not run"


def test_what_would_run_as_another_hides_a_second_one(bench, tmp_path):
    """A shell, and so make, takes the first: to speak of the second would be of another tool."""
    bench.tool("tool", "").chmod(0o4755)
    (tmp_path / "other").mkdir()
    (tmp_path / "other/tool").write_text("#!/bin/sh\n")
    (tmp_path / "other/tool").chmod(0o755)
    (one,) = executables([str(bench.bin), str(tmp_path / "other")], ANY)
    assert one.problem


def test_folders_files_and_what_cannot_be_executed_are_passed_by(bench):
    """None of them is a tool."""
    (bench.bin / "tool").mkdir()
    (bench.bin / "tool-1").write_text("text")
    os.mkfifo(bench.bin / "tool-2")
    assert list(executables([str(bench.bin), str(bench.bin / "not there")], ANY)) == []


def test_a_relative_folder_is_no_place(bench, monkeypatch, tmp_path):
    """An empty part of PATH is the current folder to a shell: what lies there is not run."""
    monkeypatch.chdir(bench.bin)
    bench.tool("tool", "")
    (tmp_path / "same").symlink_to(bench.bin)
    assert list(folders(f":.:bin:{bench.bin}:{tmp_path / 'same'}:")) == [str(bench.bin)]


def test_a_tool_by_name_or_by_path(bench, monkeypatch):
    """A name is looked for; a path is itself; neither is guessed."""
    tool = bench.tool("tool", "")
    places = [str(bench.bin)]
    monkeypatch.chdir(bench.bin)
    assert look_up("tool", places).path == str(tool)
    assert look_up("./tool", places).path == str(tool)
    assert look_up(str(tool), []).path == str(tool)
    assert look_up("tool-9", places).problem == "is in no folder of PATH"
    assert look_up("./tool-9", places).problem
    assert look_up(str(bench.bin), places).problem == "cannot be run: it is a folder, or not executable"
