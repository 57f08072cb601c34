"""What two contents differ in, line by line, as people read it."""

import difflib
from dataclasses import dataclass

from confsync.deploy.content import Content, File, changed_files


@dataclass(frozen=True)
class Difference:
    """How one file changes: `change` is `added`, `changed` or `removed`, `lines` are those of a unified diff.

    `by` and `at` tell who left the newer side there, and when, where Google tells.
    """

    name: str
    change: str
    lines: tuple[str, ...]
    by: str = ""
    at: str = ""


@dataclass(frozen=True)
class Sides:
    """A file that changed since the last push: what others did to it, and what is wanted of it; None where nothing."""

    name: str
    theirs: Difference | None
    ours: Difference | None

    @property
    def verdict(self) -> str:
        """Where it changed: `there`, `here`, or `both`, which somebody has to merge."""
        if self.theirs and self.ours:
            return "both"
        return "there" if self.theirs else "here"


def difference(old: Content, new: Content, old_name: str, new_name: str) -> tuple[Difference, ...]:
    """Return how each file changes from `old` to `new`; the names tell whose sides these are."""
    return tuple(
        _of_file(name, change, (old.file(name), new.file(name)), (old_name, new_name))
        for name, change in changed_files(old, new).items()
    )


def three_way(
    base: Content, theirs: Content, ours: Content, names: tuple[str, str, str]
) -> tuple[Sides, ...]:
    """Return all files that changed on either side since `base`; where both sides agree, nothing is to be said."""
    there = {one.name: one for one in difference(base, theirs, names[0], names[1])}
    here = {one.name: one for one in difference(base, ours, names[0], names[2])}
    apart = changed_files(theirs, ours)
    return tuple(Sides(name, there.get(name), here.get(name)) for name in {**there, **here} if name in apart)


def _of_file(
    name: str, change: str, files: tuple[File | None, File | None], sides: tuple[str, str]
) -> Difference:
    old, new = files
    lines = difflib.unified_diff(
        old.lines if old else [],
        new.lines if new else [],
        f"{name} ({sides[0]})",
        f"{name} ({sides[1]})",
        lineterm="",
    )
    return Difference(name, change, tuple(lines), new.by if new else "", new.at if new else "")
