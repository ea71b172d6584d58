"""`archmatrix daemon`: every project refreshed on its own schedule, until a signal ends it."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matrix.cli import surroundings
from matrix.daemon import clock
from matrix.daemon.config import Config, changed
from matrix.daemon.config_file import load_config
from matrix.daemon.config_shape import parse_listen
from matrix.daemon.log import Bridge, Log
from matrix.daemon.setup import Setup
from matrix.daemon.supervisor import Supervisor
from matrix.daemon.systemd import manager
from matrix.errors import UsageError
from matrix.poll.lock import DAEMON, locked
from matrix.query.knowledge import Knowledge
from matrix.query.question import PROJECTS
from matrix.render.changes.data import event_json
from matrix.render.changes.words import headline
from matrix.render.links import addresses

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from matrix.model import Registry, Schedule
    from matrix.store import Store

# How this program starts itself, and where: what `-m` finds there is the package that runs now.
COMMAND = (sys.executable, "-m", "matrix")
PACKAGE_PARENT = Path(surroundings.__file__).parent.parent.parent
# How many events one message holds at most.
_BATCH = 500


def run(args: argparse.Namespace) -> int:
    """0 once a signal ended it; 5 where another daemon has the store, or the configuration is faulty."""
    place = surroundings.store_of(args).absolute()
    known = surroundings.registry()
    upstreams, schedules = _refreshable(known)
    options = _options(args)
    config = _configure(args, schedules, options)
    log = Log(sys.stderr, clock.wall, config.log)
    logging.basicConfig(handlers=[Bridge(log)], level=logging.WARNING, force=True)
    words = (
        os.environ.pop("NOTIFY_SOCKET", ""),
        os.environ.pop("WATCHDOG_USEC", ""),
        os.environ.pop("WATCHDOG_PID", ""),
    )
    setup = Setup(
        command=COMMAND,
        folder=PACKAGE_PARENT,
        environ=dict(os.environ),
        store=place,
        pages=place.with_name(f"{place.name}.pages"),
        schedules=schedules,
        upstreams=upstreams,
        configure=lambda: _configure(args, schedules, options),
        events=partial(_events, known),
        manager=manager(*words, os.getpid(), clock.monotonic),
        log=log,
    )
    # Not at once: `status` holds the lock for a moment, to see who does.
    with locked(place, wait=1, tell=lambda _: None, what=DAEMON):
        try:
            return asyncio.run(_supervised(setup, config))
        except OSError as error:
            raise UsageError(
                f"--listen: found {error.strerror or error}, expected a free port of this machine"
            ) from None


def _refreshable(known: Registry) -> tuple[dict[str, str], dict[str, Schedule]]:
    """What a refresh names, with what it is refreshed by (a project, or an archive), and the schedule of each."""
    upstreams = {u.id: u.project for u in known.upstreams.values()}
    schedules = {id_: known.projects[id_].schedule for id_ in dict.fromkeys(upstreams.values())}
    suites = {id_: distro.archive for id_, distro in surroundings.distros(known).items() if distro.archive}
    archives = {id_: one.schedule for id_, one in surroundings.archives().items() if id_ in suites.values()}
    return {**upstreams, **suites}, {**schedules, **archives}


async def _supervised(setup: Setup, config: Config) -> int:
    return await Supervisor(setup, config).run()


def _options(args: argparse.Namespace) -> dict[str, object]:
    """What the command line says; it stands above the file, also when that is read again. Raises: UsageError."""
    listen = None
    if args.listen and (listen := parse_listen(args.listen)) is None:
        raise UsageError(f"--listen: got {args.listen!r}, expected an address and a port such as '127.0.0.1:8740'")
    return {
        "listen": listen,
        "reports": Path(args.reports).expanduser().absolute() if args.reports else None,
        "commit": True if args.commit else None,
        "log": args.log_format,
    }


def _configure(args: argparse.Namespace, schedules: Mapping[str, Schedule], options: Mapping[str, object]) -> Config:
    """The file, and above it the options. Raises: RegistryError, UsageError."""
    place = Path(args.config).expanduser().absolute() if args.config else _default_file()
    config = changed(load_config(place, schedules, needed=bool(args.config)), **options)
    if config.commit and config.reports is None:
        raise UsageError("--commit: found no reports, expected --reports DIR")
    return config


def _default_file() -> Path:
    from platformdirs import user_config_path  # noqa: PLC0415  # a named file does without it

    return user_config_path("archmatrix", appauthor=False) / "daemon.toml"


def _events(known: Registry, store: Store, after: int) -> list[dict[str, Any]]:
    """The first few hundred events after that one as `log --json` has them, and each in words: its headline."""
    events = store.journal.events(after, limit=_BATCH)
    if not events:
        return []
    knowledge = Knowledge([store])
    urls = addresses(known, (r for project in PROJECTS for r in knowledge.revisions(project)))
    return [{**event_json(known, e, urls), "headline": headline(known, e.change)} for e in events]
