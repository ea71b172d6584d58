"""A document of ours held against its schema."""

from __future__ import annotations

from functools import cache

from jsonschema import Draft202012Validator

from matrix.render.schema import schema


@cache
def validator(name):
    """The validator of a document, or of all that a command writes."""
    return Draft202012Validator(schema(name))


def breaches(told):
    """Where a document is not as its schema says; [] where all is well."""
    found = validator(told["document"]).iter_errors(told)
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}" for error in found]
