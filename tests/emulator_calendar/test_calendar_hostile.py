"""What nobody should send: each is answered in time, in Google's words, and leaves the calendar as it was."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from confsync.emulator.world import World
from confsync.platform.discovery import discovery

from .hostile import (
    ALICE,
    EVENTS,
    MEETING,
    SERIES,
    ask,
    faults_of,
    inhabited,
    is_usable,
    refused,
    sound,
    state_of,
)

BATCH = {**ALICE, "content-type": "multipart/mixed; boundary=b"}
PART = b"--b\r\nContent-Type: application/http\r\n\r\nGET /calendar/v3/calendars/primary HTTP/1.1\r\n\r\n\r\n"
DEEP = 10_000


@pytest.fixture
def world() -> Iterator[World]:
    """A world with something in it, which is still usable afterwards."""
    made = inhabited()
    yield made
    assert is_usable(made)
    made.close()


BODIES = {
    "bytes": bytes(range(256)),
    "nothing but spaces": b" " * 10_000_000,
    "deep lists": b"[" * 10_000_000,
    "deep objects": b'{"a":' * 2_000_000,
    "deep in a known field": b'{"recurrence":' + b"[" * 900 + b"]" * 900 + b"}",
    "deep in free properties": b'{"extendedProperties":{"private":{"a":' + b'{"b":' * 400 + b"1" + b"}" * 403,
    "ten million digits": b'{"sequence":' + b"9" * 10_000_000 + b"}",
    "four thousand digits": b'{"sequence":' + b"9" * 4000 + b"}",
    "infinite": b'{"sequence":1e99999}',
    "not a number": b'{"sequence":NaN}',
    "half a pair": b'{"summary":"\\ud83d","start":{"date":"2026-03-02"},"end":{"date":"2026-03-03"}}',
    "utf-16": json.dumps(MEETING).encode("utf-16")[:-1],
    "latin-1": '{"summary":"é"}'.encode("latin-1"),
    "two values": b"{}{}",
    "comment": b"{/**/}",
    "null": b"null",
    "text": b'"text"',
    "not closed": json.dumps(MEETING).encode()[:-1],
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
@pytest.mark.parametrize(("method", "target"), [("POST", EVENTS), ("PUT", f"{EVENTS}/series01")])
def test_bodies_that_are_no_event(world: World, method: str, target: str, body: bytes) -> None:
    refused(world, method, target, body)


def test_what_a_moved_event_leaves_behind_is_not_written(world: World) -> None:
    other = ask(world, "POST", "/calendar/v3/calendars", {"summary": "Other"}).json()["id"]
    for left in ("meeting01", "series01"):
        assert ask(world, "POST", f"{EVENTS}/{left}/move?destination={other}").status == 200
        for name, schema in discovery("calendar").schemas["Event"]["properties"].items():
            value = {"string": "text", "boolean": True, "integer": 7, "array": []}.get(
                followed(schema)["type"], {}
            )
            for method in ("PATCH", "PUT"):
                for body in (
                    {name: value},
                    {**MEETING, name: value},
                    {**SERIES, "status": "confirmed", name: value},
                ):
                    response = ask(
                        world,
                        method,
                        f"{EVENTS}/{left}?conferenceDataVersion=1&supportsAttachments=true",
                        body,
                    )
                    assert response.status in (400, 403), (method, body)
                    assert faults_of(response) == []
        for method, end in (
            ("GET", ""),
            ("GET", "/instances"),
            ("DELETE", ""),
            ("POST", f"/move?destination={other}"),
        ):
            assert faults_of(ask(world, method, f"{EVENTS}/{left}{end}")) == []


TEXTS = [
    "\0",
    "\u202egnihtemos",
    "e" + "\u0301" * 1000,
    "\U0001f468\u200d\U0001f469",
    "\ufeff",
    "\uffff",
    "x" * 10_000_000,
]


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: ascii(text[:8]))
def test_odd_texts_come_back_as_they_were(world: World, text: str) -> None:
    properties = {"private": {text[:40]: text[:40]}}
    made = ask(world, "POST", EVENTS, {**MEETING, "summary": text, "extendedProperties": properties}).json()
    target = f"{EVENTS}/{made['id']}"
    shown = ask(world, "GET", target).json()
    assert (shown["summary"], shown["extendedProperties"]) == (text, properties)
    found = ask(world, "GET", f"{EVENTS}?q={quote(text[:40])}").json()["items"]
    assert made["id"] in [item["id"] for item in found] or not text[:40].split()
    assert ask(world, "DELETE", target).status == 204


def followed(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the schema that a reference names."""
    return discovery("calendar").schemas[schema["$ref"]] if "$ref" in schema else schema


