"""`confsync render`: make the add-on's files from addon.toml."""

import json
import os
from pathlib import Path

import click


@click.command
@click.option("--config", default="addon.toml", show_default=True, help="The add-on's description.")
@click.option("--env", metavar="NAME", default="", help="With the overrides of [env.NAME].")
@click.option("--out", help="The folder for the files.  [default: rootDir of .clasp.json, or else build]")
@click.option("--check", is_flag=True, help="Write nothing; show the difference, and exit 1 if there is one.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def command(config: str, env: str, out: str | None, check: bool, as_json: bool) -> None:
    """Make the add-on's files from addon.toml."""
    from confsync.addon import load
    from confsync.deploy import targets
    from confsync.render import diff, render, statuses, write

    out = out or targets.google(Path(), env, os.environ).folder
    files, folder = render(load(config, env)), Path(out)
    difference = diff(files, folder) if check else ""
    done = statuses(files, folder) if check else write(files, folder)
    click.echo(_as_json(out, done, difference) if as_json else _as_text(out, done, difference, check))
    if difference:
        raise SystemExit(1)


def _as_json(out: str, done: dict[str, str], difference: str) -> str:
    listed = [{"name": name, "status": status} for name, status in done.items()]
    return json.dumps({"out": out, "files": listed, "stale": bool(difference)}, ensure_ascii=False)


def _as_text(out: str, done: dict[str, str], difference: str, check: bool) -> str:
    if difference:
        return f"{difference}{out} is stale: run confsync render."
    if check:
        return f"{out} is fresh: {len(done)} files."
    lines = [f"{out}/{name} {status}" for name, status in done.items() if status != "unchanged"]
    unchanged = sum(status == "unchanged" for status in done.values())
    return "\n".join([*lines, f"{unchanged} files unchanged."] if unchanged else lines)
