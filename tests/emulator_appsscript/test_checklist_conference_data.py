"""Every limit of ConferenceDataService from both sides, its rules of combination, and what becomes of other types."""

import json
from typing import Any, NamedTuple

import pytest

from .conftest import Script

PRELUDE = """
  const S = ConferenceDataService;
  const point = (type, uri) => S.newEntryPoint().setEntryPointType(S.EntryPointType[type]).setUri(uri);
  const video = () => point("VIDEO", "https://x.example/"), phone = () => point("PHONE", "tel:+1");
  const parameter = (k, v) => S.newConferenceParameter().setKey(k).setValue(v);
  const error = (type) => S.newConferenceError().setConferenceErrorType(S.ConferenceErrorType[type]);
  const builder = () => S.newConferenceDataBuilder();
  const long = (start, length) => start + "x".repeat(length - start.length);
  const times = (count, step) => Array(count).fill().reduce(step, builder());
"""


class Row(NamedTuple):
    """A setter with what passes, what does not, and what the platform says then."""

    id: str
    passes: str
    fails: str
    text: str


def length(owner: str, setter: str, most: int, field: str = "", start: str = "") -> Row:
    """Return the row of a setter of texts of at most so many characters."""
    call = f"{owner}.{setter}(long('{start}', %d))"
    name = field or setter[3].lower() + setter[4:]
    text = f"{name} is too long: at most {most} characters are allowed."
    return Row(setter, call % most, call % (most + 1), text)


PARAMETER, ERROR = "S.newConferenceParameter()", "S.newConferenceError()"
POINTS = "times(%d, (data) => data.addEntryPoint(phone()))"
PARAMETERS = "times(%d, (data, _, i) => data.addConferenceParameter(parameter('k' + i, 'v')))"

