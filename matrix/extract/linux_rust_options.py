r"""All Kconfig files and default configurations of a kernel -> the options that need Rust, and what they rest on.

The document is the files one after the other, sorted by path, each under a line that begins with a form feed and names
it; a form feed alone ends it:

    \farch/dune/configs/defconfig
    CONFIG_SAND=y
    \fdrivers/sand/Kconfig
    config SAND
            tristate "Sand"
            depends on RUST && BEACH
    \f

What stands in a Kconfig file is read by the extractor `kconfig`, of all of them; which options need Rust is told from
the whole (matrix/needs.py), and these are kept with all that decides whether they can be had. Of a default
configuration (arch/*/configs, and the fragments of kernel/configs) the lines that set such an option are kept, and of
one that has such a line also what it says of the options that these rest on. `# CONFIG_X is not set` says n.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from matrix.errors import ShapeError
from matrix.extract.kconfig import extract as read_kconfig
from matrix.model import Fact
from matrix.needs import Options
from matrix.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

VERSION = 1
# A line a fact: subject | attribute | value | when. docs/facts.md is made of these (scripts/document-facts).
EMITS = """
`PATH:SYMBOL` of an option that needs Rust or that such a one rests on | `type`, `prompt`, `default`, `depends`,
  `within`, `choice`, and `select` and `imply` of such options | as kconfig says it | as kconfig says it
path of a Kconfig file | `file` of a port's, `source` where it leads to what is kept | as kconfig says it |
  enclosing `if`
`PATH:SYMBOL` of the first definition of one | `needs` | `RUST` |
`PATH:SYMBOL` of a default configuration | `set` | `y`, `m` or `n` |
`Kconfig`, `configs` | `read` | number of files |
"""

_ROOT = "RUST"
_FILE = re.compile(r"\f(?P<path>[^\s\f][^\n\f]*)?\Z")
# `CONFIG_X=y`; a number or a text is no matter of Rust's.
_SET = re.compile(r"CONFIG_(?P<name>\w+)=(?P<value>[ymn])\Z", re.ASCII)
_UNSET = re.compile(r"# CONFIG_(?P<name>\w+) is not set\Z", re.ASCII)
_OTHER = re.compile(r"CONFIG_\w+=", re.ASCII)


class _Part(NamedTuple):
    """One file of the document, and the line of the document that names it."""

    text: Text
    line: int


def extract(text: Text) -> list[Fact]:
    """Facts per docs/facts.md, the path of a file in front of what stands in it; lines are counted in that file.

    Raises: ShapeError for what is not files one after the other, for a Kconfig file that its extractor refuses, for a
    line of a configuration that is none, and where no file defines RUST.
    """
    known: list[tuple[str, Fact]] = []
    settings: dict[str, list[Fact]] = {}
    count = 0
    for part in _parts(text):
        path = part.text.path
        try:
            if _is_configuration(path):
                settings[path] = list(_settings(part.text))
            else:
                known += ((path, fact) for fact in read_kconfig(part.text))
                count += 1
        except ShapeError as error:
            line = f":{error.line}" if error.line else ""
            raise text.drift(part.line + error.line, f"{path}{line}: {error.found}", error.expected) from None
    options = Options(known)
    if _ROOT not in options.blocks:
        raise text.drift(0, f"{count} Kconfig files without config {_ROOT}", "a tree in which one defines it")
    needing = options.needing(_ROOT)
    kept = options.rests_on(needing)
    facts = [
        *_of_options(options, known, kept),
        *(_needs(options, name) for name in needing if name != _ROOT),
        Fact("Kconfig", "read", str(count)),
        Fact("configs", "read", str(len(settings))),
    ]
    for path, told in settings.items():
        if any(fact.subject in needing and fact.value != "n" for fact in told):
            facts += (_placed(path, fact) for fact in told if fact.subject in kept)
    return facts


def _parts(text: Text) -> Iterator[_Part]:
    """Each file of the document; an empty document has none."""
    path, start, lines = "", 0, list[str]()
    ended = False
    for number, line in text.lines():
        if not line.startswith("\f"):
            if line and (ended or not path):
                raise text.drift(number, line, "a form feed and a path" if not ended else "nothing after the end")
            lines.append(line)
            continue
        match = _FILE.match(line)
        if ended or match is None:
            raise text.drift(number, repr(line), "a form feed and a path" if not ended else "nothing after the end")
        if path:
            yield _Part(Text(path, "\n".join(lines)), start)
        following = match["path"] or ""
        if following and following <= path:
            raise text.drift(number, f"{following} after {path}", "the files sorted by path, each once")
        ended, path, start, lines = not following, following, number, []
    if not ended:
        raise text.drift(0, "no end", "a form feed alone after the last file")


def _is_configuration(path: str) -> bool:
    return "/configs/" in path


def _settings(text: Text) -> Iterator[Fact]:
    """What a configuration sets to y or m, or leaves out."""
    for number, line in text.lines():
        stated = line.strip()
        if match := _SET.match(stated):
            yield Fact(match["name"], "set", match["value"], "", number)
        elif match := _UNSET.match(stated):
            yield Fact(match["name"], "set", "n", "", number)
        elif stated and not stated.startswith("#") and not _OTHER.match(stated):
            raise text.drift(number, stated, "CONFIG_X=..., '# CONFIG_X is not set' or a comment")


def _of_options(options: Options, known: Iterable[tuple[str, Fact]], kept: set[str]) -> Iterator[Fact]:
    # Which files apply to a port, and under what, is found as Kconfig finds them.
    leading = options.leading_to({block.path for name in kept for block in options.blocks.get(name, ())})
    for path, fact in known:
        if fact.attribute == "file":
            if path.startswith("arch/"):
                yield fact
        elif fact.attribute == "source":
            if (path, fact.value) in leading or (path.startswith("arch/") and fact.value.startswith("arch/")):
                yield fact
        elif fact.subject.partition("#")[0] in kept and (
            fact.attribute not in {"select", "imply"} or fact.value in kept
        ):
            yield _placed(path, fact)


def _needs(options: Options, name: str) -> Fact:
    block = options.blocks[name][0]
    return Fact(f"{block.path}:{name}", "needs", _ROOT, "", block.line)


def _placed(path: str, fact: Fact) -> Fact:
    return fact._replace(subject=f"{path}:{fact.subject}")
