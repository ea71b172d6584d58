"""One line an event, whatever its values hold."""

from __future__ import annotations

import io
import json
import logging
from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.daemon.log import FORMATS, Bridge, Log

NOON = datetime(2026, 11, 20, 12, 0, 0, 123456, tzinfo=timezone.utc)


def logged(form, event="refreshed", secrets=(), **known):
    stream = io.StringIO()
    log = Log(stream, lambda: NOON, form)
    log.hide(secrets)
    log.info(event, **known)
    return stream.getvalue()


def test_as_text():
    assert logged("text", project="linux", seconds=1.5, note="a b", ok=True, nothing=None, empty="") == (
        '2026-11-20T12:00:00.123Z info refreshed project=linux seconds=1.5 note="a b" ok=true\n'
    )


def test_as_json():
    assert json.loads(logged("json", project="linux", seconds=1.5)) == {
        "time": "2026-11-20T12:00:00.123Z",
        "level": "info",
        "event": "refreshed",
        "project": "linux",
        "seconds": 1.5,
    }


@pytest.mark.parametrize("form", FORMATS)
@given(st.text())
def test_nobodys_words_end_the_line(form, words):
    """Nor colour it, nor turn it round."""
    line = logged(form, said=words)
    assert line.endswith("\n")
    assert line[:-1].isprintable()
    assert line.isascii()


@pytest.mark.parametrize("form", FORMATS)
def test_no_secret(form):
    line = logged(
        form,
        secrets=("s3cr3t", "s3cr3t-longer", "ab"),
        said="it said s3cr3t-longer, s3cr3t ab",
        error=ValueError("s3cr3t"),
    )
    assert "s3cr3t" not in line
    assert "ab" in line, "too short to be one"


def test_long_values_are_cut():
    assert len(logged("text", said="x" * 100_000)) < 2100


def test_a_log_that_nobody_reads_stops_nothing():
    stream = io.StringIO()
    stream.close()
    Log(stream, lambda: NOON).info("started")


def test_what_libraries_say():
    stream = io.StringIO()
    bridge = Bridge(Log(stream, lambda: NOON))
    logger = logging.getLogger("library")
    logger.addHandler(bridge)
    try:
        logger.info("nothing")
        logger.error("it broke", exc_info=ValueError("no\nway"))
    finally:
        logger.removeHandler(bridge)
    assert stream.getvalue() == (
        "2026-11-20T12:00:00.123Z error library name=library said=\"it broke: ValueError('no\\\\nway')\"\n"
    )
