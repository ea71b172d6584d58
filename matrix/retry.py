"""How often something failed in a row -> how long is waited before it is tried again.

Every growing pause of the program is one of these values: of a request, a refresh, a hook, a folder of reports. What a
host itself asks for (Retry-After) is another matter, see fetch/backoff.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

# Beyond so many the pause has long reached its ceiling, and a power of the factor would no longer be a float.
_MOST = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """The pause after the first failure, how it grows with each further one, and its ceiling.

    jitter is the share of a pause, from 0 to 1, that chance may take away: so many who failed together do not all come
    back together.
    """

    first: timedelta
    ceiling: timedelta
    factor: float = 2.0
    jitter: float = 0.0

    def pause(self, failures: int, chance: float = 0.0) -> timedelta:
        """What to wait after so many failures in a row (from 1). chance is a random number, from 0 up to 1."""
        growth = self.factor ** min(failures - 1, _MOST)
        # As numbers: a duration of more than some million years is none.
        longest = min(self.first.total_seconds() * growth, self.ceiling.total_seconds())
        return timedelta(seconds=longest * (1 - self.jitter * chance))
