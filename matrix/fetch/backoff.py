"""The headers of an answer -> the moment until which its host is left alone.

    Retry-After: 120                                  in two minutes
    Retry-After: Fri, 20 Nov 2026 22:40:00 GMT        at that moment
    X-RateLimit-Remaining: 0, X-RateLimit-Reset: N    at N seconds after 1970-01-01T00:00Z

Moments are on the wall clock, so that they can be stored and hold at the next start too.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from matrix.errors import FetchError
from matrix.moment import moment_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from matrix.fetch.policy import Policy

_TOO_MANY = 429
_FORBIDDEN = 403
_UNAVAILABLE = 503


def asks_to_wait(status: int, headers: Mapping[str, str]) -> bool:
    """Whether an answer says that its host wants to be left alone for a while."""
    named = "retry-after" in headers
    return (
        status == _TOO_MANY
        or (status == _FORBIDDEN and (named or exhausted(headers)))
        or (status == _UNAVAILABLE and named)
    )


def exhausted(headers: Mapping[str, str]) -> bool:
    """Whether the quota that this request drew on is used up."""
    return headers.get("x-ratelimit-remaining", "").strip() == "0"


def until(headers: Mapping[str, str], now: datetime, policy: Policy) -> datetime:
    """The moment named by the headers (aware UTC): not before `now`, and not later than the policy believes."""
    named = _retry_after(headers.get("retry-after", "").strip(), now)
    if named is None and exhausted(headers):
        named = _seconds(headers.get("x-ratelimit-reset", "").strip(), datetime.fromtimestamp(0, tz=timezone.utc))
    if named is None:
        named = now + policy.default_backoff
    return min(max(named, now), now + policy.longest_backoff)


def _retry_after(text: str, now: datetime) -> datetime | None:
    if (moment := _seconds(text, now)) is not None:
        return moment
    try:
        moment = parsedate_to_datetime(text)
        return moment.replace(tzinfo=moment.tzinfo or timezone.utc).astimezone(timezone.utc)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None


def _seconds(text: str, start: datetime) -> datetime | None:
    # isdigit alone would let "²" through to int.
    if not (text.isascii() and text.isdigit()):
        return None
    try:
        return start + timedelta(seconds=int(text[:12]))
    except OverflowError:
        return datetime.max.replace(tzinfo=timezone.utc)


class Backoffs:
    """The hosts that are to be left alone, each with the moment until which. `known` is what an earlier run left."""

    def __init__(self, clock: Callable[[], datetime], policy: Policy, known: Mapping[str, datetime]) -> None:
        self._clock, self._policy = clock, policy
        self._until = dict(known)

    def current(self) -> dict[str, datetime]:
        """Those that still hold. One that lies too far ahead was noted under another clock, and is dropped."""
        now = self._clock()
        return {h: moment for h, moment in self._until.items() if now < moment <= now + self._policy.longest_backoff}

    def hold(self, host: str, moment: datetime) -> None:
        """Leave the host alone until then; a later moment that it named before stays."""
        self._until[host] = max(moment, self.current().get(host, moment))

    def check(self, host: str) -> None:
        """Nothing, where the host may be asked.

        Raises: FetchError.
        """
        if moment := self.current().get(host):
            seconds = (moment - self._clock()).total_seconds()
            raise FetchError(
                host,
                f"was not asked: it wants to be left alone until {moment_words(moment)}",
                retry_after=seconds,
                passing=True,
            )
