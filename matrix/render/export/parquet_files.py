"""Tables of plain rows -> a Parquet file each, by pyarrow, which is installed with the extra [parquet]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matrix.errors import MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from matrix.dictionary import Column, Sheet

PARQUET_ENDING = ".parquet"


def write_parquet(folder: Path, sheets: Iterable[Sheet], rows: Mapping[str, Sequence[Sequence[object]]]) -> None:
    """Write TABLE.parquet for each; what a column means is its field's metadata. Raises: OSError, MissingExtraError."""
    arrow, parquet = needed_for_parquet()
    for sheet in sheets:
        schema = arrow.schema([_field(arrow, column) for column in sheet.columns], {"description": sheet.about})
        listed = rows.get(sheet.name, ())
        arrays = [arrow.array([row[number] for row in listed], field.type) for number, field in enumerate(schema)]
        parquet.write_table(arrow.Table.from_arrays(arrays, schema=schema), folder / f"{sheet.name}{PARQUET_ENDING}")


def needed_for_parquet() -> tuple[Any, Any]:
    """The package, and its part that writes files. Raises: MissingExtraError."""
    try:
        import pyarrow as pa  # type: ignore[import-not-found,import-untyped,unused-ignore]  # noqa: PLC0415  # an extra
        from pyarrow import (  # type: ignore[import-not-found,import-untyped,unused-ignore]  # noqa: PLC0415
            parquet,
        )
    except ImportError:
        raise MissingExtraError("pyarrow", "parquet") from None
    return pa, parquet


def _field(arrow: Any, column: Column) -> Any:  # noqa: ANN401
    types = {
        "text": arrow.string(),
        "integer": arrow.int64(),
        "boolean": arrow.bool_(),
        "moment": arrow.timestamp("s", tz="UTC"),
    }
    described = {"description": column.about}
    return arrow.field(column.name, types[column.type], nullable=not column.required, metadata=described)
