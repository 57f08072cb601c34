"""What looks like a secret: such a text must never stand in `addon.toml`, which is read by everybody."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from confsync.providers.problem import Key, Problem

_KNOWN = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|\bya29\.|\bAIza[\w-]{10}|\bGOCSPX-|\bgh[pousr]_\w{10}|\bxox[a-z]-|\bAKIA[A-Z0-9]{12}"
    r"|\bsk[-_][\w-]{16}|\beyJ[\w-]{10,}\.|\b(?:Bearer|Basic) +[^\s{]{6}|://[^/?#@\s]*:[^/?#@\s]*@"
)
_WORD = re.compile(r"[A-Za-z0-9_-]{20,}")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_CHANGES = re.compile(r"(?<=[a-z])[A-Z]|(?<=[A-Za-z])[0-9]|(?<=[0-9])[A-Za-z]")


def secret_problems(document: Any, key: Key = ()) -> Iterator[Problem]:
    """A problem for each text that looks like a secret; the text itself is not repeated."""
    if isinstance(document, str) and key[-1:] != ("logo_url",) and looks_secret(document):
        yield Problem(
            key,
            "looks like a secret. Declare a name for it in [secrets] and write {secret.name} in [provider.auth].",
        )
    members: Iterable[tuple[str | int, Any]] = ()
    if isinstance(document, dict | list):
        members = document.items() if isinstance(document, dict) else enumerate(document)
    for name, member in members:
        yield from secret_problems(member, (*key, name))


def looks_secret(text: str) -> bool:
    """Whether a text holds a known form of key, or a long word that changes between letters and digits too often."""
    text = re.sub(r"\{[^{}]*\}", "{}", text)
    return bool(_KNOWN.search(text)) or any(_is_random(word) for word in _WORD.findall(text))


def _is_random(word: str) -> bool:
    signs = len(re.sub(r"[_-]", "", word))
    return not _UUID.fullmatch(word) and len(_CHANGES.findall(word)) >= 0.28 * signs
