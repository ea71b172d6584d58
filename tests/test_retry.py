"""Pauses between attempts that fail."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from matrix.retry import Retry

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
RETRY = Retry(first=MINUTE, ceiling=HOUR)


def test_each_is_twice_the_one_before_up_to_the_ceiling():
    pauses = [RETRY.pause(failures) / MINUTE for failures in (1, 2, 3, 6, 7, 8, 1_000_000)]
    assert pauses == [1, 2, 4, 32, 60, 60, 60]


def test_a_factor_of_its_own():
    assert Retry(first=SECOND, ceiling=HOUR, factor=10).pause(3) == 100 * SECOND


def test_chance_takes_away_its_share_and_no_more():
    assert Retry(first=MINUTE, ceiling=HOUR, jitter=0.5).pause(1, 0.5) == 45 * SECOND
    assert Retry(first=MINUTE, ceiling=HOUR, jitter=1.0).pause(8, 0.75) == 15 * MINUTE
    assert RETRY.pause(2, 0.99) == 2 * MINUTE


@given(
    st.timedeltas(timedelta(microseconds=1), timedelta(days=366)),
    st.timedeltas(timedelta(microseconds=1), timedelta(days=366)),
    st.floats(1, 100),
    st.floats(0, 1),
    st.integers(1, 10**9),
    st.floats(0, 1, exclude_max=True),
)
def test_never_longer_than_the_ceiling_nor_shorter_than_before(first, ceiling, factor, jitter, failures, chance):
    retry = Retry(first=first, ceiling=ceiling, factor=factor, jitter=jitter)
    assert timedelta(0) <= retry.pause(failures, chance) <= retry.pause(failures + 1, chance) <= ceiling
