"""Small files that a deploy keeps on disk, replaced as a whole so that no half of one is ever seen."""

import os
from pathlib import Path

FOLDER = ".confsync"


def state_folder(root: Path) -> Path:
    """Return the project's folder for what need not be shared, made if it is missing and hidden from git."""
    folder = root / FOLDER
    folder.mkdir(exist_ok=True)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        replace_text(ignore, "*\n")
    return folder


def replace_text(path: Path, text: str) -> None:
    """Write a text file, or leave what was there as it was."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.new")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, path)
