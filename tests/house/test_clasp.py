"""`.clasp.json` and `.claspignore` make clasp push exactly the files of build/.

clasp walks `rootDir`, drops what `.claspignore` matches (micromatch with `dot: true`, patterns relative to `rootDir`,
the last word of a negation wins over what stands before it), and names a file by its path without the extension.
"""

import json
import re
from pathlib import Path

import pytest

from confsync.addon import load
from confsync.render import render

ROOT = Path(__file__).parents[2]
TYPES = {".js": "SERVER_JS", ".gs": "SERVER_JS", ".html": "HTML", ".json": "JSON"}


def matches(pattern: str, path: str) -> bool:
    """Tell whether a pattern of `**`, `*` and plain text matches a path with `/` separators."""
    tokens = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*"}
    parts = re.split(r"(\*\*/|\*\*|\*)", pattern)
    return re.fullmatch("".join(tokens.get(part, re.escape(part)) for part in parts), path) is not None


def is_ignored(patterns: list[str], path: str) -> bool:
    """Tell whether clasp leaves this path out: later patterns overrule earlier ones."""
    ignored = False
    for pattern in patterns:
        if matches(pattern.removeprefix("!"), path):
            ignored = not pattern.startswith("!")
    return ignored


def pushed(project: Path) -> dict[Path, dict[str, str]]:
    """Return what clasp would push from a project folder: local path → remote name and type."""
    root = project / json.loads((project / ".clasp.json").read_text())["rootDir"]
    patterns = (project / ".claspignore").read_text().split()
    return {
        path: {"name": path.relative_to(root).with_suffix("").as_posix(), "type": TYPES[path.suffix]}
        for path in sorted(root.rglob("*"))
        if path.is_file()
        and path.suffix in TYPES
        and not is_ignored(patterns, path.relative_to(root).as_posix())
    }


def test_clasp_pushes_the_rendered_files_and_nothing_else() -> None:
    files = pushed(ROOT)
    assert {path.name for path in files} == set(render(load(ROOT / "addon.toml")))
    assert set(files) == set((ROOT / "build").iterdir())


def test_every_file_has_a_name_of_its_own_and_the_manifest_the_name_that_google_expects() -> None:
    files = pushed(ROOT)
    remote = [(file["name"], file["type"]) for file in files.values()]
    assert len(remote) == len(set(remote))
    assert files[ROOT / "build" / "appsscript.json"] == {"name": "appsscript", "type": "JSON"}
    assert [kind for _, kind in remote].count("JSON") == 1


def test_the_committed_project_belongs_to_nobody() -> None:
    assert json.loads((ROOT / ".clasp.json").read_text()) == {"scriptId": "", "rootDir": "build"}


@pytest.mark.parametrize(
    ("path", "is_pushed"),
    [
        ("Code.js", True),
        ("appsscript.json", True),
        ("notes.json", False),
        ("README.md", False),
        (".hidden", False),
        ("old/Code.js", False),
        ("old/appsscript.json", False),
        (".git/config", False),
    ],
)
def test_strangers_in_the_folder_stay_at_home(path: str, is_pushed: bool) -> None:
    patterns = (ROOT / ".claspignore").read_text().split()
    assert is_ignored(patterns, path) is not is_pushed
