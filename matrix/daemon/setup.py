"""What a daemon is started with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from matrix.retry import Retry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from matrix.daemon.config import Config
    from matrix.daemon.log import Log
    from matrix.daemon.systemd import Manager
    from matrix.model import Schedule
    from matrix.store import Store

# A hook that does not answer, a work tree in a rebase: a person may have to mend it.
_RETRY = Retry(first=timedelta(minutes=1), ceiling=timedelta(hours=1))


@dataclass(frozen=True, kw_only=True)
class Setup:
    """What holds as long as it runs, whatever the configuration says.

    command starts this program, in `folder`; environ is what its children get; pages is the folder of reports for
    browsers; configure reads the configuration (RegistryError: it is faulty); schedules are the projects' own,
    upstreams the project of each repository, and the archive of each distribution; events reads what hooks are told
    (see Ledger); retry is how long a hook, or the reports, are left alone once they failed.
    """

    command: Sequence[str]
    folder: Path
    environ: Mapping[str, str]
    store: Path
    pages: Path
    schedules: Mapping[str, Schedule]
    upstreams: Mapping[str, str]
    configure: Callable[[], Config]
    events: Callable[[Store, int], list[dict[str, Any]]]
    manager: Manager
    log: Log
    retry: Retry = _RETRY
