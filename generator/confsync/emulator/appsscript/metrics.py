"""`projects.getMetrics`: how often a script ran, how often it failed, and for how many users."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from confsync.emulator.appsscript.executions import ExecutionRecord
from confsync.emulator.appsscript.projects import invalid
from confsync.emulator.appsscript.resources import timestamp
from confsync.emulator.clock import MICROSECONDS

_DAY_US = 24 * 60 * 60 * MICROSECONDS
# Length of an interval and how many there are: seven days are documented, the number of weeks is not.
_INTERVALS = {"DAILY": (_DAY_US, 7), "WEEKLY": (7 * _DAY_US, 4)}


def metrics_of(
    records: Iterable[ExecutionRecord], parameters: Mapping[str, Any], now_us: int
) -> dict[str, Any]:
    """Return `Metrics` of a script's executions, the latest interval first; it ends now.

    Raises the API's 400 without a granularity. What still runs counts, as one that has not failed.
    """
    if parameters.get("metricsGranularity") not in _INTERVALS:
        raise invalid()
    length, count = _INTERVALS[parameters["metricsGranularity"]]
    deployment = parameters.get("metricsFilter.deploymentId")
    kept = [record for record in records if deployment in (None, record.deploymentId)]
    metrics: dict[str, list[dict[str, str]]] = {
        "activeUsers": [], "totalExecutions": [], "failedExecutions": []
    }  # fmt: skip
    for end_us in range(now_us, now_us - count * length, -length):
        inside = [record for record in kept if end_us - length < record.startedAtUs <= end_us]
        failed = [record for record in inside if record.status not in ("COMPLETED", "RUNNING")]
        users = {record.user for record in inside}
        for name, value in zip(metrics, (users, inside, failed), strict=True):
            metrics[name].append(_value(end_us - length, end_us, len(value)))
    return metrics


def _value(start_us: int, end_us: int, value: int) -> dict[str, str]:
    return {"value": str(value), "startTime": timestamp(start_us), "endTime": timestamp(end_us)}
