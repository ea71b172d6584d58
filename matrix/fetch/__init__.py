"""The network -> whole, bounded, checked answers: refs and objects of git repositories, feeds, a REST API.

    client      one question, one whole answer or a FetchError; the only door to the network
    refs        where a repository's branches and tags stand
    packs       objects by name, into a pack file
    cache       packs into a bare repository, checked by git
    atom, api   what feeds and GitHub's REST API say of a project

Nothing here decides what to ask, or what an answer means to us.
"""

from __future__ import annotations

from matrix.fetch.api import Checks, GitHub, Milestone, Quota
from matrix.fetch.atom import Changed, Entry, Unchanged, get_if_changed, parse_feed
from matrix.fetch.cache import ObjectCache
from matrix.fetch.client import Client, Count
from matrix.fetch.faults import one_line
from matrix.fetch.packs import fetch_pack
from matrix.fetch.packstream import PackInfo
from matrix.fetch.policy import Endpoint, Limits, Policy
from matrix.fetch.refs import Capabilities, Ref, Refs, capabilities, ls_refs
from matrix.fetch.response import FEED, GIT, GIT_CAPABILITIES, JSON, PLAIN_TEXT, Expects, Response

__all__ = [
    "FEED",
    "GIT",
    "GIT_CAPABILITIES",
    "JSON",
    "PLAIN_TEXT",
    "Capabilities",
    "Changed",
    "Checks",
    "Client",
    "Count",
    "Endpoint",
    "Entry",
    "Expects",
    "GitHub",
    "Limits",
    "Milestone",
    "ObjectCache",
    "PackInfo",
    "Policy",
    "Quota",
    "Ref",
    "Refs",
    "Response",
    "Unchanged",
    "capabilities",
    "fetch_pack",
    "get_if_changed",
    "ls_refs",
    "one_line",
    "parse_feed",
]  # fmt: skip
