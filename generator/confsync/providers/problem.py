"""One thing that is wrong in a description, and where."""

from difflib import get_close_matches
from typing import NamedTuple

Key = tuple[str | int, ...]


class Problem(NamedTuple):
    """A key (member names and list positions) and what its author should change."""

    key: Key
    text: str


def did_you_mean(word: str, known: list[str]) -> str:
    """A question naming the known word that is nearest, or the list of them all."""
    near = get_close_matches(word, known, n=1)
    if near:
        return f'Did you mean "{near[0]}"?'
    return f"Known: {', '.join(known)}." if known else ""
