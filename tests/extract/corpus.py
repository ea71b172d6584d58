"""Each extractor -> small files in the shape it reads, by hand: what the fuzzer starts from.

They are the SAMPLES of the extractor's own tests, tests/extract/test_NAME.py: nothing is to be added here.
"""

from __future__ import annotations

from importlib import import_module

from matrix.extract.table import EXTRACTORS

# Extractor -> paths and texts.
CORPUS: dict[str, tuple[tuple[str, str], ...]] = {
    name: import_module(f"tests.extract.test_{name}").SAMPLES for name in sorted(EXTRACTORS)
}
