"""Where `confsync sync` and `confsync explain` find their calendar, their keys and their state."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import click

from confsync.errors import SyncError

if TYPE_CHECKING:
    from confsync.addon import Addon
    from confsync.tool.local import LocalGoogle
    from confsync.tool.state import State
    from confsync.tool.ways import Clock, Ways

URL = "http://127.0.0.1:8765"
USER = "alice@example.com"


def place_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say whose calendar it is, and where its state lies."""
    for option in (
        click.option(
            "--state",
            type=click.Path(path_type=Path, dir_okay=False),
            help="What is remembered of this user.  [default: .confsync/sync-google.db, or sync-local-EMAIL.db]",
        ),
        click.option(
            "--user", metavar="EMAIL", default=USER, show_default=True, help="Who, on a local Google."
        ),
        click.option(
            "--url",
            default=URL,
            show_default=True,
            envvar="CONFSYNC_LOCAL_URL",
            show_envvar=True,
            help="Where `confsync emulate` listens.",
        ),
        click.option("--config", type=click.Path(path_type=Path), default="addon.toml", show_default=True),
        click.option(
            "--target", type=click.Choice(["local", "google"]), required=True, help="Whose Calendar."
        ),
    ):
        command = option(command)
    return command


@dataclass(frozen=True)
class Place:
    """One user's calendars at Google, or at a local one (`url`)."""

    target: str
    config: Path
    user: str
    url: str
    state: Path | None

    @property
    def name(self) -> str:
        """Whose calendars these are, in words."""
        return f"{self.user} on {self.url}" if self.target == "local" else "Google"

    def state_file(self) -> Path:
        """Return where the state lies; its folder is made if it is the usual one."""
        from confsync.deploy.disk import state_folder

        if self.state:
            return self.state
        who = f"local-{quote(self.user.lower(), safe='@')}" if self.target == "local" else "google"
        return state_folder(self.config.parent) / f"sync-{who}.db"

    @contextlib.contextmanager
    def kept(self, addon: Addon, *, read_only: bool = False) -> Iterator[State]:
        """Give the state while the `with` lasts; SyncError if it is another user's or another service's."""
        from confsync.tool.state import State

        file = self.state_file()
        with contextlib.closing(State(file, read_only=read_only)) as state:
            who = self.user.lower() if self.target == "local" else "google"
            owner = f"{addon.provider.id} for {who}"
            known = dict(state.rows("SELECT key, value FROM notes")).get("owner", owner)
            if (known if read_only else state.note("owner", owner)) != owner:
                raise SyncError(
                    f"this is the state of {known}, not of {owner}.",
                    where=str(file),
                    next_step="Name another file with --state.",
                )
            yield state

    def local(self) -> LocalGoogle:
        """Return the local Google; raises SyncError when it is not there or does not know the user."""
        from confsync.tool.local import LocalGoogle

        google = LocalGoogle(self.url, self.user)
        google.greet()
        return google

    def ways(self, addon: Addon, *, read_only: bool = False) -> tuple[Ways, Any]:
        """Return the ways to Calendar and the third party, and the secrets; raises SyncError when one is missing."""
        # Google's client says on its own what it was refused; what comes of it is said in our words.
        logging.getLogger("googleapiclient.http").setLevel(logging.ERROR)
        if self.target == "local":
            return self._local_ways(addon, read_only)
        return self._google_ways(addon, read_only)

    def clock(self) -> Clock:
        """Return the clock that counts: a local Google's, as long as it is up, or this machine's."""
        from confsync.tool.google import Unreachable
        from confsync.tool.ways import SystemClock

        if self.target == "local":
            with contextlib.suppress(Unreachable):
                google = self.local()
                google.refresh()
                return google
        return SystemClock()

    def _google_ways(self, addon: Addon, read_only: bool) -> tuple[Ways, Any]:
        from confsync.deploy import credentials
        from confsync.tool.google import LOGIN, GoogleHttp, calendar_client
        from confsync.tool.third_party import ThirdParty
        from confsync.tool.ways import EnvironmentSecrets, SystemClock, Ways

        secrets = EnvironmentSecrets(os.environ)
        _require(secrets, addon.secrets)
        connection = credentials.connect(os.environ, Path.home(), login=LOGIN, clasp=False)
        http = GoogleHttp(connection.http, connection.name, LOGIN, read_only=read_only)
        return Ways(calendar_client(), http, ThirdParty(addon.provider.url_allowlist), SystemClock()), secrets

    def _local_ways(self, addon: Addon, read_only: bool) -> tuple[Ways, Any]:
        from confsync.emulator.hosts import local_target
        from confsync.tool.google import GoogleHttp, calendar_client
        from confsync.tool.third_party import ThirdParty
        from confsync.tool.ways import EnvironmentSecrets, Ways, variable_of

        if local_target(addon.provider.base_url) is None:
            raise SyncError(
                f"a local Google has no {addon.provider.name} ({addon.provider.base_url}).",
                where=str(addon.file),
                next_step="It serves the sample service alone: https://conferences.example.",
            )
        google = self.local()
        sample = {variable_of(name): google.ask("/conferences/key")["key"] for name in addon.secrets}
        http = GoogleHttp(
            google.http(), google.url, "Name one of its users with --user.", read_only=read_only
        )
        fetch = ThirdParty(addon.provider.url_allowlist, lambda url: f"{google.url}{local_target(url)}")
        return Ways(calendar_client(google.url), http, fetch, google), EnvironmentSecrets(
            {**sample, **os.environ}
        )


def _require(secrets: Any, names: Sequence[str]) -> None:
    from confsync.tool.ways import variable_of

    missing = [variable_of(name) for name in names if not secrets.get(name)]
    if missing:
        raise SyncError(
            f"a key of the conferencing service is missing: {', '.join(missing)}.",
            next_step="Set it in the environment.",
        )
