"""The truth table of the local Google's Calendar: what is claimed of Google, where from, and which tests show it.

`claims/` holds the claims, one TOML file a topic, and `sources.toml` what they rest on. A claim's id is its topic and its
name in the file: `sync.paging`. The documents are made of it with cog; `tests/house/test_claims.py` holds it together.
"""

from __future__ import annotations

import functools
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CLAIMS = Path(__file__).parent / "claims"
CONFIDENCE = ("documented", "reported", "inferred")


@dataclass(frozen=True)
class Source:
    """Something public that claims rest on; `url` is empty where there is no single address."""

    words: str
    url: str = ""

    def link(self) -> str:
        """Return it as Markdown."""
        return f"[{self.words}]({self.url})" if self.url else self.words


@dataclass(frozen=True)
class Claim:
    """One sentence about Google's Calendar, or about where the local one differs.

    `source` names sources, `methods` the discovery document's ids, `switch` the switches that change it here, `tests`
    pytest's ids of what shows it; where there are none, `untested` says why.
    """

    id: str
    claim: str
    source: list[str]
    confidence: str
    methods: list[str] = field(default_factory=list)
    switch: list[str] = field(default_factory=list)
    tests: list[str] = field(default_factory=list)
    untested: str = ""


@dataclass(frozen=True)
class Topic:
    """The claims of one file."""

    name: str
    title: str
    claims: list[Claim]


@functools.cache
def sources() -> Mapping[str, Source]:
    """Return the sources by the names that claims use."""
    return {name: Source(**given) for name, given in _read(CLAIMS / "sources.toml").items()}


@functools.cache
def topics() -> list[Topic]:
    """Return the topics by their titles, the differences last; TypeError for a key that a claim does not have."""
    found = [_topic(path) for path in CLAIMS.glob("*.toml") if path.name != "sources.toml"]
    return sorted(found, key=lambda topic: (topic.name == "differs", topic.title))


def claims() -> list[Claim]:
    """Return all claims."""
    return [claim for topic in topics() for claim in topic.claims]


def claims_of(method: str) -> list[Claim]:
    """Return the claims that concern a method."""
    return [claim for claim in claims() if method in claim.methods]


def summary() -> str:
    """Return how many claims there are, how they are known and how many are tested, as one sentence."""
    every = claims()
    known = Counter(claim.confidence for claim in every)
    parts = ", ".join(f"{known[word]} {word}" for word in CONFIDENCE)
    tested = sum(bool(claim.tests) for claim in every)
    return f"There are {len(every)} claims ({parts}); tests show {tested} of them, and the others say why none does."


def contents() -> str:
    """Return the list of topics with links to their tables."""
    lines = (f"- [{topic.title}](#{_anchor(topic.title)}): {len(topic.claims)} claims" for topic in topics())
    return "\n".join(lines)


def tables() -> str:
    """Return every topic's claims as a table below its title."""
    return "\n\n".join(f"## {topic.title}\n\n{_table_of(topic)}" for topic in topics())


def differences() -> str:
    """Return the known differences from Google as a list."""
    [topic] = [topic for topic in topics() if topic.name == "differs"]
    return "\n".join(f"- {claim.claim}" for claim in topic.claims)


def topic_links(concerned: Iterable[Claim]) -> str:
    """Return links to the tables in which these claims stand."""
    named = {claim.id.partition(".")[0] for claim in concerned}
    found = [topic for topic in topics() if topic.name in named]
    return ", ".join(f"[{topic.name}](emulator-claims.md#{_anchor(topic.title)})" for topic in found)


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a Markdown table."""
    names = list(head)
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _table_of(topic: Topic) -> str:
    rows = ((f"`{claim.id}`", _sentence(claim), _ground(claim), _shown(claim)) for claim in topic.claims)
    return table(("id", "claim", "rests on", "shown by"), rows)


def _sentence(claim: Claim) -> str:
    switches = ", ".join(f"`{name}`" for name in claim.switch)
    return f"{claim.claim} *Switch: {switches}.*" if switches else claim.claim


def _ground(claim: Claim) -> str:
    return f"{claim.confidence}: {'; '.join(sources()[name].link() for name in claim.source)}"


def _shown(claim: Claim) -> str:
    return "<br>".join(_link(test) for test in claim.tests) or f"*no test: {claim.untested}*"


def _link(test: str) -> str:
    path, _, name = test.partition("::")
    return f"[{name.removeprefix('test_').replace('_', ' ')}](../{path})"


def _anchor(title: str) -> str:
    kept = (char for char in title.lower() if char.isalnum() or char in " -_")
    return "".join(kept).replace(" ", "-")


def _topic(path: Path) -> Topic:
    given = _read(path)
    title = given.pop("title")
    return Topic(
        path.stem, title, [Claim(id=f"{path.stem}.{name}", **claim) for name, claim in given.items()]
    )


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
