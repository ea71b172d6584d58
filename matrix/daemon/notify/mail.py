"""A batch -> an e-mail."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
import threading
from email.message import EmailMessage
from typing import TYPE_CHECKING

from matrix.daemon.notify.batch import HookError

if TYPE_CHECKING:
    from datetime import datetime

    from matrix.daemon.config import Email
    from matrix.daemon.notify.batch import Batch

# For each step of the talk; the whole of it may take a few.
_SECONDS = 20.0
_WHOLE = 60.0


def message(hook: Email, batch: Batch, moment: datetime) -> EmailMessage:
    """The e-mail, with the events as JSON beside their words. Told twice, it has the same Message-ID."""
    mail = EmailMessage()
    mail["Subject"] = batch.subject
    mail["From"] = hook.sender
    mail["To"] = ", ".join(hook.to)
    mail["Date"] = moment
    mail["Message-ID"] = f"<archmatrix-{batch.delivery}@{hook.sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content("\n".join(batch.lines()) + "\n")
    mail.add_attachment(batch.body, maintype="application", subtype="json", filename=f"{batch.delivery}.json")
    return mail


async def tell(hook: Email, batch: Batch, moment: datetime) -> None:
    """Send it. Raises: HookError."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[str] = loop.create_future()

    def settle(why: str) -> None:
        if not done.done():
            done.set_result(why)

    def work() -> None:
        why = _sent(hook, message(hook, batch, moment))
        try:
            loop.call_soon_threadsafe(settle, why)
        except RuntimeError:  # the daemon ended meanwhile
            return

    # A thread of its own: an executor's would hold up the daemon's end.
    threading.Thread(target=work, name="mail", daemon=True).start()
    try:
        why = await asyncio.wait_for(done, _WHOLE)
    except asyncio.TimeoutError:
        why = f"{hook.host}: took longer than {_WHOLE:g} seconds"
    if why:
        raise HookError(why)


def _sent(hook: Email, mail: EmailMessage) -> str:
    """Why it could not be sent, "" where it was. What a server says is quoted only by its number."""
    try:
        with smtplib.SMTP(hook.host, hook.port, timeout=_SECONDS) as server:
            if hook.starttls:
                server.starttls(context=ssl.create_default_context())
            if hook.user:
                server.login(hook.user, hook.password)
            refused = server.send_message(mail)
        return f"{hook.host}: refused {len(refused)} of {len(hook.to)} addresses" if refused else ""
    except smtplib.SMTPRecipientsRefused:
        return f"{hook.host}: refused all addresses"
    except smtplib.SMTPResponseException as error:
        return f"{hook.host}: answered {error.smtp_code}"
    except (smtplib.SMTPException, OSError, ValueError) as error:
        return f"{hook.host}: {type(error).__name__}"
