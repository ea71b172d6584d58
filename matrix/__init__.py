"""Which compilers can build Rust code in the Linux kernel, for which architecture, and what stands in the way.

    >>> import matrix
    >>> answer = matrix.ask("s390x", kernel="7.1.13")
    >>> answer.truth, answer.in_the_way[0].evidence[0].file
    (<Truth.NO: 'no'>, 'arch/s390/Kconfig')

docs/python.md has more. The names below are those of matrix/facade, which is imported when one of them is asked for:
the command line answers plain questions with this module's few lines alone.
"""

__version__ = "0.1.0"

# By this the program knows that the `matrix` that it imports is ours: another distribution has one of that name too.
DISTRIBUTION = "archmatrix"

__all__ = (
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
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from matrix.facade import *  # noqa: F403


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'matrix' has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415

    found = globals()[name] = getattr(import_module("matrix.facade"), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
