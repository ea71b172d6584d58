"""A page of the reports -> the same for a browser, which shows Markdown as a heap of signs or saves it to a file.

It reads what the reports are written in and no more: headings, paragraphs, lists, tables, footnotes; in them links,
images, bold, code, and signs that a backslash has mean themselves. All else is text. Nothing that stands in a page
becomes markup of its own, and only links within the site or to http(s) become links.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:16px/1.5 system-ui,sans-serif;margin:1.5rem auto;max-width:100rem;padding:0 1rem}"
    "table{border-collapse:collapse;display:block;overflow-x:auto}"
    "th,td{border:1px solid #8886;padding:.2rem .5rem;text-align:left;vertical-align:top}"
    "code{font-family:ui-monospace,monospace}img{vertical-align:middle}:target{background:#fd06}"
)
_LABEL = r"(?:[^\[\]\\]|\\.)*"
_TARGET = r"\((?:<[^<>]*>|[^()\s]*)\)"
_TOKEN = re.compile(
    rf"\\(?P<sign>[!-/:-@\[-`{{-~])|(?P<fence>`{{1,8}})(?P<code>[^`]+)(?P=fence)|\*\*(?P<bold>(?:[^*\\]|\\.)+)\*\*"
    rf"|\[\^(?P<note>\w+)\]|!\[(?P<alt>{_LABEL})\](?P<image>{_TARGET})"
    rf"|\[(?P<words>!\[{_LABEL}\]{_TARGET}|{_LABEL})\](?P<link>{_TARGET})"
)
_HEADING = re.compile(r"(#{1,6}) +(.*)")
_ITEM = re.compile(r"( *)- (.*)")
_NOTE = re.compile(r"\[\^(\w+)\]: (.*)")
_BETWEEN_CELLS = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"\|[-:| ]+\|?")
_NO_PART_OF_A_SLUG = re.compile(r"[^\w\- ]")
# What comes before a colon is a scheme, unless a slash, a query or a fragment has begun.
_SCHEME = re.compile(r"[^/?#]*:")


def page(text: str) -> str:
    """The whole page."""
    lines = text.split("\n")
    title = next((found[2] for line in lines if (found := _HEADING.fullmatch(line))), "archmatrix")
    body = "\n".join(_blocks(lines))
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(_plain(title))}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE}</style></head><body>\n{body}\n</body></html>\n"
    )


def _blocks(lines: Iterable[str]) -> Iterator[str]:
    block: list[str] = []
    for line in [*lines, ""]:
        heading = _HEADING.fullmatch(line)
        if block and (heading or not line.strip() or _kind(line) != _kind(block[0])):
            yield _block(block)
            block = []
        if heading:
            level, words = len(heading[1]), heading[2]
            yield f'<h{level} id="{escape(_slug(words))}">{_inline(words)}</h{level}>'
        elif line.strip() and not (line.startswith("<!--") and line.endswith("-->")):
            block.append(line)


def _kind(line: str) -> str:
    for kind, shape in (("table", "|"), ("note", "[^")):
        if line.startswith(shape):
            return kind
    # A line that goes on with an item is indented.
    return "list" if _ITEM.match(line) or line.startswith(" ") else "words"


def _block(lines: list[str]) -> str:
    kind = _kind(lines[0])
    if kind == "table":
        return _table(lines)
    if kind == "list":
        return _list(lines)
    if kind == "note" and all(_NOTE.fullmatch(line) for line in lines):
        return "\n".join(
            f'<p id="note-{n}"><sup>{n}</sup> {_inline(words)}</p>'
            for n, words in (_NOTE.fullmatch(line).groups() for line in lines)  # type: ignore[union-attr]
        )
    return f"<p>{_inline(' '.join(lines))}</p>"


def _table(lines: list[str]) -> str:
    rows = [[_inline(cell.strip()) for cell in _BETWEEN_CELLS.split(line.strip())[1:-1]] for line in lines]
    headed = len(lines) > 1 and _RULE.fullmatch(lines[1].strip())
    heads, body = (rows[0], rows[2:]) if headed else ([], rows)
    head = f"<thead><tr>{''.join(f'<th>{cell}</th>' for cell in heads)}</tr></thead>" if heads else ""
    cells = "\n".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in body)
    return f"<table>{head}<tbody>\n{cells}\n</tbody></table>"


def _list(lines: list[str]) -> str:
    """Nested by how far its items are indented."""
    items: list[tuple[int, str]] = []
    for line in lines:
        if found := _ITEM.fullmatch(line):
            items.append((len(found[1]), found[2]))
        elif items:
            items[-1] = (items[-1][0], f"{items[-1][1]} {line.strip()}")
        else:
            items.append((0, line.strip()))
    found_so_far, depths = [], [-1]
    for depth, words in items:
        while depth < depths[-1]:
            found_so_far.append("</li></ul>")
            depths.pop()
        if depth > depths[-1]:
            found_so_far.append("<ul>")
            depths.append(depth)
        else:
            found_so_far.append("</li>")
        found_so_far.append(f"<li>{_inline(words)}")
    return "".join(found_so_far) + "</li></ul>" * (len(depths) - 1)


def _inline(words: str) -> str:
    found, at = [], 0
    for token in _TOKEN.finditer(words):
        found += [escape(words[at : token.start()]), _token(token)]
        at = token.end()
    return "".join(found) + escape(words[at:])


def _token(token: re.Match[str]) -> str:
    if token["sign"]:
        return escape(token["sign"])
    if token["code"]:
        return f"<code>{escape(token['code'].replace(chr(92) + '|', '|').strip())}</code>"
    if token["bold"]:
        return f"<strong>{_inline(token['bold'])}</strong>"
    if token["note"]:
        return f'<sup><a href="#note-{token["note"]}">{token["note"]}</a></sup>'
    if token["image"]:
        place = _address(token["image"])
        return f'<img src="{place}" alt="{escape(_plain(token["alt"]))}">' if place else escape(_plain(token["alt"]))
    place = _address(token["link"])
    return f'<a href="{place}">{_inline(token["words"])}</a>' if place else _inline(token["words"])


def _address(target: str) -> str:
    """What stands in the brackets, where it leads somewhere harmless."""
    place = target[1:-1].removeprefix("<").removesuffix(">")
    if _SCHEME.match(place) and not place.startswith(("https://", "http://")):
        return ""
    return escape(place)


def _plain(words: str) -> str:
    """Words without their markup."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", words)


def _slug(words: str) -> str:
    """What a heading is called in links to it, as GitHub has it."""
    return _NO_PART_OF_A_SLUG.sub("", _plain(words).lower()).strip().replace(" ", "-")
