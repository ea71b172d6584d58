"""Hooks: told everything at least once, in order, signed; a failing one stops nothing and is told later."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import os
import time
from datetime import datetime, timedelta, timezone
from email import message_from_bytes, policy

import pytest

from matrix.daemon import child
from matrix.daemon.config import Email, Exec, Webhook
from matrix.daemon.notify import mail, post, run
from matrix.daemon.notify.batch import Batch, HookError
from matrix.daemon.notify.courier import Courier
from matrix.render.contract import FORMAT
from matrix.retry import Retry
from tests.daemon.conftest import FakeLedger, Lines, is_gone, until

BATCH = Batch(({"id": 7, "headline": "riscv: no -> yes"}, {"id": 9, "what": "\x1b[31mred"}))
ENVIRON = {"PATH": os.environ["PATH"]}
SOON = Retry(first=timedelta(seconds=0.1), ceiling=timedelta(seconds=1))
SECRET = "s3cr3t-s3cr3t"


def tell(script, tmp_path, timeout=300.0):
    """Run a shell script as a hook; its log."""
    place = tmp_path / "hook"
    place.write_text(f"#!/bin/sh\n{script}\n")
    place.chmod(0o755)
    log = Lines()
    asyncio.run(run.tell(Exec((str(place),), timeout), BATCH, log, ENVIRON))
    return log.said


# --- a batch ---------------------------------------------------------------------------------------------------------


def test_a_batch_is_named_by_its_ids():
    assert (BATCH.delivery, BATCH.first, BATCH.last) == ("7-9", 7, 9)
    told = {"format": FORMAT, "document": "delivery", "delivery": "7-9", "events": list(BATCH.events)}
    assert json.loads(BATCH.body) == told
    assert BATCH.body.isascii()


def test_a_batch_in_words():
    """Nothing of upstream's reaches a terminal but words."""
    assert BATCH.subject == "archmatrix: 2 changes"
    assert BATCH.lines() == ["#7  riscv: no -> yes", '#9  {"what": "\\u001b[31mred"}']
    assert len(Batch(tuple({"id": n} for n in range(1, 500))).lines()) == 201


# --- a program -------------------------------------------------------------------------------------------------------


def test_a_program_has_it_on_standard_input(tmp_path):
    said = tell(f"cat > {tmp_path}/in; echo $ARCHMATRIX_DELIVERY; echo oops >&2", tmp_path)
    assert (tmp_path / "in").read_bytes() == BATCH.body
    assert [(known["stream"], known["said"]) for _, _, known in said] == [("out", "7-9"), ("err", "oops")]


def test_a_program_that_reads_nothing(tmp_path):
    """Is told all the same."""
    assert tell("exit 0", tmp_path) == []


@pytest.mark.parametrize(("script", "why"), [("exit 3", "it ended with 3"), ("kill -9 $$", "it ended by signal 9")])
def test_a_program_that_fails(tmp_path, script, why):
    with pytest.raises(HookError, match=why):
        tell(script, tmp_path)


def test_a_program_that_is_not_there():
    with pytest.raises(HookError, match="it cannot be started: /nowhere: No such file"):
        asyncio.run(run.tell(Exec(("/nowhere",), 1.0), BATCH, Lines(), ENVIRON))


def test_a_program_that_hangs_is_stopped_with_all_it_started(tmp_path, monkeypatch):
    """It ignores what it is asked; its child holds the pipe."""
    monkeypatch.setattr(child, "GRACE", 0.2)
    pid = tmp_path / "pid"
    for timeout in (0.2, 1.6, 12.8, 102.4):
        with pytest.raises(HookError, match=f"longer than {timeout} seconds"):
            tell(f"trap '' TERM; sleep 600 & echo $! > {pid}; wait", tmp_path, timeout=timeout)
        # It may have been stopped before it came so far.
        if pid.exists() and pid.read_text().endswith("\n"):
            break
    assert is_gone(pid.read_text().strip())


def test_a_program_that_says_too_much(tmp_path):
    """16 KiB of it are kept."""
    ((_, _, known),) = tell("head -c 10000000 /dev/zero | tr '\\0' x", tmp_path)
    assert len(known["said"]) == 16 * 1024


