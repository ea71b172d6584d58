"""Small git repositories, made in a temporary folder whatever the machine's git is configured to do."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Repo:
    """A repository being made."""

    path: Path

    def git(self, *arguments: str) -> str:
        done = subprocess.run(["git", "-C", self.path, *arguments], check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def write(self, files: dict[str, str | bytes]) -> None:
        for name, content in files.items():
            place = self.path / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content if isinstance(content, bytes) else content.encode())

    def commit(self, files: dict[str, str | bytes] | None = None, tag: str = "") -> str:
        """Commit `files`; the name of the commit."""
        self.write(files or {})
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message=state")
        if tag:
            self.git("tag", tag)
        return self.git("rev-parse", "HEAD")

    def bare(self, *options: str) -> Path:
        """A bare clone beside it."""
        place = self.path.with_name(f"{self.path.name}{len(options)}.git")
        source = self.path.as_uri()
        subprocess.run(["git", "clone", "--quiet", "--bare", *options, source, place], check=True, capture_output=True)
        return place


@pytest.fixture(autouse=True)
def git_environment(monkeypatch):
    """A fixed author and moment; nobody's configuration; no surrounding repository."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "Somebody")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "somebody@example.org")
        monkeypatch.setenv(f"GIT_{who}_DATE", "2026-05-24T13:16:06+08:00")


@pytest.fixture
def repo(tmp_path):
    """An empty repository with a work tree."""
    place = tmp_path / "work"
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", place], check=True)
    made = Repo(place)
    made.git("config", "uploadpack.allowFilter", "true")
    return made
