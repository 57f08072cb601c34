"""Small files that a deploy keeps on disk, replaced as a whole so that no half of one is ever seen."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from confsync.errors import DeployError

FOLDER = ".confsync"


def state_folder(root: Path) -> Path:
    """Return the project's folder for what need not be shared, made if it is missing and hidden from git."""
    folder = root / FOLDER
    with explained(folder):
        folder.mkdir(exist_ok=True)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        replace_text(ignore, "*\n")
    return folder


def replace_text(path: Path, text: str) -> None:
    """Write a text file, or leave what was there as it was; raises DeployError."""
    there = path.resolve()
    temporary = there.with_name(f"{there.name}.{os.getpid()}.new")
    with explained(path):
        try:
            temporary.write_text(text, encoding="utf-8")
            if there.exists():
                shutil.copymode(there, temporary)
            os.replace(temporary, there)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what keeps a file from being written, a full disk say, into a DeployError."""
    try:
        yield
    except OSError as error:
        what = f"this cannot be written ({error.strerror or error})."
        next_step = (
            "Make room or let it be written, and run the same command again: it finds out what was done."
        )
        raise DeployError(what, where=str(path), next_step=next_step) from error
