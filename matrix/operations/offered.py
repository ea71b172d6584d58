"""A workplace -> the words that a command line can be completed with, by what they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cell import Status
from matrix.change import ABOUT, Kind
from matrix.operations.ask import Wish, ask
from matrix.operations.known import known_revisions
from matrix.query.question import PROJECTS
from matrix.resolve.contradictions import RULES
from matrix.resolve.contradictions.scope import rule_name
from matrix.resolve.drivers import RUST_OPTIONS, RustOptions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from matrix.model import Distro, Registry
    from matrix.operations.workplace import Workplace

# A name of more parts than this is a target triple: there are too many to choose from, and who has one has it whole.
_PARTS = 2


def offered(work: Workplace, distros: Mapping[str, Distro]) -> Mapping[str, tuple[str, ...]]:
    """The words by kind: name, backend, status, about, kind, rule, distro, source, project, symbol, and by project.

    symbol are the options that need Rust, of the newest kernel that was read for them. Versions stand under their
    project's id, oldest first, each behind its series: 7.1, 7.1.13.

    Raises: StoreError.
    """
    known = work.registry
    words: dict[str, tuple[str, ...]] = {
        "name": tuple(_names(known)),
        "backend": tuple(known.backends),
        "status": tuple(status.value for status in Status),
        "about": ABOUT,
        "kind": tuple(kind.value for kind in Kind),
        "rule": tuple(rule_name(rule) for rule in RULES),
        "distro": tuple(name for id_, distro in distros.items() for name in (id_, *distro.aliases)),
        "source": tuple(known.sources),
        "symbol": _symbols(work),
        "project": tuple(dict.fromkeys(upstream.project for upstream in known.upstreams.values())),
    }
    rows = known_revisions(work, PROJECTS)
    for project in PROJECTS:
        words[project] = tuple(_versions(r.label for r, _, _ in rows if r.project == project))
    return words


def _symbols(work: Workplace) -> tuple[str, ...]:
    with ask(work, Wish(also=(RUST_OPTIONS,))) as question:
        linux = question.scene.context.known(RUST_OPTIONS)
        return RustOptions(linux).names if linux else ()


def _names(known: Registry) -> Iterator[str]:
    """Every variant and port, and each name that is no triple."""
    short = [name for name in known.names if name.count("-") < _PARTS]
    yield from sorted({*known.variants, *known.arches, *short})


def _versions(labels: Iterable[str]) -> Iterator[str]:
    """Each label behind the series that it is of, where that can be asked for."""
    told: dict[str, None] = {}
    for label in labels:
        numbers = label.split(".")
        if len(numbers) > _PARTS and all(number.isdigit() for number in numbers):
            told[".".join(numbers[:_PARTS])] = None
        told[label] = None
    yield from told
