"""A witness: sees what people do on a stage, and brings the servers' states before the judge."""

from __future__ import annotations

from confsync.addon import Addon, config_of
from confsync.verify import promises
from confsync.verify.promises import Broken, Configured, Observed
from confsync.verify.reach import Moment
from confsync.verify.stage import Stage


class Witness:
    """Watches one stage; `look` after each thing that people did."""

    def __init__(self, stage: Stage, addon: Addon) -> None:
        self._stage = stage
        # Whose add-on the conferences belong to that no execution has made.
        self.adopted: dict[str, str] = {}
        self._configured = configured(addon)
        self._moments: list[Moment] = []

    def look(self) -> None:
        """Remember what events carry now."""
        stage = self._stage
        self._moments.append(promises.moment(stage.now(), stage.calendars(), self._configured))

    def observed(self) -> Observed:
        """Return everything that the judge is told."""
        stage = self._stage
        return Observed(
            now=stage.now(),
            conferences=stage.conferences(),
            calendars=stage.calendars(),
            writes=stage.writes(),
            calls=stage.calls(),
            completed=frozenset(
                int(execution["number"])
                for execution in stage.executions()
                if execution["status"] == "COMPLETED"
            ),
            moments=self._moments,
            configured=self._configured,
            adopted=self.adopted,
        )

    def broken(self) -> list[Broken]:
        """Return the promises that do not hold now, once the world is quiet."""
        return promises.check(self.observed())

    def late(self) -> list[Broken]:
        """Return what should have been done by now, every trigger having been delivered."""
        return promises.late(self.observed(), self.watched())

    def watched(self) -> dict[str, frozenset[str]]:
        """Return on which calendars each user's triggers stand."""
        watched: dict[str, set[str]] = {}
        for trigger in self._stage.triggers():
            if trigger["triggerSource"] == "CALENDAR":
                watched.setdefault(trigger["user"], set()).add(trigger["triggerSourceId"])
        return {user: frozenset(ids) for user, ids in watched.items()}


def configured(addon: Addon) -> Configured:
    """Return what the developer configured, as the judge needs it."""
    config = config_of(addon)
    return Configured(
        grace=config["sync"]["graceMinutes"],
        unsaved_grace=config["sync"]["unsavedGraceMinutes"],
        prune=config["sync"]["pruneMinutes"],
        private_title=config["provider"]["event"].get("privateTitle", ""),
        shown=_shown(addon),
        besides={solution.name: dict(solution.settings) for solution in addon.solutions},
    )


def _shown(addon: Addon) -> dict[str, str]:
    """Return what events must show, as the description has it: notes, and the address of the video."""
    conference = addon.provider.update.conference
    if conference is None:
        return {}
    videos = [point.uri for point in conference.entry_point if point.type == "VIDEO"]
    return {"notes": conference.notes or "", "video": videos[0] if videos else ""}
