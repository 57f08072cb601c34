"""What the `[provider]` part of `addon.toml` may hold, and of which types; what it means is checked in `check`."""

from typing import Annotated, Any, Literal, Union

from pydantic import BaseModel, ConfigDict, Field

Text = Annotated[str, Field(min_length=1)]
Status = Annotated[int, Field(ge=100, le=599)]


class Table(BaseModel):
    """A TOML table: no unknown keys, no conversions, never changed."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class NoAuth(Table):
    """Requests carry no key."""

    kind: Literal["none"]


class BearerAuth(Table):
    """`Authorization: Bearer <token>`."""

    kind: Literal["bearer"]
    token: Text


class HeaderAuth(Table):
    """A key in a header of its own."""

    kind: Literal["header"]
    name: Text
    value: Text


class EventRules(Table):
    """What events look like to the service."""

    private_title: Text = "Busy"


class Match(Table):
    """Answers that mean something: everything given must hold."""

    status: Status | None = None
    json_path: Text | None = Field(default=None, alias="json")
    one_of: list[Any] | None = Field(default=None, alias="in", min_length=1)
    text: Text | None = None


class Operation(Table):
    """One request: how it is made, and what its answers mean."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: Annotated[str, Field(pattern=r"^/")]
    query: dict[str, str] = {}
    headers: dict[str, str] = {}
    success: Annotated[list[Status], Field(min_length=1)]
    gone: list[Match] = []


class Create(Operation):
    """Makes a conference."""

    body: dict[str, Any] | None = None
    conflict: list[Match] = []
    on_conflict: Literal["get", "error"] = "error"


class Occurrence(Table):
    """The occurrences of a series that differ from it: a member of an update's body that lists them."""

    member: Text = "occurrences"
    body: Annotated[dict[str, Any], Field(min_length=1)]


class EntryPoint(Table):
    """One way to join."""

    type: Literal["VIDEO", "PHONE", "SIP", "MORE"]
    uri: Text
    condition: list[Text] = Field(default=[], alias="if")
    meeting_code: Text | None = None
    access_code: Text | None = None
    passcode: Text | None = None
    password: Text | None = None
    pin: Text | None = None
    region_code: Text | None = None
    feature: Text | None = None


class Response(Table):
    """How the service's conference becomes Calendar's."""

    id: Text
    entry_point: Annotated[list[EntryPoint], Field(min_length=1)]
    notes: Text | None = None
    params: dict[str, str] = {}


class Shown(Table):
    """How the service's answer to an update becomes what events show of their conference, which keeps its id."""

    entry_point: Annotated[list[EntryPoint], Field(min_length=1)]
    notes: Text | None = None


class Update(Operation):
    """Brings a conference up to date; with `conference`, events then show what was answered."""

    body: dict[str, Any] | None = None
    body_from: Literal["create"] | None = None
    omit: list[Text] = []
    null_when_missing: list[Text] = []
    conference: Shown | None = None


class Retry(Table):
    """Which answers are worth another try, and how soon."""

    statuses: list[Status] = [408, 423, 425, 429, 500, 502, 503, 504]
    base_ms: Annotated[int, Field(ge=1, le=3_600_000)] = 60_000


class Errors(Table):
    """What the service's refusals mean."""

    auth: list[Match] = [Match(status=401)]
    retry: Retry = Retry()


class Provider(Table):
    """A conferencing service that is spoken to over HTTP."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")]
    name: Text
    kind: Literal["rest"] = "rest"
    base_url: Text
    url_allowlist: Annotated[list[Text], Field(min_length=1)]
    join_hosts: Annotated[list[Text], Field(min_length=1)]
    auth: Annotated[Union[NoAuth, BearerAuth, HeaderAuth], Field(discriminator="kind")]  # noqa: UP007
    event: EventRules = EventRules()
    create: Create
    update: Update
    delete: Operation
    get: Operation | None = None
    occurrence: Occurrence | None = None
    response: Response
    errors: Errors = Errors()
