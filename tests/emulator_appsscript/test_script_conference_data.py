"""ConferenceDataService: its limits, one value on each side, and what Calendar shows of what was built."""

from typing import Any

import pytest

from confsync.emulator.appsscript.conference_data import api_conference_data, returned_markup

from .conftest import Script

PRELUDE = """
  const S = ConferenceDataService;
  const point = (type, uri) => S.newEntryPoint().setEntryPointType(S.EntryPointType[type]).setUri(uri);
  const video = () => point("VIDEO", "https://x.example/");
  const parameter = (k, v) => S.newConferenceParameter().setKey(k).setValue(v);
  const builder = () => S.newConferenceDataBuilder();
"""


def built(script: Script, expression: str) -> Any:
    """Return the wire form of what an expression builds."""
    markup = returned_markup(script.value(f"{PRELUDE} return {expression};"))
    assert markup is not None
    return markup


def test_everything_at_once(script: Script) -> None:
    markup = built(
        script,
        """builder().setConferenceId(12).setConferenceSolutionId("ignored").setNotes("<b>n</b>")
          .addEntryPoint(video().setPin(1234).setPasscode(undefined).setPassword("p").setMeetingCode("m").setAccessCode("a"))
          .addEntryPoint(point("PHONE", "tel:+123").addFeature(S.EntryPointFeature.TOLL).setRegionCode("DE"))
          .addEntryPoint(point("SIP", "sip:a@b")).addEntryPoint(point("MORE", "https://more.example/"))
          .addConferenceParameter(parameter("k", true)).build()""",
    )
    assert markup == {
        "conferenceId": "12",
        "conferenceSolutionId": "ignored",
        "note": "<b>n</b>",
        "entryPoints": [
            {"type": "VIDEO", "uri": "https://x.example/", "pin": "1234", "password": "p", "meetingCode": "m", "accessCode": "a"},
            {"type": "PHONE", "uri": "tel:+123", "features": ["TOLL"], "regionCode": "DE"},
            {"type": "SIP", "uri": "sip:a@b"},
            {"type": "MORE", "uri": "https://more.example/"},
        ],
        "parameters": [{"key": "k", "value": "true"}],
    }  # fmt: skip
    data = api_conference_data(markup, "Name", "https://icon.example/")
    assert data["conferenceSolution"] == {
        "key": {"type": "addOn"},
        "name": "Name",
        "iconUri": "https://icon.example/",
    }
    assert (data["conferenceId"], data["notes"]) == ("12", "<b>n</b>")
    assert data["entryPoints"][1] == {
        "entryPointType": "phone", "uri": "tel:+123", "regionCode": "DE", "entryPointFeatures": ["toll"],
    }  # fmt: skip
    assert data["parameters"] == {"addOnParameters": {"parameters": {"k": "true"}}}


LIMITS = [
    ("builder().setConferenceId('x'.repeat(%d))", 512),
    ("builder().setConferenceSolutionId('x'.repeat(%d))", 512),
    ("builder().setNotes('x'.repeat(%d))", 2048),
    ("video().setUri('https://' + 'x'.repeat(%d - 8))", 1300),
    ("video().setPin('x'.repeat(%d))", 128),
    ("video().setAccessCode('x'.repeat(%d))", 128),
    ("video().setMeetingCode('x'.repeat(%d))", 128),
    ("video().setPasscode('x'.repeat(%d))", 128),
    ("video().setPassword('x'.repeat(%d))", 128),
    ("S.newConferenceParameter().setKey('x'.repeat(%d))", 50),
    ("S.newConferenceParameter().setValue('x'.repeat(%d))", 1024),
    ("S.newConferenceError().setAuthenticationUrl('https://' + 'x'.repeat(%d - 8))", 1800),
    ("Array(%d).fill().reduce((b) => b.addEntryPoint(point('PHONE', 'tel:1')), builder())", 300),
    ("Array(%d).fill().reduce((b) => b.addConferenceParameter(parameter('k', 'v')), builder())", 300),
]


@pytest.mark.parametrize(("expression", "limit"), LIMITS)
def test_each_limit_has_two_sides(script: Script, expression: str, limit: int) -> None:
    assert script.value(f"{PRELUDE} {expression % limit}; return 1") == 1
    assert script.error(f"{PRELUDE} {expression % (limit + 1)}").startswith("Exception: ")


@pytest.mark.parametrize(
    "expression",
    [
        "builder().build()",
        "builder().addEntryPoint(S.newEntryPoint().setUri('https://x'))",
        "builder().addEntryPoint(S.newEntryPoint().setEntryPointType(S.EntryPointType.VIDEO))",
        "builder().addEntryPoint({ type: 'VIDEO' })",
        "builder().addEntryPoint(null)",
        "builder().addEntryPoint(parameter('k', 'v'))",
        "builder().addEntryPoint(point('PHONE', 'https://x'))",
        "builder().addEntryPoint(point('VIDEO', 'tel:1'))",
        "builder().addEntryPoint(video().addFeature(S.EntryPointFeature.TOLL))",
        "builder().addEntryPoint(video().setRegionCode('DE'))",
        "builder().addConferenceParameter(S.newConferenceParameter().setKey('k'))",
        "builder().addEntryPoint(point('MORE', 'https://x')).build()",
        "builder().addEntryPoint(video()).addEntryPoint(video()).build()",
        "video().setUri('no scheme')",
        "S.newEntryPoint().setEntryPointType('VIDEO')",
        "point('PHONE', 'tel:1').addFeature(S.EntryPointFeature.TOLL).addFeature(S.EntryPointFeature.TOLL_FREE)",
        "builder().setError(S.newConferenceError())",
        "builder().setError(S.newConferenceError().setConferenceErrorType(S.ConferenceErrorType.AUTHENTICATION))",
        "S.newConferenceError().setAuthenticationUrl('nonsense')",
        "S.ConferenceErrorType.UNAUTHENTICATED.toString()",
    ],
)
def test_what_cannot_be_built(script: Script, expression: str) -> None:
    assert script.run(f"{PRELUDE} {expression}").status == "FAILED"


def test_an_error_needs_nothing_else(script: Script) -> None:
    error = "S.newConferenceError().setConferenceErrorType(S.ConferenceErrorType.TEMPORARY).setAuthenticationUrl('https://x')"
    markup = built(script, f"builder().setError({error}).build()")
    assert markup == {"error": {"type": "TEMPORARY", "authenticationUrl": "https://x"}}


def test_only_what_was_built_is_conference_data(script: Script) -> None:
    results = [
        script.value(f"{PRELUDE} return {expression}")
        for expression in ("builder()", "{ conferenceId: 'x', entryPoints: [] }", "'x'", "undefined")
    ]
    assert [returned_markup(result) for result in results] == [None] * 4
    assert '"uri":"https://x.example/"' in script.value(
        f"{PRELUDE} return builder().addEntryPoint(video()).build().printJson()"
    )
