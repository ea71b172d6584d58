"""A table -> Prometheus' text format, for a textfile collector: one sample for each cell and answer.

    archmatrix_support{id="riscv64",arch="riscv",backend="rustc-llvm",answer="yes"} 1
    archmatrix_support{id="riscv64",arch="riscv",backend="rustc-llvm",answer="no"} 0
    archmatrix_support{id="riscv64",arch="riscv",backend="rustc-llvm",answer="unknown"} 0

A set of states and no number: unknown is neither 0 nor something between. What the daemon tells of itself at /metrics
is another matter, and its client library is no part of a question.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.expression import YES
from matrix.model import Truth

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from matrix.grid import Table
    from matrix.query.scene import Scene

_SUPPORT, _CONDITIONAL, _VERSION = "archmatrix_support", "archmatrix_conditional", "archmatrix_version_info"
_CHECKED = "archmatrix_checked_timestamp_seconds"


def table_prometheus(table: Table, scene: Scene) -> str:
    """The text, ending in one newline."""
    return "".join(f"{line}\n" for line in _lines(table, scene))


def _lines(table: Table, scene: Scene) -> Iterator[str]:
    cells = [
        ({"id": row.id, "arch": row.arch, "backend": summary.cell.backend}, summary.cell)
        for row in table.rows
        for summary in row.summaries
    ]
    yield from _head(_SUPPORT, "Whether Rust can be used in the kernel: 1 at the answer that holds")
    for labels, cell in cells:
        for truth in Truth:
            yield _sample(_SUPPORT, {**labels, "answer": truth.value}, int(cell.answer is truth))
    yield from _head(_CONDITIONAL, "Whether a yes hangs on the configuration")
    for labels, cell in cells:
        yield _sample(_CONDITIONAL, labels, int(cell.answer is Truth.YES and cell.condition != YES))
    yield from _head(_VERSION, "The release of each project that the answers rest on, 0 where it is not known")
    for project, revision in scene.revisions.items():
        version = {"project": project, "version": revision.label if revision else ""}
        yield _sample(_VERSION, version, int(revision is not None))
    if table.checked_at is not None:
        yield from _head(_CHECKED, "When what the answers rest on was last checked: the part checked longest ago")
        yield _sample(_CHECKED, {}, int(table.checked_at.timestamp()))


def _head(name: str, about: str) -> Iterator[str]:
    yield f"# HELP {name} {about}."
    yield f"# TYPE {name} gauge"


def _sample(name: str, labels: Mapping[str, str], value: int) -> str:
    written = ",".join(f'{label}="{_escaped(words)}"' for label, words in labels.items())
    return f"{name}{{{written}}} {value}" if written else f"{name} {value}"


def _escaped(words: str) -> str:
    """A label's value as the format wants it: a version of a tree may hold anything."""
    return words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
