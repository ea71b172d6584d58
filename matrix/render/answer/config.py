"""What was found of a .config -> text: the state first, what blocks, what to paste, what stays open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.expression import parse
from matrix.model import Truth
from matrix.operations_values import differing
from matrix.render import style
from matrix.render.layout import field, wrap
from matrix.render.phrases import COMPILER_NAMES, revision_words
from matrix.resolve.concrete.verdict import State
