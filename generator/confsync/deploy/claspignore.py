"""`.claspignore` and clasp's order of files: what clasp would push of some files, so that both tools push the same.

Source: clasp 3, `core/files.ts`. It matches as micromatch does with `dot: true`, and sorts as `localeCompare` does.
"""

import functools
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from confsync.errors import DeployError

# Clasp's own variable: the file, or the folder that it lies in.
NAME, VARIABLE = ".claspignore", "clasp_config_ignore"

# Signs before digits, digits before letters, as Unicode's collation has it.
_SIGNS = " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$"
_TOKENS = re.compile(r"\*\*/|/\*\*$|\*\*|\*|\?|\[!?[^\]/]+\]|\{[^{}]*,[^{}]*\}")
_WRITTEN = {"**/": "(?:.*/)?", "/**": "(?:/.*)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def read(path: Path) -> list[str]:
    """Return the patterns of a file, none when there is no file; raises DeployError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise DeployError("cannot be read.", where=str(path), next_step="Save it as UTF-8 text.") from error
    return [line.strip() for line in text.splitlines() if line.strip()]


def inside(root_dir: str, paths: Iterable[str]) -> list[str]:
    """Return paths named from the project's folder as they are named from `root_dir`."""
    root = root_dir.removeprefix("./").strip("/")
    return [path.removeprefix("./").removeprefix(f"{root}/" if root else "") for path in paths]


def pushed(files: Mapping[str, str], patterns: Sequence[str], first: Sequence[str]) -> dict[str, str]:
    """Return the files that are not ignored: those of `first` in that order, then the others by their names."""
    kept = [name for name in files if not is_ignored(name, patterns)]
    ordered = [name for name in first if name in kept]
    ordered += sorted((name for name in kept if name not in ordered), key=collation)
    return {name: files[name] for name in ordered}


def is_ignored(path: str, patterns: Sequence[str]) -> bool:
    """Tell whether patterns match a path with `/` separators: the last one that does decides, `!` takes back.

    Where all patterns take back, everything else is ignored.
    """
    ignored = bool(patterns) and all(pattern.startswith("!") for pattern in patterns)
    for pattern in patterns:
        if _compiled(pattern.removeprefix("!")).fullmatch(path):
            ignored = not pattern.startswith("!")
    return ignored


def collation(name: str) -> tuple[list[int], str, list[bool]]:
    """Return a key that sorts names as `localeCompare` does: letters before accents before small and capital."""
    plain = [sign for sign in unicodedata.normalize("NFD", name) if not unicodedata.combining(sign)]
    ranks = [
        _SIGNS.index(low) if (low := sign.lower()) in _SIGNS else len(_SIGNS) + ord(low[0]) for sign in plain
    ]
    return ranks, unicodedata.normalize("NFD", name).lower(), [sign.isupper() for sign in plain]


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(_written(pattern))


def _written(pattern: str) -> str:
    """Write a pattern as a regular expression."""
    found, end = "", 0
    for token in _TOKENS.finditer(pattern):
        found += re.escape(pattern[end : token.start()]) + _token(token.group())
        end = token.end()
    return found + re.escape(pattern[end:])


def _token(token: str) -> str:
    if token in _WRITTEN:
        return _WRITTEN[token]
    if token.startswith("{"):
        return f"(?:{'|'.join(_written(part) for part in token[1:-1].split(','))})"
    inside_of = token[1:-1]
    negated = "^" if inside_of.startswith("!") else ""
    return f"[{negated}{inside_of.removeprefix('!').replace(chr(92), chr(92) * 2)}]"
