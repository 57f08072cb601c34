"""Taking over what others changed in the project: into the add-on's own folder of templates, file by file."""

import json
import re
import subprocess
import tempfile
import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from confsync.deploy.content import Content, File
from confsync.deploy.difference import Sides, three_way
from confsync.deploy.disk import replace_text, state_folder
from confsync.deploy.plan import Plan
from confsync.deploy.plan_json import HERE, LAST, THERE
from confsync.errors import DeployError

FOLDER = "templates"
_RENDER = re.compile(r"^\[render\][^\n]*\n", re.MULTILINE)
_EXTRA = re.compile(r"^extra\s*=\s*\[[^\]]*\]", re.MULTILINE)


@dataclass(frozen=True)
class Pulled:
    """What becomes of one file: `taken`, `added`, `merged` with what changed here, or `by-hand`, and why that.

    `text` is what is written for it; of one that somebody has to merge, its sides are written instead.
    """

    name: str
    how: str
    why: str = ""
    text: str | None = None
    sides: tuple[str, str, str] | None = None


def pulled(plan: Plan, templates: Collection[str]) -> list[Pulled]:
    """Return what becomes of each file that others changed since our last push; `templates` can be replaced by name."""
    if not plan.drift or plan.head is None:
        return []
    base = plan.base or plan.content
    apart = three_way(base, plan.head, plan.content, (LAST, THERE, HERE))
    return [_of_file(sides, (base, plan.head, plan.content), templates) for sides in apart if sides.theirs]


def write(found: Collection[Pulled], root: Path, folder: Path | None, config: Path) -> list[Path]:
    """Write what is taken over, and the sides of what is to be merged; return the files.

    Without a folder of templates one is made beside `addon.toml`, and named there, as files are that are new: last of
    all, for what is named must be there. Raises DeployError, before anything is written, where they cannot be named.
    """
    written = []
    taken = [one for one in found if one.text is not None]
    added = [one.name for one in found if one.how == "added"]
    is_named = not added and (folder is not None or not taken)
    described = "" if is_named else naming(config, FOLDER if folder is None else "", added)
    folder = folder or root / FOLDER
    for one in taken:
        assert one.text is not None
        folder.mkdir(exist_ok=True)
        replace_text(folder / one.name, one.text)
        written.append(folder / one.name)
    for one in found:
        written += _write_sides(one, root)
    if described:
        replace_text(config, described)
    return written


def _of_file(sides: Sides, contents: tuple[Content, Content, Content], templates: Collection[str]) -> Pulled:
    assert sides.theirs
    name, change = sides.name, sides.theirs.change
    base, theirs, ours = (content.file(name) for content in contents)
    if change == "added" and theirs and not ours:
        if theirs.type == "JSON" or "/" in name:
            return Pulled(
                name, "by-hand", "a file of its own lies in no folder; move what is in it to one that does"
            )
        return Pulled(name, "added", text=theirs.source)
    if change == "removed" or theirs is None:
        return Pulled(name, "by-hand", "it was removed there, and a template cannot be taken away")
    if name not in templates:
        return Pulled(name, "by-hand", "it is made from addon.toml; say there what was changed")
    if not sides.ours:
        return Pulled(name, "taken", text=theirs.source)
    text = _merged(base, theirs, ours)
    if text is not None:
        return Pulled(name, "merged", text=text)
    why = "it was changed there and here, in the same places"
    return Pulled(name, "by-hand", why, sides=(_source(base), _source(theirs), _source(ours)))


def _source(file: File | None) -> str:
    return file.source if file else ""


def _merged(base: File | None, theirs: File, ours: File | None) -> str | None:
    """Return the three sides merged by git; None when they collide, or there is no git."""
    with tempfile.TemporaryDirectory(prefix="confsync-") as folder:
        paths = []
        for name, text in (("ours", _source(ours)), ("base", _source(base)), ("theirs", theirs.source)):
            path = Path(folder) / name
            path.write_text(text, encoding="utf-8")
            paths.append(str(path))
        try:
            done = subprocess.run(["git", "merge-file", "-p", *paths], capture_output=True, check=False)
        except OSError:
            return None
    return done.stdout.decode() if done.returncode == 0 else None


def _write_sides(one: Pulled, root: Path) -> Iterator[Path]:
    for side, text in zip(("base", "theirs", "ours"), one.sides or (), strict=False):
        path = state_folder(root) / "merge" / side / one.name
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_text(path, text)
        yield path


def naming(config: Path, folder: str, added: Collection[str]) -> str:
    """Return `addon.toml` as it says where templates are replaced, if a folder is given, and which files are new."""
    text = config.read_text(encoding="utf-8")
    there = tomllib.loads(text).get("render", {})
    wanted = {**there, **({"templates": folder} if folder else {})}
    if added:
        wanted["extra"] = [*there.get("extra", []), *added]
    lines = [f"{key} = {json.dumps(value)}\n" for key, value in wanted.items() if key not in there]
    if not _RENDER.search(text):
        text = f"{text.rstrip()}\n\n[render]\n"
    text = _RENDER.sub(lambda found: found[0] + "".join(lines), text, count=1)
    if added and "extra" in there:
        text = _EXTRA.sub(lambda _: f"extra = {json.dumps(wanted['extra'])}", text, count=1)
    if _render_table(text) != wanted:
        says = "; ".join(f"{key} = {json.dumps(value)}" for key, value in wanted.items())
        raise DeployError(
            "[render] cannot be changed here.", where=str(config), next_step=f"Let it say {says}."
        )
    return text


def _render_table(text: str) -> Any:
    try:
        return tomllib.loads(text).get("render")
    except tomllib.TOMLDecodeError:
        return None
