"""A daemon of its own process against a forge, and what it says."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.forge.fixtures import forge, forge_server
from tests.poll.made import make_linux, make_llvm

__all__ = ["forge", "forge_server"]

CHECKOUT = Path(__file__).parent.parent.parent
# Seconds after which something is given up: reached only where it is broken, on however busy a machine.
LAST_RESORT = 300


def is_gone(pid):
    """Whether a process is no more; one that nobody waited for, as in a container, has no memory left."""
    place = Path(f"/proc/{pid}/stat")
    return not place.exists() or place.read_text().rpartition(")")[2].split()[0] == "Z"


class FakeLedger:
    """Events in memory, and how far hooks were told."""

    def __init__(self, *ids):
        self.events = [{"id": id_, "headline": f"change {id_}"} for id_ in ids]
        self.told = {}

    async def delivered(self, hook):
        return self.told.get(hook)

    async def record_delivered(self, hook, last):
        self.told[hook] = last

    async def pending(self, after):
        return [event for event in self.events if event["id"] > after][:3]

    async def last_event(self):
        return self.events[-1]["id"] if self.events else 0


class Lines:
    """A log that is kept: [(level, event, values), ...]."""

    def __init__(self):
        self.said = []

    def __getattr__(self, level):
        return lambda event, **known: self.said.append((level, event, known))


async def until(condition):
    """Wait, in a loop, until a condition holds."""
    end = asyncio.get_running_loop().time() + LAST_RESORT
    while not condition():
        assert asyncio.get_running_loop().time() < end
        await asyncio.sleep(0.005)


def wait(condition):
    """What a condition gives, once it gives something."""
    end = time.monotonic() + LAST_RESORT
    while not (given := condition()):
        assert time.monotonic() < end
        time.sleep(0.02)
    return given


@dataclass
class Daemon:
    """One process; events are its log, line by line, as JSON."""

    process: subprocess.Popen
    events: list = field(default_factory=list)

    def __post_init__(self):
        self._news = threading.Condition()
        self._over = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stderr:
            with self._news:
                self.events.append(json.loads(line) if line.startswith("{") else {"event": "raw", "line": line})
                self._news.notify_all()
        with self._news:
            self._over = True
            self._news.notify_all()

    def said(self, event, **known):
        return [e for e in list(self.events) if e["event"] == event and known.items() <= e.items()]

    def wait(self, event, count=1, **known):
        """The events of that name, once there are so many."""

        def enough():
            return self._over or len(self.said(event, **known)) >= count

        with self._news:
            assert self._news.wait_for(enough, LAST_RESORT), self.events[-20:]
        found = self.said(event, **known)
        assert len(found) >= count, self.events[-20:]
        return found

    @property
    def url(self):
        return f"http://{self.wait('started')[0]['listen']}"

    def end(self, number=signal.SIGTERM):
        """The exit code, once it has ended."""
        with suppress(ProcessLookupError):
            self.process.send_signal(number)
        code = self.process.wait(LAST_RESORT)
        self._reader.join(LAST_RESORT)
        return code


class Home:
    """A user's folder, with a forge that has two repositories; `start` starts daemons on one store."""

    def __init__(self, place, forge, linux, llvm):
        self.place, self.forge, self.linux, self.llvm = place, forge, linux, llvm
        self.store, self.config, self.told = place / "facts.db", place / "daemon.toml", place / "told"
        place.mkdir()
        forge.add("torvalds/linux", linux)
        forge.add("llvm/llvm-project", llvm)
        self.hook = place / "hook"
        self.hook.write_text(f"#!/bin/sh\ncat >> {self.told}\necho >> {self.told}\n")
        self.hook.chmod(0o755)
        self.running = []

    def configure(self, text="", linux="1s", llvm="1h"):
        schedules = f'[schedule.linux]\nevery = "{linux}"\n[schedule.llvm]\nevery = "{llvm}"\n'
        self.config.write_text(f'[daemon]\nlog = "json"\n{text}\n{schedules}')

    def command(self, *words):
        urls = (f"{self.forge.url}/torvalds/linux.git", f"{self.forge.other.url}/llvm/llvm-project.git")
        return [sys.executable, "-m", "tests.daemon.driver", *urls, *words, "--db", str(self.store)]

    def environ(self, **more):
        return {
            "PATH": os.environ["PATH"], "HOME": str(self.place), "PYTHONPATH": str(CHECKOUT),
            "ARCHMATRIX_CACHE": str(self.place / "cache"), **more,
        }  # fmt: skip

    def start(self, *words, **environ):
        process = subprocess.Popen(
            self.command("daemon", "--config", str(self.config), *words), env=self.environ(**environ), cwd=self.place,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.running.append(Daemon(process))
        return self.running[-1]

    def run(self, *words, **environ):
        environment = self.environ(**environ)
        command = self.command(*words)
        return subprocess.run(command, env=environment, cwd=self.place, capture_output=True, text=True, check=False)

    def deliveries(self):
        """The ids of the events that the hook was told, in order."""
        return [event["id"] for event in self.told_events()]

    def told_events(self):
        """The same as the hook was told them."""
        if not self.told.exists():
            return []
        # The last line may be half written.
        return [e for line in self.told.read_text().split("\n")[:-1] if line for e in json.loads(line)["events"]]


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """The two repositories, made once."""
    folder = tmp_path_factory.mktemp("made")
    return make_linux(folder / "linux.git"), make_llvm(folder / "llvm.git")


@pytest.fixture
def home(tmp_path, forge, made):
    linux, llvm = (repository.copy(tmp_path / "served" / repository.path.name) for repository in made)
    found = Home(tmp_path / "home", forge, linux, llvm)
    found.configure()
    yield found
    for daemon in found.running:
        with suppress(ProcessLookupError):
            daemon.process.kill()
        daemon.process.wait()
        daemon.process.stderr.close()
