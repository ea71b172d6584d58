"""The data dictionary -> datapackage.json, as Frictionless Data reads it, and the tables of docs/export.md."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from matrix import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from matrix.dictionary import Column, Sheet

PACKAGE_FILE = "datapackage.json"
_TYPES = {"text": "string", "integer": "integer", "boolean": "boolean", "moment": "datetime"}


def package_json(sheets: Iterable[Sheet], ending: str) -> str:
    """The description of a folder with a file for each table. ending is ".csv" or ".parquet"."""
    listed = list(sheets)
    keys = {sheet.name: sheet.key for sheet in listed}
    document = {
        "profile": "tabular-data-package" if ending == ".csv" else "data-package",
        "name": "archmatrix",
        "title": "Rust in the Linux kernel: which architecture, with which compilers, and what stands in the way",
        "version": __version__,
        "resources": [
            {
                "name": sheet.name.replace("_", "-"),
                "path": f"{sheet.name}{ending}",
                "description": sheet.about,
                **({"profile": "tabular-data-resource", "encoding": "utf-8"} if ending == ".csv" else {}),
                "schema": {
                    "fields": [_field(column) for column in sheet.columns],
                    "primaryKey": list(sheet.key),
                    "foreignKeys": [
                        {
                            "fields": [column.name],
                            "reference": {
                                "resource": column.refers.replace("_", "-"),
                                "fields": list(keys[column.refers]),
                            },
                        }
                        for column in sheet.columns
                        if column.refers
                    ],
                },
            }
            for sheet in listed
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _field(column: Column) -> dict[str, object]:
    field: dict[str, object] = {"name": column.name, "type": _TYPES[column.type], "description": column.about}
    return field | ({"constraints": {"required": True}} if column.required else {})


def dictionary_markdown(sheets: Iterable[Sheet]) -> str:
    """A heading and a table for each, as docs/export.md has them."""
    return "".join(f"{part}\n" for sheet in sheets for part in _sheet(sheet))


def _sheet(sheet: Sheet) -> Iterator[str]:
    yield f"### {sheet.name}"
    yield ""
    yield f"{sheet.about} Key: {', '.join(sheet.key)}."
    yield ""
    yield "| column | type | what it is |"
    yield "|---|---|---|"
    for column in sheet.columns:
        kind = column.type if column.required else f"{column.type}, or none"
        about = f"{column.about} (of `{column.refers}`)" if column.refers else column.about
        yield f"| {column.name} | {kind} | {about.replace('|', chr(92) + '|')} |"
    yield ""
