"""`confsync init`: start a new add-on project."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path

import click


@click.command()
@click.argument("folder", metavar="NAME", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print what was written as one JSON object.")
def command(folder: Path, as_json: bool) -> None:
    """Start a new add-on project in a folder of that name, or in this one: `.`.

    It holds addon.toml, the rendered files, tests, and workflows for CI. Nothing of yours is overwritten; what was
    killed midway is finished.
    """
    from confsync.addon import new_project

    name = folder.resolve().name
    texts = new_project.starter_files(name)
    new_project.check_free(folder, texts)
    for path, text in texts.items():
        _write(folder / path, text)
    written = [*texts, *_rendered(folder)]
    click.echo(_as_json(folder, name, written) if as_json else _as_text(folder, written))


def _write(file: Path, text: str) -> None:
    from confsync.deploy.disk import explained, replace_text

    with explained(file):
        file.parent.mkdir(parents=True, exist_ok=True)
    replace_text(file, text)


def _rendered(folder: Path) -> list[str]:
    from confsync.addon import load
    from confsync.render import render, write

    return [f"build/{name}" for name in write(render(load(folder / "addon.toml")), folder / "build")]


def _as_json(folder: Path, name: str, written: Collection[str]) -> str:
    from confsync.addon.new_project import title_of

    return json.dumps({"folder": str(folder), "title": title_of(name), "files": sorted(written)}, indent=2)


def _as_text(folder: Path, written: Collection[str]) -> str:
    enter = "" if folder.resolve() == Path.cwd() else f"cd {folder}\n  "
    top = [name for name in written if not name.startswith("build/")]
    return f"{folder}: {', '.join(top)}, build/\n\nNext:\n  {enter}confsync demo"
