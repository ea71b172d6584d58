"""Two addresses and a command line -> that command, with these as the public repositories: a daemon that starts itself.

    python -m tests.daemon.driver http://127.0.0.1:1/l.git http://127.0.0.1:1/p.git daemon --db facts.db

Every run that learned something is an event; a report is one page that names the generation. With ARCHMATRIX_REAL set
both are the program's own; ARCHMATRIX_PATIENCE is how many seconds one that hangs is waited for before the others' news
are looked at, and it may hang for long then. ARCHMATRIX_DIES=compile kills a refresh when its facts are recorded.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path

from matrix import shipped
from matrix.cli import surroundings
from matrix.cli.commands import daemon
from matrix.cli.main import main
from matrix.daemon import worker
from matrix.operations import compile as compiling
from matrix.operations import journal
from matrix.poll import network
from matrix.render.files import write_files
from matrix.store import Store
from tests.poll.driver import POLICY, small_registry, upstreams


def _registry():
    return replace(small_registry(), upstreams=upstreams([sys.argv[1]], [sys.argv[2]]))


def _events(_known, store, after):
    runs = sorted(store.facts.runs(1_000_000), key=lambda run: run.id)
    before = {run.id: one.generation for one, run in pairwise(runs)}
    grown = [run for run in runs if run.generation > before.get(run.id, 0) and run.id > after]
    return [{"id": run.id, "headline": f"{run.kind} of {run.documents} files"} for run in grown[:5]]


def _report(words):
    parser = argparse.ArgumentParser()
    parser.add_argument("--store", action="store_true")
    parser.add_argument("--output", type=Path)
    parser.add_argument("--html")
    parser.add_argument("--db")
    args = parser.parse_args(words)
    with Store.open(args.db, readonly=True) as store:
        page = f"# Generation {store.facts.generation}\n"
    for path in write_files(args.output, {"README.md": page}, check=False, keep=False).changed:
        sys.stdout.write(f"written: {args.output}/{path}\n")
    return 0


if __name__ == "__main__":
    surroundings.registry = _registry
    # No archive of a distribution is asked for.
    surroundings.distros = lambda _: {}
    patience = float(os.environ.get("ARCHMATRIX_PATIENCE", "0"))
    surroundings.network_policy = lambda: replace(POLICY, read=timedelta(minutes=5))
    if patience:
        network.Poll = partial(network.Poll, patience=patience)
        worker._LOOK_SECONDS = patience  # noqa: SLF001
    if "ARCHMATRIX_DIES" in os.environ and sys.argv[3] == "refresh":
        compiling.keep_answers = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
    daemon.COMMAND = (sys.executable, "-m", "tests.daemon.driver", *sys.argv[1:3])
    daemon.PACKAGE_PARENT = Path(os.environ["PYTHONPATH"])
    if "ARCHMATRIX_REAL" in os.environ:
        # What is known is the two repositories alone: pages of all that ships would say the same of them.
        shipped.DATABASE, shipped.load_text = "none", lambda *_: None
    else:
        # What is resolved from two small repositories, and journalled, is nobody's matter here.
        compiling.keep_answers = journal.journal_changes = lambda *_, **__: None
        daemon._events = _events  # noqa: SLF001
        if sys.argv[3] == "report":
            sys.exit(_report(sys.argv[4:]))
    sys.exit(main(sys.argv[3:]))
