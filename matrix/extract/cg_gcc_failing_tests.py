"""rustc_codegen_gcc's tests/failing-*.txt -> how many tests are known to fail.

Shape: one path of a test a line, sorted or not, with blank lines and repetitions here and there:

    tests/ui/one.rs
    tests/run-make/two/

Each file is a list of its own (with LTO, without, GCC 12, without 128-bit integers), so counts are never added up; a
test can stand in several. Which files there are differs between versions, and a missing file says nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix.model import Fact

if TYPE_CHECKING:
    from matrix.text import Text

VERSION = 1
# A line a fact: subject | attribute | value | when. docs/facts.md is made of these (scripts/document-facts).
EMITS = """
file name | `failing-tests` | number of distinct tests |
"""

_TEST = re.compile(r"[\w.+@-]+(?:/[\w.+@-]+)+/?")


def extract(text: Text) -> list[Fact]:
    """The one fact: the file's name, `failing-tests`, the number of distinct tests.

    Raises: ShapeError for a line that is no path, and for a file without any test.
    """
    tests: set[str] = set()
    for number, line in text.lines():
        test = line.strip()
        if not test:
            continue
        if not _TEST.fullmatch(test):
            raise text.drift(number, test, "the path of a test")
        tests.add(test)
    if not tests:
        raise text.drift(0, "no test", "the path of a test on each line")
    return [Fact(text.path.rpartition("/")[2], "failing-tests", str(len(tests)))]
