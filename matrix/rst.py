r"""reStructuredText -> its sections, each with its paragraphs and tables as they are written, on their lines.

docutils reads the text; what it makes of simple tables, grid tables and list-tables is the same table here:

    =======  =======        .. list-table::
    Name     Rank              :header-rows: 1
    =======  =======
    ``cat``  \-                * - Name
    =======  =======             - Rank

A cell is the words of its one paragraph, lines joined by a blank, markup as written (``cat``, \-). Lines count from 1.
Nothing is included, executed or printed. Roles and directives that only Sphinx knows are left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docutils import nodes

    from matrix.text import Text

# The kernel's documents stay far below (100 kB); the bounds keep the time for anything else short.
_LONGEST = 256 * 1024
LONGEST_LINE = 2000

# docutils ends lines at these too, and then counts other lines than everybody else.
_ODD = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029]")
_RULE = re.compile(r"=+(?: +=+)+ *")
# What a table that could not be read begins with, in the block that docutils quotes.
_TABLE = re.compile(r"\s*(?:=+(?: +=+)+ *$|\+-[-+]*\+ *$|\.\. +(?:list-|csv-)?table::)", re.MULTILINE)
_WARNING = 2


class Words(NamedTuple):
    """A paragraph with its line ends, or a cell: its text is "" where it is empty, or is not one paragraph."""

    line: int
    text: str


class RstRow(NamedTuple):
    """line is that of the row's first words. A cell that spans others stands once: the row has fewer cells then."""

    line: int
    cells: tuple[Words, ...]


class RstTable(NamedTuple):
    """The rows above the header's rule, and those below it."""

    head: tuple[RstRow, ...]
    rows: tuple[RstRow, ...]


class RstSection(NamedTuple):
    """title is "" for what stands above the first one; what stands in a section inside is that section's."""

    title: str
    paragraphs: tuple[Words, ...]
    tables: tuple[RstTable, ...]


def read_sections(text: Text) -> list[RstSection]:
    """Every section in the order of the file.

    Raises: ShapeError for a table that cannot be read whole, and for a file or a line beyond the bounds.
    """
    return _Reader(text).read()


def headed(text: Text, sections_: list[RstSection], *words: str) -> RstTable:
    """The one table with a header row of these words. Raises: ShapeError, also for a row of fewer or more cells."""
    wanted = ", ".join(words)
    tables = [
        table
        for section in sections_
        for table in section.tables
        if [tuple(cell.text for cell in row.cells) for row in table.head] == [words]
    ]
    if len(tables) != 1:
        raise text.drift(0, f"{len(tables)} tables", f"one table headed {wanted}")
    for row in tables[0].rows:
        if len(row.cells) != len(words):
            raise text.drift(row.line, f"a row of {len(row.cells)} cells", wanted)
    return tables[0]


