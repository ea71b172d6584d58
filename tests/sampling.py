"""Many cases of one kind: a default run tries a part of them, the slow tests all the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable


def one_in(number: int, cases: Iterable[object], *, several: bool = False) -> list[object]:
    """The cases as parameters: the first of each `number` runs by default, the others are slow.

    several: each case is a tuple with a value for each of several arguments.
    """
    values = [case if several else (case,) for case in cases]
    marks = [() if nth % number == 0 else (pytest.mark.slow,) for nth in range(len(values))]
    return [pytest.param(*case, marks=slow) for case, slow in zip(values, marks, strict=True)]