ROWS = [
    length("builder()", "setConferenceId", 512),
    length("builder()", "setConferenceSolutionId", 512),
    length("builder()", "setNotes", 2048, field="note"),
    Row("addEntryPoint", POINTS % 300, POINTS % 301, "Too many entryPoints: at most 300 are allowed."),
    Row(
        "addConferenceParameter", PARAMETERS % 300, PARAMETERS % 301,
        "Too many parameters: at most 300 are allowed.",
    ),
    Row(
        "setError", "builder().setError(error('PERMANENT')).build()", "builder().setError(S.newConferenceError())",
        "Invalid conference error: the error type is required.",
    ),
    Row(
        "build", "builder().addEntryPoint(video()).build()", "builder().setConferenceId('x').build()",
        "Invalid conference data: at least one entry point is required.",
    ),
    Row(
        "setEntryPointType", "builder().addEntryPoint(video())",
        "builder().addEntryPoint(S.newEntryPoint().setUri('https://x'))",
        "Invalid entry point: the entry point type is required.",
    ),
    length("S.newEntryPoint()", "setUri", 1300, start="https://"),
    Row("setUri, malformed", "video().setUri('https://y')", "video().setUri('//y')", "Malformed URI: //y"),
    Row(
        "setUri, required", "builder().addEntryPoint(video())",
        "builder().addEntryPoint(S.newEntryPoint().setEntryPointType(S.EntryPointType.VIDEO))",
        "Invalid entry point: the URI is required.",
    ),
    Row(
        "addFeature", "builder().addEntryPoint(phone().addFeature(S.EntryPointFeature.TOLL))",
        "builder().addEntryPoint(video().addFeature(S.EntryPointFeature.TOLL))",
        "Features are only applicable to entry points of type PHONE.",
    ),
    Row(
        "addFeature, both", "phone().addFeature(S.EntryPointFeature.TOLL_FREE)",
        "phone().addFeature(S.EntryPointFeature.TOLL).addFeature(S.EntryPointFeature.TOLL_FREE)",
        "TOLL and TOLL_FREE exclude each other.",
    ),
    length("video()", "setAccessCode", 128),
    length("video()", "setMeetingCode", 128),
    length("video()", "setPasscode", 128),
    length("video()", "setPassword", 128),
    length("video()", "setPin", 128),
    length("phone()", "setRegionCode", 128),
    Row(
        "setRegionCode, phones only", "builder().addEntryPoint(phone().setRegionCode('DE'))",
        "builder().addEntryPoint(video().setRegionCode('DE'))",
        "A region code is only applicable to entry points of type PHONE.",
    ),
    length(PARAMETER, "setKey", 50),
    length(PARAMETER, "setValue", 1024),
    Row(
        "a parameter is whole", "builder().addConferenceParameter(parameter('k', ''))",
        "builder().addConferenceParameter(S.newConferenceParameter().setValue('v'))",
        "Invalid conference parameter: key and value are required.",
    ),
    Row(
        "setConferenceErrorType", "error('TEMPORARY')", "S.newConferenceError().setConferenceErrorType('TEMPORARY')",
        "Invalid argument: conferenceErrorType",
    ),
    length(ERROR, "setAuthenticationUrl", 1800, start="https://"),
    Row(
        "setAuthenticationUrl, malformed", "error('UNKNOWN').setAuthenticationUrl('http://x')",
        "error('UNKNOWN').setAuthenticationUrl('ftp://x')", "Malformed URL: ftp://x",
    ),
    Row(
        "setAuthenticationUrl, needed",
        "builder().setError(error('AUTHENTICATION').setAuthenticationUrl('https://x')).build()",
        "builder().setError(error('AUTHENTICATION'))",
        "Invalid conference error: AUTHENTICATION needs an authentication URL.",
    ),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_each_limit_passes_on_one_side_and_fails_on_the_other(script: Script, row: Row) -> None:
    assert script.value(f"{PRELUDE} {row.passes}; return 'passed'") == "passed"
    assert script.error(f"{PRELUDE} {row.fails}") == f"Exception: {row.text}"


SCHEMES = {
    "VIDEO": ("https://x", "tel:1"),
    "MORE": ("http://x", "sip:a@x"),
    "PHONE": ("tel:+1", "https://x"),
    "SIP": ("sips:a@x", "https://x"),
}


@pytest.mark.parametrize(("kind", "uris"), SCHEMES.items())
def test_the_scheme_of_a_uri_fits_its_type(script: Script, kind: str, uris: tuple[str, str]) -> None:
    add = "builder().addEntryPoint(S.newEntryPoint().setUri(b).setEntryPointType(S.EntryPointType[a]))"
    assert script.value(f"{PRELUDE} {add}; return 1", kind, uris[0]) == 1
    assert script.error(f"{PRELUDE} {add}", kind, uris[1]) == (
        f"Exception: Malformed URI for an entry point of type {kind}: {uris[1]}"
    )


INVALID = "Exception: Invalid conference data: "
COMBINATIONS = [
    (["VIDEO", "SIP", "MORE", "PHONE", "PHONE", "PHONE"], ""),
    (["PHONE"], ""),
    (["SIP"], ""),
    ([], f"{INVALID}at least one entry point is required."),
    (["VIDEO", "VIDEO"], f"{INVALID}at most one entry point of type VIDEO is allowed."),
    (["SIP", "SIP"], f"{INVALID}at most one entry point of type SIP is allowed."),
    (["VIDEO", "MORE", "MORE"], f"{INVALID}at most one entry point of type MORE is allowed."),
    (["MORE"], f"{INVALID}an entry point of type MORE needs one of another type."),
]


@pytest.mark.parametrize(("kinds", "text"), COMBINATIONS)
def test_which_entry_points_go_together(script: Script, kinds: list[str], text: str) -> None:
    build = f"""{PRELUDE}
      const uri = {{ VIDEO: "https://x", MORE: "https://x", PHONE: "tel:1", SIP: "sip:a@x" }}, data = builder();
      for (const kind of a) data.addEntryPoint(point(kind, uri[kind]));
      return data.build().printJson()"""
    if text:
        assert script.error(build, kinds) == text
    else:
        printed = json.loads(script.value(build, kinds))
        assert [entry["type"] for entry in printed["entryPoints"]] == kinds


COERCIONS = [("12", "12"), ("1.5", "1.5"), ("true", "true"), ("['a', 'b']", "a,b"), ("''", "")]


@pytest.mark.parametrize(("given", "kept"), COERCIONS)
def test_other_types_become_text(script: Script, given: str, kept: str) -> None:
    printed = script.value(
        f"""{PRELUDE} return builder().setConferenceId({given}).setNotes({given})
          .addEntryPoint(video().setPin({given}).setPassword({given}))
          .addConferenceParameter(parameter("k", {given})).build().printJson()"""
    )
    assert json.loads(printed) == {
        "conferenceId": kept,
        "note": kept,
        "entryPoints": [{"type": "VIDEO", "uri": "https://x.example/", "pin": kept, "password": kept}],
        "parameters": [{"key": "k", "value": kept}],
    }


@pytest.mark.parametrize("nothing", ["undefined", "null"])
def test_nothing_leaves_a_field_unset(script: Script, nothing: str) -> None:
    printed = script.value(
        f"""{PRELUDE} return builder().setConferenceId({nothing}).setNotes("kept").setNotes({nothing})
          .setConferenceSolutionId({nothing})
          .addEntryPoint(phone().setPin({nothing}).setRegionCode({nothing}).setMeetingCode({nothing}))
          .build().printJson()"""
    )
    assert json.loads(printed) == {"entryPoints": [{"type": "PHONE", "uri": "tel:+1"}]}


def test_an_error_may_come_with_anything_else(script: Script) -> None:
    printed = script.value(
        f"""{PRELUDE} return builder().setError(error("PERMANENT").setAuthenticationUrl("https://x"))
          .setNotes("n").build().printJson()"""
    )
    expected: dict[str, Any] = {"error": {"type": "PERMANENT", "authenticationUrl": "https://x"}, "note": "n"}
    assert json.loads(printed) == expected


def test_what_is_built_no_longer_changes(script: Script) -> None:
    script_text = f"""{PRELUDE}
      const data = builder(), entry = video();
      data.addEntryPoint(entry);
      entry.setPin("late");
      const first = data.build();
      data.setNotes("later");
      return [first.printJson(), data.build().printJson()]"""
    first, second = (json.loads(text) for text in script.value(script_text))
    assert first == {"entryPoints": [{"type": "VIDEO", "uri": "https://x.example/"}]}
    assert second == first | {"note": "later"}


def test_everything_returns_what_it_was_called_on(script: Script) -> None:
    assert (
        script.value(
            f"""{PRELUDE} const data = builder(), e = video(), p = parameter("k", "v"), r = error("UNKNOWN");
          return [data.setNotes("n") === data, data.addEntryPoint(e) === data, data.addConferenceParameter(p) === data,
            data.setError(r) === data, e.setPin("1") === e, p.setKey("l") === p, r.setAuthenticationUrl("https://x") === r]"""
        )
        == [True] * 7
    )
