"""Clients on made-up answers, and a git server on this machine."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from matrix.fetch import Client, Endpoint
from tests.fetch.made import NOW, POLICY, Web

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def web() -> Callable[..., Web]:
    """web({"https://...": [answer, ...]})"""
    return lambda answers: Web({url: list(given) for url, given in answers.items()})


@dataclass(frozen=True)
class Upstream:
    """A repository that is served."""

    path: Path
    endpoint: Endpoint

    def git(self, *arguments: str) -> str:
        done = subprocess.run(["git", "-C", self.path, *arguments], check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def commit(self, files: dict[str, str | None], tag: str = "", *, annotated: bool = False) -> str:
        for name, content in files.items():
            place = self.path / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.unlink() if content is None else place.write_text(content)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message=state")
        if tag:
            self.git("tag", *(["--annotate", "--message=release"] if annotated else []), tag)
        return self.git("rev-parse", "HEAD")

    def blob(self, path: str, commit: str = "HEAD") -> str:
        return self.git("rev-parse", f"{commit}:{path}")


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


class _Backend(BaseHTTPRequestHandler):
    """git's own server, run once for each request."""

    protocol_version = "HTTP/1.1"
    root = ""

    def do_GET(self) -> None:
        self.answer(b"")

    def do_POST(self) -> None:
        self.answer(self.rfile.read(int(self.headers["Content-Length"])))

    def answer(self, body: bytes) -> None:
        address = urlsplit(self.path)
        done = subprocess.run(
            ["git", "http-backend"],
            input=body,
            capture_output=True,
            check=False,  # after an error in git's own words, too
            env=os.environ
            | {
                "GIT_PROJECT_ROOT": self.root,
                "GIT_HTTP_EXPORT_ALL": "1",
                "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
                "REQUEST_METHOD": self.command,
                "PATH_INFO": address.path,
                "QUERY_STRING": address.query,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "CONTENT_LENGTH": str(len(body)),
            },
        )
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        lines = [line.split(": ", 1) for line in head.decode().split("\r\n")]
        status = next((int(value.split()[0]) for name, value in lines if name == "Status"), 200)
        self.send_response(status)
        for name, value in lines:
            if name != "Status":
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def upstream(tmp_path) -> Iterator[Upstream]:
    """A repository that is served over HTTP on this machine, as the public hosts serve theirs."""
    path = tmp_path / "served" / "upstream"
    path.mkdir(parents=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Backend", (_Backend,), {"root": str(path.parent)}))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    made = Upstream(path, Endpoint(f"http://127.0.0.1:{server.server_port}/upstream/.git"))
    made.git("init", "--quiet", "--initial-branch=main")
    for name in ("uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"):
        made.git("config", name, "true")
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def online() -> Callable[[], Client]:
    """A client on the real network of this machine, to be used on loopback addresses."""
    return lambda **more: Client(more.pop("policy", POLICY), clock=lambda: NOW, **more)
