"""reports/matrix.json, and the schema that it keeps."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from matrix.render.report.document import matrix_json, matrix_text
from matrix.render.schema import schema
from tests.sampling import one_in

BOUND = {"release": "6.18.15", "not_in": "6.12.107", "exact": False}


@pytest.fixture(scope="module")
def found(registry, answers):
    return {id_: answers.variant(id_) for id_ in registry.variants}


@pytest.fixture(scope="module")
def document(registry, scene, answers, found):
    key = ("arm-v7", "rustc-llvm")
    return matrix_json(registry, scene, found, answers.contradictions, since={key: BOUND}, until={key: BOUND})


@pytest.fixture(scope="module")
def text(document):
    return matrix_text(document)


@pytest.fixture(scope="module")
def validator():
    return Draft202012Validator(schema("matrix"))


def test_the_document_keeps_its_schema(document, validator):
    assert list(validator.iter_errors(json.loads(matrix_text(document)))) == []


def test_there_is_a_cell_for_every_variant_and_backend(document, registry):
    cells = [(c["variant"], c["backend"]) for c in document["cells"]]
    assert cells == [(v, b) for v in registry.variants for b in registry.backends]
    assert [v["id"] for v in document["variants"]] == list(registry.variants)


def test_a_cell(document):
    """With its condition, what its rungs rest on, and since when."""
    cell = next(c for c in document["cells"] if (c["variant"], c["backend"]) == ("arm-v7", "rustc-llvm"))
    assert (cell["status"], cell["answer"], cell["condition"]) == ("conditional", "yes", "!KASAN")
    assert cell["since"] == cell["until"] == BOUND
    kernel = cell["rungs"][3]
    assert kernel["rung"] == "kernel"
    assert kernel["evidence"][0]["url"].startswith("https://git.kernel.org/")
    assert next(c for c in document["cells"] if c["variant"] == "alpha")["since"] is None


def test_versions_have_label_kind_commit_and_date(document):
    assert set(document["versions"]["linux"]) == {"version", "kind", "commit", "date"}


@pytest.mark.parametrize(
    ("place", "value"),
    one_in(
        6,
        [
            (("format",), 1),
            (("versions",), {}),
            (("cells", 0, "status"), "maybe"),
            (("cells", 0, "answer"), None),
            (("cells", 0, "rungs", 0, "answer"), "true"),
            (("cells", 0, "blockers"), ["gate"]),
            (("cells", 0, "since"), {"release": "7.1"}),
            (("variants", 0, "bits"), 48),
            (("variants", 0, "arch"), "a/b"),
            (("contradictions", 0, "sides"), []),
            (("contradictions", 0, "sides", 0, "line"), 0),
            (("contradictions", 0, "sides", 0, "url"), "javascript:x"),
        ],
        several=True,
    ),
)
def test_the_schema_refuses_what_is_wrong(text, validator, place, value):
    """A schema that takes everything would be none."""
    wrong = json.loads(text)
    inner = wrong
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    assert not validator.is_valid(wrong)


def test_the_text_is_ascii(document):
    """Nothing in it that a terminal or an editor could take for more than text."""
    text = matrix_text(document)
    assert text.isascii()
    assert text.endswith("}\n")
