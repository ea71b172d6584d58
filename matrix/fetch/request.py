"""What is asked, of whom, and what may come back, as one frozen value -> the headers that say so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from matrix.fetch.body import Sink
    from matrix.fetch.policy import Endpoint, Limits, Policy
    from matrix.fetch.response import Expects


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request as the caller meant it; see Client.request. sink None: the body is kept in memory."""

    method: str
    endpoint: Endpoint
    expects: Expects
    limits: Limits
    content: bytes
    headers: Mapping[str, str]
    etag: str
    sink: Callable[[], Sink] | None

    def all_headers(self, policy: Policy, *, token_sent: bool) -> dict[str, str]:
        """The headers of one hop; the token is among them where that is said, and never otherwise."""
        headers = {
            "user-agent": policy.agent,
            "accept": self.expects.accept,
            "accept-encoding": "gzip",
            **self.headers,
        }
        if self.etag:
            headers["if-none-match"] = self.etag
        if token_sent:
            headers["authorization"] = f"Bearer {policy.token}"
        return headers
