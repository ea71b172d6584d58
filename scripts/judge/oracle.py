"""A built oracle, kept running: one process reads Kconfig once and answers for many .config files."""

from __future__ import annotations

import json
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from judge.build import JudgeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType


class Oracle:
    """The process. `folder` is its working folder, and holds what it says on stderr and which commands Kconfig ran."""

    def __init__(
        self,
        program: Path,
        environment: Mapping[str, str],
        folder: Path,
        *,
        symbol: str = "RUST",
        recorded: Path | None = None,
    ) -> None:
        """With `recorded`, $(success,...) and $(failure,...) come out as this .config says they did."""
        # conf writes include/config/ of a whole build unless a first run's auto.conf is there.
        (folder / "include/config").mkdir(parents=True, exist_ok=True)
        (folder / "include/config/auto.conf").touch()
        self.log, self.said = folder / "commands", folder / "stderr"
        options = ["-l", str(self.log), "-s", symbol, *(["-a", str(recorded)] if recorded else [])]
        with self.said.open("wb") as stderr:
            self._process = subprocess.Popen(
                [str(program), *options, "Kconfig"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                cwd=folder,
                env=dict(environment),
                text=True,
                encoding="utf-8",
            )

    def __enter__(self) -> Oracle:  # noqa: PYI034  # Self is of Python 3.11
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        process = self._process
        if process.stdin:
            with suppress(BrokenPipeError):
                process.stdin.close()
        if process.stdout:
            process.stdout.close()
        process.wait()

    def ask(self, *fields: str) -> Any:  # noqa: ANN401  # JSON
        """One command, one answer.

        Raises:
            JudgeError: the oracle ended, or says that it could not.

        """
        if any("\t" in field or "\n" in field for field in fields):
            raise JudgeError(f"{fields!r}: expected neither tabs nor line ends in a path", 2)
        assert self._process.stdin  # noqa: S101  # they are pipes
        assert self._process.stdout  # noqa: S101
        with suppress(BrokenPipeError):  # it ended: the missing answer says so
            self._process.stdin.write("\t".join(fields) + "\n")
            self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            tail = self.said.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-3:]
            raise JudgeError(f"the oracle ended without an answer to {fields[0]}: {' | '.join(tail) or 'no words'}")
        answer = json.loads(line)
        if isinstance(answer, dict) and "error" in answer:
            raise JudgeError(f"{' '.join(fields[:2])}: {answer['error']}")
        return answer

    def judge(self, config: Path, names: Iterable[str] = ()) -> dict[str, Any]:
        """What conf says of the symbol and of each of its clauses under a .config, and of other symbols."""
        answer: dict[str, Any] = self.ask("judge", str(config), *names)
        return answer

    def run(self, out: Path, *arguments: str, seed: int | None = None, fixed: Path | None = None) -> None:
        """Conf itself with these arguments; `fixed` becomes KCONFIG_ALLCONFIG.

        Raises:
            JudgeError: conf failed.

        """
        answer = self.ask("run", str(out), "" if seed is None else str(seed), str(fixed or ""), *arguments)
        if answer["status"]:
            raise JudgeError(f"conf {' '.join(arguments)} ended with {answer['status']} on {out}; see {self.said}")

    def closure(self, depth: int) -> list[dict[str, Any]]:
        """The symbols that the judged one rests on, with how many steps away they are."""
        answer: list[dict[str, Any]] = self.ask("closure", str(depth))
        return answer

    def values(self, config: Path, names: Sequence[str]) -> dict[str, dict[str, str] | None]:
        """Value, visibility and type of symbols under a .config; None where Kconfig defines no such symbol."""
        answer: dict[str, dict[str, str] | None] = self.ask("value", str(config), *names)
        return answer

    def commands(self) -> list[tuple[str, str, str, str]]:
        """What Kconfig asked the shell: the symbol being read, `run` or `recorded`, the command, its answer."""
        rows = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return [parts for parts in (tuple(row.split("\t", 3)) for row in rows) if len(parts) == 4]
