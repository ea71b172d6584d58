"""A .config -> what archmatrix says of it, in the same terms as the oracle: a word, and a letter for each clause."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from matrix.operations.ask import OpenQuestion
    from matrix.query.examination import Examination


class Said(NamedTuple):
    """The verdict ("on", "possible", "blocked", "cannot tell", "undefined"), and line -> letter of each clause.

    A letter is y, m or n, or ? for what is left open. gates are the lines that declare Rust, likewise.
    """

    state: str
    clauses: dict[str, tuple[str, str]]
    gates: dict[str, str]
    values: dict[str, str]


class Ours:
    """archmatrix with the facts that it ships, or of trees. A question is opened once for each set of tools."""

    def __init__(self, trees: Mapping[str, Path] | None = None) -> None:
        """Nothing of the user's store is read. Kernels of `trees` are read from there, as `--tree` reads them."""
        from matrix.operations.workplace import Workplace  # noqa: PLC0415  # found once the checkout is on the path
        from matrix.registry import data_folder, load_compiled  # noqa: PLC0415

        self._work = Workplace(
            registry=load_compiled(data_folder()),
            data=data_folder(),
            store=Path("/nonexistent"),
            clock=lambda: datetime.now(timezone.utc),
        )
        self._trees = trees or {}
        self._stack = ExitStack()
        self._open: dict[tuple[str, str, str, str], OpenQuestion] = {}

    def __enter__(self) -> Ours:  # noqa: PYI034  # Self is of Python 3.11
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stack.close()

    def examine(
        self, text: bytes, *, name: str, kernel: str, rustc: str, cc: str = "", pahole: str = "", changes: bool = False
    ) -> Examination:
        """As `archmatrix config NAME --kernel KERNEL --rustc RUSTC --cc CC` examines it; cc is such as clang-19.1.7."""
        from matrix.dotconfig import read_dotconfig  # noqa: PLC0415
        from matrix.query.examination import examined, port_of  # noqa: PLC0415

        config = read_dotconfig(text, name)
        question = self._question(kernel, rustc, cc, pahole)
        registry = self._work.registry
        srcarch = port_of(registry, config, name, "")
        return examined(registry, question.knowledge, question.scene, config, name, srcarch, changes=changes)

    def said(self, text: bytes, *, name: str, kernel: str, rustc: str, cc: str = "", pahole: str = "") -> Said:
        """The verdict alone."""
        return said_of(self.examine(text, name=name, kernel=kernel, rustc=rustc, cc=cc, pahole=pahole))

    @staticmethod
    def told(examination: Examination) -> Said:
        """The verdict of an examination."""
        return said_of(examination)

    def _question(self, kernel: str, rustc: str, cc: str, pahole: str) -> OpenQuestion:
        from matrix.operations.ask import Wish, ask  # noqa: PLC0415
        from matrix.trees import parse_spec  # noqa: PLC0415

        key = kernel, rustc, cc, pahole
        if key not in self._open:
            compiler, _, number = cc.partition("-")
            tree = self._trees.get(kernel)
            wish = Wish(
                versions={**({} if tree else {"linux": f"v{kernel}"}), **({"rust": rustc} if rustc else {})},
                trees=(parse_spec(f"linux={tree}"),) if tree else (),
                cc=compiler,
                cc_version=number,
                tools={"pahole": pahole} if pahole else {},
            )
            self._open[key] = self._stack.enter_context(ask(self._work, wish))
        return self._open[key]


def said_of(examination: Examination) -> Said:
    """What an examination says, without its evidence."""
    sight = examination.sight
    if sight is None:
        return Said("cannot tell", {}, {}, {})
    if not sight.finding.defined:
        return Said("undefined", {}, {}, {})
    clauses: dict[str, tuple[str, str]] = {}
    values: dict[str, str] = {}
    for clause in sight.finding.clauses:
        clauses[f"{clause.evidence.path}:{clause.evidence.line}"] = (clause.clause, clause.value.letter)
        values.update(clause.values)
    gates = {
        f"{line.evidence.path}:{line.evidence.line}": line.value.letter
        for gate in sight.finding.gates
        for line in gate.declaring
    }
    return Said(examination.state.value, clauses, gates, values)
