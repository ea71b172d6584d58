"""A repository's address -> what its server can do, and where its branches and tags stand (git's protocol v2).

    able = await capabilities(client, linux)
    refs = await ls_refs(client, linux, ["HEAD", "refs/heads/master", "refs/tags/v6."], able)
    refs.head                                  # "refs/heads/master"
    refs["refs/tags/v6.12"].commit             # what the tag stands for, 40 hexadecimal digits

As the server writes them, one packet a line:

    adc218676eef25575469234709c2d87185ca223a refs/tags/v6.12 peeled:adc218676eef25575469234709c2d87185ca223a
    adc218676eef25575469234709c2d87185ca223a HEAD symref-target:refs/heads/master
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from matrix.errors import FetchError
from matrix.fetch.faults import one_line
from matrix.fetch.pktline import BarePacket, Decoder, encode, refused, text_of
from matrix.fetch.response import GIT, GIT_CAPABILITIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from matrix.fetch.client import Client
    from matrix.fetch.policy import Endpoint

# Features of `fetch` that a poll cannot do without.
_NEEDED = ("shallow", "filter")
_V2 = {"git-protocol": "version=2"}
HEADERS = _V2 | {"content-type": "application/x-git-upload-pack-request"}
_OID = re.compile(r"[0-9a-f]{40}")
# git itself takes no ref whose name has a control character in it, or one of these signs.
_REF = re.compile(r"(?P<oid>[0-9a-f]{40}) (?P<name>[^\x00-\x20\x7f~^:?*\[]{1,1000})(?P<rest>(?: [^ ]+)*)")
# The largest of the repositories that are asked has some 6,000 under the prefixes; each is kept in the store.
MOST_REFS = 20_000


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a git server says it can do: its lines, as sent. str() of it can be stored, and parsed again."""

    lines: tuple[str, ...]

    @staticmethod
    def parse(text: str) -> Capabilities:
        """What was stored."""
        return Capabilities(tuple(text.split("\n")))

    def __str__(self) -> str:
        return "\n".join(self.lines)

    def value(self, name: str) -> str | None:
        """What stands after `name=`; "" where the name stands alone, None where it is missing."""
        for entry in self.lines:
            key, _, value = entry.partition("=")
            if key == name:
                return value
        return None

    def supports(self, command: str, feature: str = "") -> bool:
        """Whether the server knows the command (`fetch`) and that feature of it (`filter`)."""
        value = self.value(command)
        return value is not None and (not feature or feature in value.split())

    @property
    def lacks(self) -> list[str]:
        """The features that a poll needs and this server does not have."""
        return [feature for feature in _NEEDED if not self.supports("fetch", feature)]

    def command(self, name: str, agent: str) -> list[str]:
        """The lines that begin a request for the command; nothing is said that the server did not say first."""
        lines = [f"command={name}"]
        if self.value("agent") is not None:
            lines.append(f"agent={agent.replace(' ', '-')}")
        if self.value("object-format") is not None:
            lines.append("object-format=sha1")
        return lines


class Ref(NamedTuple):
    """Where a ref stands. peeled is what an annotated tag is of, None for everything else."""

    oid: str
    peeled: str | None = None

    @property
    def commit(self) -> str:
        """What it stands for in the end; upstreams tag commits."""
        return self.peeled or self.oid


@dataclass(frozen=True, slots=True)
class Refs(Mapping[str, Ref]):
    """Refs by full name, in order. head is the branch that HEAD stands for, "" where that was not said."""

    refs: Mapping[str, Ref]
    head: str = ""

    def __getitem__(self, name: str) -> Ref:
        return self.refs[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.refs)

    def __len__(self) -> int:
        return len(self.refs)


async def capabilities(client: Client, repository: Endpoint) -> Capabilities:
    """Ask what the server can do; it changes with the server's software, so the answer may be kept for weeks.

    Raises: FetchError; also where the repository's objects are not named by SHA-1.
    """
    answer = await client.request(
        "GET", repository.at("/info/refs?service=git-upload-pack"), expects=GIT_CAPABILITIES, headers=_V2
    )
    messages = _messages(answer.host, answer.body)
    # Some servers announce the service in a message of its own, as they do in the older protocols.
    if messages and messages[0] == ["# service=git-upload-pack"]:
        messages = messages[1:]
    if not messages or not messages[0] or messages[0][0] != "version 2":
        raise FetchError(answer.host, "does not speak version 2 of git's protocol")
    able = Capabilities(tuple(messages[0][1:]))
    for command in ("ls-refs", "fetch"):
        if not able.supports(command):
            raise FetchError(answer.host, f"its git does not know the command {command}")
    if (hash_name := able.value("object-format") or "sha1") != "sha1":
        raise FetchError(answer.host, f"its objects are named by {one_line(hash_name)}, expected sha1")
    return able


async def ls_refs(client: Client, repository: Endpoint, prefixes: Iterable[str], able: Capabilities) -> Refs:
    """The refs whose full name begins with one of the prefixes.

    Raises: FetchError.
    """
    asked = tuple(prefixes)
    question = encode(
        *able.command("ls-refs", client.policy.agent),
        BarePacket.DELIMITER,
        "peel",
        "symrefs",
        *(f"ref-prefix {prefix}" for prefix in asked),
        BarePacket.FLUSH,
    )
    answer = await client.request(
        "POST", repository.at("/git-upload-pack"), expects=GIT, headers=HEADERS, content=question
    )
    messages = _messages(answer.host, answer.body)
    if len(messages) != 1:
        raise FetchError(answer.host, f"found {len(messages)} lists of refs, expected one")
    if len(messages[0]) > MOST_REFS:
        raise FetchError(answer.host, f"names {len(messages[0])} refs, expected at most {MOST_REFS}")
    refs, head = {}, ""
    for entry in messages[0]:
        name, ref, target = _ref(answer.host, entry)
        # The prefixes are a hint, which a server may overlook.
        if name.startswith(asked):
            refs[name] = ref
            head = target if name == "HEAD" else head
    return Refs(dict(sorted(refs.items())), head)


def _ref(host: str, entry: str) -> tuple[str, Ref, str]:
    match = _REF.fullmatch(entry)
    if not match:
        raise FetchError(host, f"found {one_line(entry)!r} among the refs, expected a commit and a name")
    attributes = dict(word.partition(":")[::2] for word in match["rest"].split())
    peeled = attributes.get("peeled")
    if peeled is not None and not _OID.fullmatch(peeled):
        raise FetchError(host, f"found {one_line(entry)!r} among the refs, expected peeled: and a commit")
    return match["name"], Ref(match["oid"], peeled), attributes.get("symref-target", "")


def _messages(host: str, body: bytes) -> list[list[str]]:
    """The lines of each message; a message ends with a flush."""
    decoder = Decoder(host)
    messages: list[list[str]] = []
    lines: list[str] = []
    for packet in decoder.feed(body):
        match packet:
            case BarePacket.FLUSH:
                messages.append(lines)
                lines = []
            case BarePacket():
                raise FetchError(host, "found a delimiter in git's answer, expected a line or its end")
            case bytes():
                if error := refused(host, packet):
                    raise error
                lines.append(text_of(packet))
    decoder.finish()
    if lines or not messages:
        raise FetchError(host, "git's answer was cut short: it has no end mark", passing=True)
    return messages
