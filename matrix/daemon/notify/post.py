"""A batch -> a signed POST; see matrix/fetch/webhook.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.daemon.clock import wall
from matrix.daemon.notify.batch import HookError
from matrix.errors import FetchError
from matrix.fetch.webhook import post_signed

if TYPE_CHECKING:
    from matrix.daemon.config import Webhook
    from matrix.daemon.notify.batch import Batch


async def tell(hook: Webhook, batch: Batch) -> None:
    """Post it. Raises: HookError."""
    try:
        await post_signed(
            hook.url, batch.body, secret=hook.secret, delivery=batch.delivery, retries=hook.retries, clock=wall
        )
    except FetchError as error:
        raise HookError(str(error), wait=error.retry_after or 0.0) from None
