"""What a program imports: the questions of the command line as functions, with typed values for answers.

`import matrix` has all of it; this room is entered when the first of its names is asked for.
"""

from matrix.cell import Basis, RungName, Status
from matrix.change import Kind
from matrix.dotconfig import DotconfigError
from matrix.errors import (
    CannotTellError,
    MatrixError,
    RegistryError,
    StoreError,
    TreeError,
    UsageError,
)
from matrix.facade.builds import config, drivers, requirements, window
from matrix.facade.options import CellsAsked, FactsAsked, QuestionAsked, TableAsked, VersionsAsked
from matrix.facade.questions import ask, changes, facts, history, table
from matrix.facade.told import (
    ChangeFound,
    Changes,
    ClauseVerdict,
    ConfigVerdict,
    DriverVerdict,
    KernelRequirements,
    Past,
    ReachVerdict,
    RemedyVerdict,
    StatedFact,
    Stretch,
    ToolNeed,
    WindowVerdict,
)
from matrix.facade.verdicts import (
    CellVerdict,
    Citation,
    Matrix,
    MatrixRow,
    RungVerdict,
    VariantVerdict,
    Verdict,
)
from matrix.model import Truth
from matrix.resolve.concrete.verdict import RustState

__all__ = [
    "Basis",
    "CannotTellError",
    "CellVerdict",
    "CellsAsked",
    "ChangeFound",
    "Changes",
    "Citation",
    "ClauseVerdict",
    "ConfigVerdict",
    "DotconfigError",
    "DriverVerdict",
    "FactsAsked",
    "KernelRequirements",
    "Kind",
    "Matrix",
    "MatrixError",
    "MatrixRow",
    "Past",
    "QuestionAsked",
    "ReachVerdict",
    "RegistryError",
    "RemedyVerdict",
    "RungName",
    "RungVerdict",
    "RustState",
    "StatedFact",
    "Status",
    "StoreError",
    "Stretch",
    "TableAsked",
    "ToolNeed",
    "TreeError",
    "Truth",
    "UsageError",
    "VariantVerdict",
    "Verdict",
    "VersionsAsked",
    "WindowVerdict",
    "ask",
    "changes",
    "config",
    "drivers",
    "facts",
    "history",
    "requirements",
    "table",
    "window",
]