# --- a webhook -------------------------------------------------------------------------------------------------------


class Sink:
    """A web server of a few lines: answers with these, one after another, the last one for ever."""

    def __init__(self, *answers):
        self.answers, self.requests = list(answers), []

    async def __aenter__(self):
        self.server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self.server.sockets[0].getsockname()[1]}/hook"
        return self

    async def __aexit__(self, *_):
        self.server.close()
        await self.server.wait_closed()

    async def _connected(self, reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().lower().split("\r\n")[1:-2])
        self.requests.append((headers, await reader.readexactly(int(headers["content-length"]))))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        writer.write(f"HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()


def posted(*answers, retries=2):
    """What a sink with these answers was sent, and the error."""

    async def work():
        async with Sink(*answers) as sink:
            try:
                await post.tell(Webhook(sink.url, SECRET, retries), BATCH)
            except HookError as error:
                return sink.requests, error
            return sink.requests, None

    return asyncio.run(work())


def test_a_webhook_is_signed():
    """Over the moment and the body, with the secret as the key; the secret itself is not sent."""
    ((headers, body),), error = posted("204 ok")
    assert error is None
    assert body == BATCH.body
    assert headers["content-type"] == "application/json"
    assert headers["x-archmatrix-delivery"] == "7-9"
    moment, digest = headers["x-archmatrix-signature"].removeprefix("t=").split(",v1=")
    assert abs(int(moment) - time.time()) < 60
    expected = hmac.new(SECRET.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(digest, expected)
    assert SECRET not in str(headers)


def test_a_webhook_is_tried_again(monkeypatch):
    """What passes: told in the end, each attempt signed."""
    monkeypatch.setattr("matrix.fetch.retrying.random", lambda: 1.0)
    requests, error = posted("500 oops", "429 wait", "200 ok")
    assert error is None
    assert len(requests) == 3
    requests, error = posted("500 oops")
    assert len(requests) == 3
    assert "answered 500" in str(error)


def test_a_webhook_that_says_no_is_not_pressed():
    requests, error = posted("403 no")
    assert (len(requests), str(error).partition(": ")[2]) == (1, "answered 403")


def test_a_webhook_that_names_a_moment_is_left_alone_until_then():
    requests, error = posted("503 later\r\nretry-after: 120")
    assert len(requests) == 1
    assert 118 < error.wait <= 120


def test_a_webhook_is_not_redirected():
    """Neither elsewhere nor to itself."""
    requests, error = posted("307 there\r\nlocation: http://127.0.0.1:9/other")
    assert len(requests) == 1
    assert "it redirects" in str(error)


def test_nobody_there():
    with pytest.raises(HookError, match="the connection was refused"):
        asyncio.run(post.tell(Webhook("http://127.0.0.1:9/hook", SECRET, 0), BATCH))


# --- an e-mail -------------------------------------------------------------------------------------------------------


class Postbox:
    """A mail server of a few lines: takes e-mails, or refuses those to `refused`."""

    def __init__(self, *refused):
        self.refused, self.taken = refused, []

    async def serve(self, reader, writer):
        async def say(words):
            writer.write(f"{words}\r\n".encode())
            await writer.drain()

        to = []
        await say("220 box")
        while line := (await reader.readline()).decode().strip():
            verb, _, _ = line.upper().partition(" ")
            if verb == "EHLO":
                await say("250 box")
            elif verb == "RCPT":
                address = line.partition("<")[2].partition(">")[0]
                refused = address in self.refused
                to += [] if refused else [address]
                await say("550 no such person" if refused else "250 OK")
            elif verb == "DATA":
                await say("354 go on")
                content = await reader.readuntil(b"\r\n.\r\n")
                self.taken.append((to, message_from_bytes(content[:-3], policy=policy.default)))
                await say("250 OK")
            elif verb == "QUIT":
                await say("221 bye")
                break
            else:
                await say("250 OK" if verb in ("MAIL", "RSET") else "502 what?")
        writer.close()


def mailed(box, *to, starttls=False, port=None):
    async def work():
        async with await asyncio.start_server(box.serve, "127.0.0.1", 0) as server:
            found = port or server.sockets[0].getsockname()[1]
            hook = Email("127.0.0.1", found, "archmatrix@example.org", to, starttls, "", "")
            await mail.tell(hook, BATCH, datetime(2026, 11, 20, 12, 0, tzinfo=timezone.utc))

    asyncio.run(work())


def test_an_e_mail():
    """Words for people, JSON beside them, and an id that stays the same."""
    box = Postbox()
    mailed(box, "a@example.org", "b@example.org")
    ((to, found),) = box.taken
    assert to == ["a@example.org", "b@example.org"]
    assert found["Subject"] == "archmatrix: 2 changes"
    assert found["Message-ID"] == "<archmatrix-7-9@example.org>"
    words, attached = found.iter_parts()
    assert words.get_content().splitlines()[0] == "#7  riscv: no -> yes"
    assert attached.get_content() == BATCH.body
    assert "\x1b" not in str(found)


def test_an_e_mail_that_is_refused():
    with pytest.raises(HookError, match=r"127\.0\.0\.1: refused all addresses"):
        mailed(Postbox("a@example.org"), "a@example.org")
    with pytest.raises(HookError, match="refused 1 of 2 addresses"):
        mailed(Postbox("a@example.org"), "a@example.org", "b@example.org")


def test_no_mail_server():
    with pytest.raises(HookError, match=r"127\.0\.0\.1: ConnectionRefusedError"):
        mailed(Postbox(), "a@example.org", port=9)


def test_no_mail_in_the_clear_where_tls_was_asked_for():
    box = Postbox()
    with pytest.raises(HookError, match=r"127\.0\.0\.1: "):
        mailed(box, "a@example.org", starttls=True)
    assert box.taken == []


# --- a courier -------------------------------------------------------------------------------------------------------


def carried(ledger, send, condition, log=None):
    """A courier at work until a condition holds; its counts."""
    counts = []

    async def work():
        courier = Courier("exec", ledger, log or Lines(), SOON, send, lambda *told: counts.append(told))
        task = asyncio.create_task(courier.run())
        await until(condition)
        await asyncio.sleep(0.02)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(work())
    return counts


def test_a_new_hook_is_told_nothing_of_before():
    ledger, sent = FakeLedger(1, 2, 3), []

    async def send(batch):
        sent.append(batch.delivery)

    carried(ledger, send, lambda: ledger.told)
    assert (ledger.told, sent) == ({"exec": 3}, [])


def test_everything_in_batches():
    ledger, sent = FakeLedger(1, 2, 5, 6, 8), []
    ledger.told["exec"] = 1

    async def send(batch):
        sent.append(batch.delivery)

    assert carried(ledger, send, lambda: ledger.told["exec"] == 8) == [("exec", "ok")] * 2
    assert sent == ["2-6", "8-8"]


def test_what_fails_is_told_again_and_nothing_is_left_out():
    """Whatever it fails of."""
    ledger, sent, log = FakeLedger(1, 2, 3, 4, 5), [], Lines()
    ledger.told["exec"] = 0
    failures = [HookError("no"), ValueError("bug"), OSError("disk")]

    async def send(batch):
        sent.append(batch.delivery)
        if failures and len(sent) > 1:
            raise failures.pop()

    carried(ledger, send, lambda: ledger.told["exec"] == 5, log)
    assert sent == ["1-3", "4-5", "4-5", "4-5", "4-5"]
    failed = [known for level, event, known in log.said if event == "hook-failed"]
    assert [known["failures"] for known in failed] == [1, 2, 3]
    assert [known["again_in"] for known in failed] == [0.1, 0.2, 0.4]


def test_a_hook_that_was_told_is_written_down_while_all_ends():
    """Cancelled between the two: not told twice."""
    ledger = FakeLedger(1)
    ledger.told["exec"] = 0
    writing = asyncio.Event()

    async def slow(hook, last):
        writing.set()
        await asyncio.sleep(0.05)
        ledger.told[hook] = last

    ledger.record_delivered = slow

    async def work():
        async def send(_):
            pass

        task = asyncio.create_task(Courier("exec", ledger, Lines(), SOON, send, lambda *_: None).run())
        await writing.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(work())
    assert ledger.told == {"exec": 1}
