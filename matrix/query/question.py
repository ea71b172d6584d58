"""What a person asks: versions, compilers and settings, as they were named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.value import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from matrix.model import Revision

PROJECTS = ("linux", "rust", "gcc", "llvm", "mrustc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The versions that the asker named, by project, and the C compiler; all optional.

    versions are as written; chosen are revisions that are settled already, and come before what is written. cc is "gcc"
    or "clang", cc_version its version as written; tools are the versions of bindgen, libclang and pahole, sets are
    Kconfig symbols with their values. backend
    limits the answer to one backend's id. strict turns "yes, if" into no, exact forbids to infer between versions that
    were read. What was last checked before not_before (aware UTC) is too old to tell, and
    what was checked after not_after was so by a clock that ran ahead: nobody knows how old that is.
    """

    versions: Mapping[str, str] = field(default_factory=dict)
    chosen: Mapping[str, Revision] = field(default_factory=dict)
    cc: str = ""
    cc_version: str = ""
    tools: Mapping[str, str] = field(default_factory=dict)
    sets: tuple[tuple[str, str], ...] = ()
    backend: str = ""
    strict: bool = False
    exact: bool = False
    not_before: datetime | None = None
    not_after: datetime | None = None

    def names(self, project: str) -> bool:
        """Whether a version of this project was named."""
        return project in self.versions or project in self.chosen

    def names_only(self, project: str) -> bool:
        """Whether nothing was named that a verdict depends on, but perhaps this project's version."""
        return {*self.versions, *self.chosen} <= {project} and not (self.cc or self.tools or self.sets or self.backend)
