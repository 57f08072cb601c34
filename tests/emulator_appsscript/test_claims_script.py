"""What scripts see of Calendar's errors and conditions."""

from typing import Any


def test_an_error_names_the_method_of_the_api(script: Any) -> None:
    body = """
      const day = { start: { date: "2026-03-03" }, end: { date: "2026-03-04" } };
      const made = Calendar.Events.insert(day, "primary");
      Calendar.Events.remove("primary", made.id);
      Calendar.Events.remove("primary", made.id);
    """
    assert script.error(body) == (
        "GoogleJsonResponseException: API call to calendar.events.delete failed with error: "
        "Resource has been deleted"
    )


def test_conditions_that_do_not_hold_are_exceptions(script: Any) -> None:
    body = """
      const day = { start: { date: "2026-03-03" }, end: { date: "2026-03-04" } };
      const made = Calendar.Events.insert(day, "primary");
      const tried = (call) => { try { call(); return "nothing"; } catch (error) { return error.name; } };
      return [
        tried(() => Calendar.Events.get("primary", made.id, {}, { "If-None-Match": made.etag })),
        tried(() => Calendar.Events.patch({}, "primary", made.id, {}, { "If-Match": '"1"' })),
        tried(() => Calendar.Events.get("primary", made.id, {}, { "If-None-Match": '"1"' })),
      ];
    """
    name = "GoogleJsonResponseException"
    assert script.value(body) == [name, name, "nothing"]
