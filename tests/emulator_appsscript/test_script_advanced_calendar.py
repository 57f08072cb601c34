"""The advanced Calendar service whole: every method and factory of the discovery document, and objects with accessors."""

from typing import Any

import pytest

from confsync.platform.discovery import Method, discovery

from .conftest import MANIFEST, Script

METHODS = list(discovery("calendar").methods.values())
EVERYTHING = MANIFEST | {"oauthScopes": ["https://www.googleapis.com/auth/calendar"]}


def scripted(method: Method) -> tuple[str, list[Any]]:
    """Return a method as scripts call it, and the arguments that it needs: the body, then what the path needs."""
    resource = method.resource.removeprefix("calendar.")
    name = "remove" if method.name == "delete" else method.name
    body = [{}] if method.request_schema else []
    path = f"Calendar.{resource[0].upper()}{resource[1:]}.{name}"
    return path, body + [f"the {parameter}" for parameter in method.parameter_order]


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.id)
def test_each_method_takes_its_arguments_in_order(script: Script, method: Method) -> None:
    path, arguments = scripted(method)
    source = f"""function main(given) {{
      const tried = (more) => {{ try {{ {path}(...given, ...more); return ""; }} catch (error) {{ return error.message; }} }};
      return [tried([{{ alt: "json", fields: null }}, {{ "If-Match": "x", Other: "y" }}]), tried([1, 2, 3]),
        given.length && (given.pop(), tried([]))];
    }}"""
    script.push(source, EVERYTHING)
    record = script.world.appsscript.run("alice@example.com", script.id, "main", [arguments])
    assert record.status == "COMPLETED", record.error
    answered, too_many, too_few = record.result
    assert not answered or answered.startswith(f"API call to {method.id} failed with error: ")
    least = len(arguments)
    assert too_many == f"Invalid number of arguments provided. Expected {least}-{least + 2} only"
    assert too_few in (0, too_many)
    [call] = script.calls()
    named = dict(
        zip(["resource"] * bool(method.request_schema) + list(method.parameter_order), arguments, strict=True)
    )
    assert call.arguments == named | {"alt": "json", "headers": {"If-Match": "x"}}
    assert (call.service, call.method) == (method.resource, method.name)


def test_every_schema_has_a_factory(script: Script) -> None:
    names = [name for name, schema in discovery("calendar").schemas.items() if schema.get("properties")]
    body = "return a.filter((name) => Object.keys(Calendar['new' + name]()).length !== 0)"
    assert len(names) > 30 and script.value(body, names) == []


def test_what_comes_back_has_getters_and_setters(script: Script) -> None:
    body = """const times = { start: { dateTime: "2026-03-03T09:00:00Z" }, end: { dateTime: "2026-03-03T10:00:00Z" } };
      const event = Calendar.Events.insert({ ...times, summary: "S", attendees: [{ email: "bob@example.com" }],
        reminders: { useDefault: false, overrides: [{ method: "popup", minutes: 5 }] } }, "primary");
      const [listed] = Calendar.Events.list("primary").getItems();
      const seen = [];
      for (const name in event) seen.push(name);
      return [event.getId() === event.id, listed.getSummary(), listed.getStart().getDateTime(), listed.getCreator().getEmail(),
        listed.getAttendees()[0].setEmail("x").email, listed.getReminders().getOverrides()[0].getMinutes(),
        event.getDescription() === undefined, event.setSummary("T").summary, seen.join() === Object.keys(event).join(),
        JSON.stringify({ ...listed.getReminders() }), listed.hasOwnProperty("getId"), "getId" in listed,
        Calendar.Events.patch(event.setSummary("U"), "primary", event.getId()).getSummary()]"""
    assert script.value(body) == [
        True, "S", "2026-03-03T09:00:00Z", "alice@example.com", "x", 5, True, "T", True,
        '{"useDefault":false,"overrides":[{"method":"popup","minutes":5}]}', False, True, "U",
    ]  # fmt: skip


def test_objects_that_are_values_have_them_too(script: Script) -> None:
    source = """function main() {
      const query = Calendar.newFreeBusyRequest().setTimeMin("2026-03-03T00:00:00Z").setTimeMax("2026-03-04T00:00:00Z")
        .setItems([Calendar.newFreeBusyRequestItem().setId("alice@example.com")]);
      const busy = Calendar.Freebusy.query(query);
      return [busy.getCalendars()["alice@example.com"].getBusy(), Calendar.Colors.get().getEvent()["1"].getBackground(),
        Calendar.CalendarList.list().getItems()[0].getAccessRole(), Calendar.Settings.get("timezone").getId(),
        Calendar.Acl.list("primary").getItems()[0].getScope().getType()];
    }"""
    script.push(source, EVERYTHING)
    record = script.world.appsscript.run("alice@example.com", script.id, "main")
    assert record.result == [[], "#a4bdfc", "owner", "timezone", "user"], record.error