class _Reader:
    def __init__(self, text: Text) -> None:
        self.text = text
        self.lines = text.content.split("\n")
        self.sections: list[tuple[str, list[Words], list[RstTable]]] = [("", [], [])]

    def read(self) -> list[RstSection]:
        self._check()
        try:
            document = _document(self._joined())
        except ModuleNotFoundError:
            raise  # no fault of the text's: docutils is not installed
        except Exception as error:  # docutils has no error of its own for what it fails at
            raise self.text.drift(0, type(error).__name__, "text that docutils can read") from error
        self._walk(document)
        return [RstSection(title, tuple(words), tuple(tables)) for title, words, tables in self.sections]

    def _check(self) -> None:
        if len(self.text.content) > _LONGEST:
            raise self.text.drift(0, f"{len(self.text.content)} characters", f"at most {_LONGEST}")
        for number, line in enumerate(self.lines, start=1):
            if len(line) > LONGEST_LINE:
                raise self.text.drift(number, f"{len(line)} characters", f"a line of at most {LONGEST_LINE}")
            if odd := _ODD.search(line):
                raise self.text.drift(number, f"character U+{ord(odd[0]):04X}", "text")
            # docutils leaves such words out: they would go on with a row, and there is none.
            above = self.lines[number - 2] if number > 1 else ""
            if line and line[0] == " " and _RULE.fullmatch(above) and not line[: above.index(" ")].strip():
                raise self.text.drift(number, f"{line.strip()!r} below a rule", "a row with words in its first column")

    def _joined(self) -> str:
        """The text, without the rules between the body rows of a simple table.

        docutils takes the third rule of a table for its end; Linux 6.3-rc had a rule between any two rows.
        """
        lines = list(self.lines)
        start = 0
        for index, line in enumerate([*lines, ""]):
            if line.strip():
                continue
            block = lines[start:index]
            if block and _RULE.fullmatch(block[0]) and block[-1].rstrip() == block[0].rstrip():
                rules = [start + at for at, row in enumerate(block) if row.rstrip() == block[0].rstrip()]
                for at in rules[2:-1]:
                    lines[at] = ""
            start = index + 1
        return "\n".join(lines)

    def _walk(self, node: nodes.Element) -> None:
        before = ""
        for child in _inside(node):
            match child.tagname:
                case "system_message":
                    self._refuse(child, before)
                case "title" if node.tagname == "section":
                    self.sections.append((child.rawsource, [], []))
                case "table":
                    self.sections[-1][2].append(self._table(child))
                case "paragraph":
                    self.sections[-1][1].append(self._words(child))
                case _:
                    self._walk(child)
            before = child.tagname

    def _refuse(self, message: nodes.Element, before: str) -> None:
        """Raise where docutils complains of a table: one that it quotes, or the one that stands right before."""
        line = min(message.get("line", 0), len(self.lines))
        if any(_TABLE.match(block.astext()) for block in _inside(message) if block.tagname == "literal_block"):
            raise self.text.drift(line, "a table that cannot be read", "as many cells in each row, and its end")
        if before == "table" and message["level"] == _WARNING:
            raise self.text.drift(line, "a table that goes on", "a blank line below its last row")

    def _table(self, table: nodes.Element) -> RstTable:
        parts: dict[str, tuple[RstRow, ...]] = {"thead": (), "tbody": ()} | {
            part.tagname: tuple(self._rows(part)) for group in _inside(table) for part in _inside(group)
        }
        return RstTable(parts["thead"], parts["tbody"])

    def _rows(self, group: nodes.Element) -> Iterator[RstRow]:
        for row in _inside(group):
            cells = [self._cell(entry) for entry in _inside(row)]
            line = next((cell.line for cell in cells if cell.line), 0)
            if line:  # what stands for a table without rows is one without words
                yield RstRow(line, tuple(cell if cell.line else cell._replace(line=line) for cell in cells))

    def _cell(self, entry: nodes.Element) -> Words:
        blocks = [child for child in _inside(entry) if child.tagname != "system_message"]
        if len(blocks) == 1 and blocks[0].tagname == "paragraph":
            line, written = self._words(blocks[0])
            return Words(line, " ".join(part.strip() for part in written.split("\n")))
        return Words(next((block.line for block in blocks if block.line), 0), "")

    def _words(self, paragraph: nodes.Element) -> Words:
        """The paragraph with its line, which is held against the file's."""
        written = paragraph.rawsource.split("\n")
        line = min(paragraph.line or 0, len(self.lines))
        if not line or written[0].strip() not in self.lines[line - 1].expandtabs():
            raise self.text.drift(line, f"another line than {written[0]!r}", "the line itself")
        for number, part in enumerate(written, start=line):
            if _RULE.fullmatch(part):
                raise self.text.drift(number, "a rule outside a table", "a rule above and below each table")
        return Words(line, paragraph.rawsource)


def _inside(node: nodes.Element) -> list[nodes.Element]:
    """What stands inside; pieces of text, in which nothing does, are no other to us."""
    return cast("list[nodes.Element]", node.children)


def _document(content: str) -> nodes.document:
    from docutils.frontend import get_default_settings  # noqa: PLC0415
    from docutils.parsers.rst import Parser  # noqa: PLC0415
    from docutils.utils import new_document  # noqa: PLC0415

    settings = get_default_settings(Parser)
    settings._disable_config = True  # noqa: SLF001  # its documented name
    settings.file_insertion_enabled = settings.raw_enabled = False
    settings.syntax_highlight = "none"
    # No message is severe enough to be printed or to end the reading: the tree holds them.
    settings.report_level = settings.halt_level = 5
    settings.warning_stream = False
    document = new_document("", settings)
    Parser().parse(content, document)
    return document
