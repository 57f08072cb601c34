"""What a change costs: the counts of a busy user's week, as rows with their goals."""

from __future__ import annotations

from pathlib import Path

from confsync.addon import load
from tests.benchmark.bench import Bench
from tests.benchmark.rows import Row, at_most
from tests.benchmark.week import Counts, compared

ADDON_FILE = Path(__file__).parents[2] / "addon.toml"


def costs(bench: Bench) -> list[Row]:
    """Let the week pass with both wings and with the sample's rules."""
    bench.tell("sync: a busy user's week, with each wing and with the sample's rules")
    weeks = compared(load(ADDON_FILE), days=bench.sizes.days)
    ours, sample = weeks[:2], weeks[2]
    rows = []
    for week in ours:
        irrelevant = week.total(week.changes, relevant=False)
        relevant = week.total(week.changes, relevant=True)
        for what, count, of, most in (
            ("requests to the third party for an irrelevant change", week.fetches, False, 0),
            ("writes of properties for an irrelevant change", week.writes, False, 1),
            ("requests to the third party for a relevant change", week.fetches, True, 1),
        ):
            changes = relevant if of else irrelevant
            mean = week.total(count, relevant=of) / changes
            rows.append(_row(f"{what}, {week.wing}", mean, most, week, changes))
        pages = week.total(week.calendar) / week.total(week.pages)
        rows.append(
            _row(f"requests to Calendar over pages, {week.wing}", pages, 1, week, week.total(week.pages))
        )
    share = ours[0].total(ours[0].fetches) / sample.total(sample.fetches)
    what = "requests to the third party in a week over the sample's, were it given tokens"
    return [*rows, Row("sync", what, share, None, {"share": [share]}, "")]


def _row(what: str, mean: float, most: float, week: Counts, over: int) -> Row:
    return Row("sync", what, mean, at_most(most), {f"over {over}": [mean]}, "a change")