def wrong_bodies(schema: Mapping[str, Any], depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Yield a path and a value for each property of a schema and each kind of value that it does not have."""
    values = {"string": "a", "integer": 7, "boolean": True, "array": [[]], "object": {"a": []}, "number": 0.5}
    values |= {"huge": 10**30, "nulls": [None]}
    for name, part in followed(schema).get("properties", {}).items():
        part = followed(part)
        kinds = {part["type"]} if part["type"] != "any" else set(values)
        yield from ((name, {name: value}) for kind, value in values.items() if kind not in kinds)
        inner = part.get("items", part) if part["type"] in ("object", "array") else {}
        if depth < 4:
            for path, value in wrong_bodies(inner, depth + 1):
                yield f"{name}.{path}", {name: [value] if part["type"] == "array" else value}


def test_every_field_with_every_wrong_type(world: World) -> None:
    before, asked = state_of(world), 0
    for name, schema in (("events/series01", "Event"), ("", "Calendar")):
        for path, body in wrong_bodies(discovery("calendar").schemas[schema]):
            response = ask(world, "PATCH", f"/calendar/v3/calendars/primary/{name}".rstrip("/"), body)
            assert response.status == 400, (path, body)
            assert faults_of(response) == []
            asked += 1
    assert asked > 500
    assert state_of(world) == before


QUERIES = {
    "deep parentheses": "fields=" + "items(" * DEEP + ")" * DEEP,
    "deep slashes": "fields=" + "items/" * DEEP + "id",
    "deep stars": "fields=" + "*(" * DEEP + "*" + ")" * DEEP,
    "no fields": "fields=",
    "unbalanced": "fields=items(id",
    "closed too often": "fields=items(id))",
    "no page": "maxResults=0",
    "less than a page": "maxResults=-1",
    "huge": f"maxResults={10**20}",
    "a fraction": "maxResults=1.5",
    "other digits": "maxResults=%D9%A3",
    "nobody": "maxAttendees=0",
    "twice, once wrong": "maxResults=1&maxResults=x",
    "unknown": "colour=red",
    "unknown and long": "x" * 1_000_000 + "=1",
    "no name": "=1",
    "half an escape": "q=%&%zz=1",
    "no zone": "timeZone=../../../etc/passwd",
    "a folder": "timeZone=America",
    "NUL": "timeZone=%00",
    "an order": "orderBy=startTime%00",
    "a kind": "eventTypes=default&eventTypes=evil",
    "no equals sign": "privateExtendedProperty=x",
    "years backwards": "timeMin=9998-01-01T00:00:00Z&timeMax=0002-01-01T00:00:00Z",
}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES.keys())
def test_queries(world: World, query: str) -> None:
    if query != "fields=":
        refused(world, "GET", f"{EVENTS}?{query}")
        refused(world, "POST", EVENTS, query.encode(), {**ALICE, "x-http-method-override": "GET"})
    assert ask(world, "GET", f"{EVENTS}?{query}").status in (200, 400)


PATHS = ["%", "%zz", "%00", "%ff", "a/b", "a%2Fb", "", "..", ".", "a:b", "%2e%2e", "a" * 1_000_000, "a_" * 500_000,
         "series01_", "series01_20260302", "series01_20260230T080000Z", "series01_00000000T000000Z", "_20260302T080000Z",
         "series01_20260302T080000Z_20260302T080000Z", "a:" * DEEP, "/" * DEEP]  # fmt: skip


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path[:45])
def test_paths_that_lead_nowhere(world: World, path: str) -> None:
    for method, end in (("GET", ""), ("DELETE", ""), ("GET", "/instances"), ("POST", "/move?destination=x")):
        if path or method != "GET" or end:
            refused(world, method, f"{EVENTS}/{path}{end}")
    refused(world, "GET", f"/calendar/v3/calendars/{path}/events")
    refused(world, "GET", f"/calendar/v3/calendars/primary/acl/{path or 'x'}")


def test_tokens_that_are_not_ours(world: World) -> None:
    first = ask(world, "GET", f"{EVENTS}?maxResults=1").json()
    tokens = {
        "pageToken": first["nextPageToken"],
        "syncToken": ask(world, "GET", EVENTS).json()["nextSyncToken"],
    }
    made_up = [
        b"[" * 100_000,
        b'["\\ud800",1,"x",1,1]',
        b"[" + b"9" * 5000 + b"]",
        b"null",
        b"{}",
        b"\xff",
        b"",
    ]
    for name, token in tokens.items():
        other = tokens["pageToken" if name == "syncToken" else "syncToken"]
        wrong = [base64.urlsafe_b64encode(text).decode() for text in made_up]
        wrong += [
            other,
            token[:-5],
            token * 2,
            token[::-1],
            "A" * 1_000_000,
            "=",
            "%00",
            "%F0%9F%98%80",
            "x y",
        ]
        wrong += [
            token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
            for place in range(len(token))
        ]
        for text in wrong:
            response = sound(world, "GET", f"{EVENTS}?maxResults=1&{name}={text}")
            assert response.status in (200, 400, 410), (name, text[:200])


HEADERS = [
    {"if-none-match": '"x"\r\nX-Injected: yes'}, {"if-match": "\0" * 100}, {"if-match": '"' * 100_000}, {"content-type": "\xff"},
    {"authorization": "Bearer alice@example.com\r\nX-Injected: yes"}, {"authorization": "Bearer " + "x" * 1_000_000},
    {"authorization": "\xff"}, {"authorization": "Bearer"}, {"authorization": "Basic YTpi"}, {"authorization": "Bearer \u0130@example.com"},
    {"x-http-method-override": "GET\r\n"}, {"x-http-method-override": "\0"}, {"range": "bytes=0-"}, {"accept": "text/plain"},
]  # fmt: skip


@pytest.mark.parametrize("headers", HEADERS, ids=lambda headers: str(headers)[:50])
def test_headers(world: World, headers: dict[str, str]) -> None:
    before = state_of(world)
    for method, target in (("GET", EVENTS), ("DELETE", f"{EVENTS}/never00"), ("GET", f"{EVENTS}/series01")):
        response = ask(world, method, target, headers={**ALICE, **headers})
        assert faults_of(response) == []
        assert "x-injected" not in {name.lower() for name in response.headers}
    assert state_of(world) == before


def nested(kind: bytes) -> bytes:
    """Return parts in parts in parts."""
    return b"".join(
        b"--b%s\r\nContent-Type: %s; boundary=b%d\r\n\r\n" % (b"" if n == 0 else b"%d" % n, kind, n + 1)
        for n in range(3000)
    )


BATCHES = {
    "nothing": b"",
    "bytes": bytes(range(256)) * 100,
    "no end": PART[:40],
    "too many": PART * 1001 + b"--b--",
    "parts in parts": nested(b"multipart/mixed"),
    "messages in messages": b"--b\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * 3000,
    "many headers": b"--b\r\n" + b"A: b\r\n" * 100_000 + b"\r\nGET /calendar/v3/x\r\n--b--",
    "no request line": b"--b\r\nContent-Type: application/http\r\n\r\n\r\n--b--",
    "no such coding": b"--b\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\nbegin 666 x\n!!!!\r\n--b--",
    "no such alphabet": b"--b\r\nContent-ID: =?utf-99?q?x?=\r\n\r\nGET /calendar/v3/\xff?\xff \xff\r\n--b--",
    "a batch in a batch": PART.replace(b"GET /calendar/v3/calendars/primary", b"POST /batch/calendar/v3")
    + b"--b--",
    "another service": PART.replace(b"/calendar/v3/calendars/primary", b"/emulator/reset") + b"--b--",
    "another host": PART.replace(b"/calendar/v3", b"https://evil.example/calendar/v3") + b"--b--",
}


@pytest.mark.parametrize("body", BATCHES.values(), ids=BATCHES.keys())
def test_batches(world: World, body: bytes) -> None:
    before = state_of(world)
    response = ask(world, "POST", "/batch/calendar/v3", body, BATCH)
    assert faults_of(response) == []
    assert b"HTTP/1.1 5" not in response.body
    assert state_of(world) == before


def test_a_part_cannot_write_headers_of_the_answer(world: World) -> None:
    body = PART.replace(b"\r\n\r\nGET", b"\r\nContent-ID: <a>\r\n\tX-Injected: yes\r\n\r\nGET") + b"--b--"
    answer = ask(world, "POST", "/batch/calendar/v3", body, BATCH).body
    assert b"\r\nContent-ID: <response-a> X-Injected: yes\r\n" in answer
    assert b"\n\tX-Injected" not in answer


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=60), text=st.text(max_size=20), number=st.integers())
def test_anything_at_all(world: World, body: bytes, text: str, number: int) -> None:
    escaped = quote(text, errors="replace")
    for method, target in (("POST", EVENTS), ("PATCH", f"{EVENTS}/series01"), ("PUT", f"{EVENTS}/{escaped}")):
        assert faults_of(ask(world, method, target, body, BATCH)) == []
    for query in (
        f"q={escaped}",
        f"maxResults={number}",
        f"pageToken={escaped}",
        f"{escaped}={number}",
        escaped,
    ):
        assert faults_of(ask(world, "GET", f"{EVENTS}?{query}")) == []
    assert faults_of(ask(world, "POST", "/batch/calendar/v3", b"--b\r\n" + body + b"\r\n--b--", BATCH)) == []
