"""What every JSON document of ours begins with: the number of the contract, and which document it is.

    {"format": 3, "document": "answers", ...}

docs/json.md says what may change within a format. The shape of each document is matrix/render/schemas/NAME.json.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

# One number for all documents: it grows where a field goes, or comes to mean another thing, in any of them.
FORMAT = 3


def document(name: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """The document with its head; name is that of its schema."""
    return {"format": FORMAT, "document": name, **body}
