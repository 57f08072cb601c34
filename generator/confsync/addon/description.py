"""What `addon.toml` may hold, and of which types; what it means is checked in `check`."""

from typing import Annotated, Any, Literal

from pydantic import Field

from confsync.providers.schema import Provider, Table, Text

SCHEMA = 1

Hours = Annotated[int, Field(ge=0, le=8760)]
Days = Annotated[int, Field(ge=1, le=3650)]


class AddonTable(Table):
    """The add-on as Calendar shows it."""

    name: Text
    logo_url: Text
    time_zone: Text = "Etc/UTC"


class SolutionTable(Table):
    """One choice in Calendar's list of conferences."""

    id: Text
    name: Text
    logo_url: Text | None = None
    settings: dict[str, Any] = Field(default_factory=dict)


class SyncTable(Table):
    """How long conferences are kept."""

    grace_hours: Hours = 24
    unsaved_grace_hours: Hours = 24
    prune_days: Days = 30


class RenderTable(Table):
    """How the files are made."""

    templates: Text | None = None
    extra: list[Text] = Field(default_factory=list)


class Description(Table):
    """The whole of `addon.toml`."""

    schema_: Annotated[int, Field(alias="schema", ge=SCHEMA, le=SCHEMA)]
    addon: AddonTable
    solutions: Annotated[list[SolutionTable], Field(min_length=1)]
    sync: SyncTable = SyncTable()
    secrets: dict[str, Literal["script"]] = Field(default_factory=dict)
    render: RenderTable = RenderTable()
    provider: Provider
