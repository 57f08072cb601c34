"""Nothing of a developer's machine and nothing secret is in the files of the project."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# Written so that no pattern matches itself.
UNWANTED = {
    "a path of somebody's machine": r"(?<![\w.])/(?:wor[k]|roo[t]|hom[e]/\w+|User[s]/\w+)/",
    "a package registry": r"pypi[.]org|pythonhosted[.]org|registry[.]npmjs|--(?:extra-)?index-url",
    "a Google API key": r"AIza[\w-]{20}",
    "a Google access token": r"ya29[.][\w-]{10}",
    "a Google refresh token": r"\b1//0[\w-]{20}",
    "a Google client secret": r"GOCSPX-[\w-]{10}",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY",
    "a GitHub token": r"\bgh[pousr]_\w{20}|github_pat_\w{20}",
}


def files() -> list[Path]:
    """Return the files that git keeps or would keep."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return [path for name in sorted(set(listed.split("\0"))) if name and (path := ROOT / name).is_file()]


def findings(text: str) -> list[str]:
    """Return what is unwanted in a text, with its line."""
    return [
        f"{text.count(chr(10), 0, match.start()) + 1}: {what}: {match.group()}"
        for what, pattern in UNWANTED.items()
        for match in re.finditer(pattern, text)
    ]


def test_the_files_speak_of_the_project_alone() -> None:
    found = {str(path.relative_to(ROOT)): findings(path.read_text(errors="ignore")) for path in files()}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_nobodys_credentials_are_here() -> None:
    names = {path.name for path in files()}
    assert {"pyproject.toml", "LICENSE"} <= names
    assert not names & {".clasprc.json", "credentials.json", "client_secret.json", "token.json", ".env"}
    assert not (ROOT / ".clasprc.json").exists()


@pytest.mark.parametrize(
    "text",
    [
        "see /" + "work/notes.md",
        "cd /" + "root/x",
        "in /" + "home/ann/x",
        "AI" + "za" + "B" * 35,
        "Bearer ya29" + "." + "a0" * 20,
        "https://pypi" + ".org/simple",
        "-----BEGIN " + "RSA PRIVATE KEY-----",
    ],
)
def test_what_must_not_be_there_is_recognised(text: str) -> None:
    assert findings(f"first line\n{text}")[0].startswith("2: ")
