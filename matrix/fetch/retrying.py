"""A policy -> how a request that failed in passing is made again: so often, with growing pauses."""

from __future__ import annotations

from random import random
from typing import TYPE_CHECKING

from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt

from matrix.errors import FetchError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from matrix.fetch.policy import Policy


def retrying(policy: Policy, sleep: Callable[[float], Awaitable[None]]) -> AsyncRetrying:
    """What an attempt is handed to, to be awaited: `retrying(policy, sleep)(attempt)`. Reraises its last FetchError."""
    return AsyncRetrying(
        retry=retry_if_exception(_worth_retrying),
        stop=stop_after_attempt(policy.retries + 1),
        wait=lambda state: policy.retry.pause(state.attempt_number, random()).total_seconds(),  # noqa: S311 - no secret
        sleep=sleep,
        reraise=True,
    )


def _worth_retrying(error: BaseException) -> bool:
    """What may pass by itself within seconds; a host that named a moment is not asked before it."""
    return isinstance(error, FetchError) and error.passing and error.retry_after is None
