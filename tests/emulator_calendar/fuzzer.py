"""Hostile requests to Calendar, drawn from its discovery document: sound ones, spoilt in one or two ways."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from confsync.emulator.switches import SWITCHES
from confsync.platform.discovery import Method, discovery

from .hostile import USERS

CALENDAR = discovery("calendar")
METHODS = list(CALENDAR.methods.values())
OFTEN = [
    CALENDAR.methods[f"calendar.events.{name}"]
    for name in ("insert", "patch", "update", "list", "instances", "get", "move")
]
COMMON: Mapping[str, Any] = CALENDAR.document["parameters"]

TEXTS = [
    "", " ", "\0", "\n", "\r\nX-Injected: yes", "null", "%", "%00", "%zz", "../../etc", "'; DROP TABLE events; --",
    "\u202egnihtemos", "e" + "\u0301" * 50, "\U0001f600\U0001f468\u200d\U0001f469", "\ufeff", "\uffff", "\u0130I\u0131i",
    "\ud800", "\udfff\ud800", "x" * 3000, "{}", "[]", "a=b", "=", "*", "a/b", "a:b", "a_b", "_20260302",
    "meeting01_20260303", "series01_20260302T090000Z", "series01_99990101", "nobody@example.com", "primary", "@",
]  # fmt: skip
NUMBERS = [0, -1, 1, 2, 7, 250, 2500, 2501, 2**31 - 1, 2**31, -(2**31) - 1, 2**63, 10**40, 1e308, -0.0, 1.5]
WHOLE = [None, True, False, [], {}, [None], [[]], {"": {}}, "", "text", 0, [1, "a", None], {"a": {"b": [{}]}}]
TIMES = [
    "2026-03-02T09:00:00Z", "2026-03-02T10:00:00+01:00", "2026-03-04T09:00:00Z", "2026-03-29T02:30:00", "2026-03-02t09:00:00z",
    "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+23:59", "0002-01-01T00:00:00Z", "9998-12-31T23:59:59Z",
    "9999-12-31T23:59:59-23:59", "2016-12-31T23:59:60Z", "2026-02-30T00:00:00Z", "2026-03-02T24:00:00Z",
    "2026-03-02T09:00:00+99:99", "2026-03-02T09:00:00-00:00", "2026-03-02T09:00:00.123456789012345Z",
    "2026-03-02T09:00:00", "2026-03-02", "20260302T090000Z", "-0001-01-01T00:00:00Z", "12026-01-01T00:00:00Z",
    "\uff12026-03-02T00:00:00Z", "1883-11-18T12:00:00", "now", "1e9", "2026-W10-1",
]  # fmt: skip
DATES = ["2026-03-02", "2026-03-03", "2026-03-10", "0000-01-01", "0001-01-01", "0002-01-01", "9998-12-31", "9999-12-31",
         "2026-02-30", "2024-02-29", "2026-3-2", "2026-061", "9998-12-30"]  # fmt: skip
ZONES = ["Etc/UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "UTC", "", "Mars/Base",
         "../../etc/passwd", "America", "tzdata.zi", "europe/berlin", "Etc/GMT+14", "\0", "Z" * 300, "CET", "+01:00"]  # fmt: skip
URLS = ["http://127.0.0.1:9/hook", "https://evil.example/", "http://[::1", "//", "javascript:alert(1)", "http://localhost:99999/",
        "https://127.0.0.1:9/" + "a" * 3000, "file:///etc/passwd", "http://127.0.0.1:0/"]  # fmt: skip
RULE_PARTS = [
    "INTERVAL=0", "INTERVAL=-1", "INTERVAL=2", "INTERVAL=1000000000", f"INTERVAL={10**30}", "COUNT=0", "COUNT=-3",
    "COUNT=3", "COUNT=1000000000", "COUNT=1.5", f"COUNT={'9' * 5000}", "UNTIL=20260401", "UNTIL=20260401T000000Z",
    "UNTIL=19700101T000000Z", "UNTIL=99991231T235959Z", "UNTIL=00010101", "UNTIL=20260230", "UNTIL=soon", "UNTIL=",
    "BYSETPOS=-1", "BYSETPOS=0", "BYSETPOS=999", "BYSETPOS=1,-1,400", "BYDAY=MO,TU,WE,TH,FR,SA,SU", "BYDAY=5MO",
    "BYDAY=-53SU", "BYDAY=0MO", "BYDAY=XX", "BYDAY=", "BYMONTHDAY=31", "BYMONTHDAY=30", "BYMONTHDAY=-31",
    "BYMONTHDAY=0", "BYMONTHDAY=99", "BYMONTH=2", "BYMONTH=13", "BYYEARDAY=366", "BYYEARDAY=-366,1", "BYWEEKNO=53",
    "BYWEEKNO=99", "WKST=SU", "WKST=9", "BYHOUR=1", "BYSECOND=1", "BYEASTER=0", "X-PART=1", "FREQ=DAILY", "", ";",
    "DTSTART=20200101", "COUNT=2", "UNTIL=99981231",
]  # fmt: skip
FREQUENCIES = ["DAILY", "WEEKLY", "MONTHLY", "YEARLY", "SECONDLY", "MINUTELY", "HOURLY", "NEVER", ""]
STAMPS = [
    "20260302",
    "20260309",
    "20260302T090000Z",
    "20260302T100000",
    "20260230",
    "00000000",
    "99991231T235959Z",
    "x",
]
LINES = ["RRULE", "", "RRULE:", "rrule:FREQ=DAILY", "RRULE:FREQ=DAILY EXDATE:20260303", "RRULE:FREQ=DAILY\nRRULE:FREQ=DAILY",
         "RDATE;VALUE=PERIOD:20260302T090000Z/PT1H", "EXDATE;TZID=Mars/Base:20260302T090000", "DTSTART:20260302",
         "EXRULE:FREQ=DAILY", "RRULE;X=1:FREQ=WEEKLY", "RDATE;TZID=America/New_York:20260305T090000"]  # fmt: skip
FIELDS = ["*", "kind", "items", "items(id)", "items/id", "id,etag", "items(start/*)", "(", ")", "a(", "items(id", ",", "/",
          "*/*/*", "items(*(*))", "nothing", "items/extendedProperties/private/a", "a" * 500, "kind,kind", " kind"]  # fmt: skip
KINDS = [
    "path",
    "query",
    "headers",
    "bytes",
    "types",
    "times",
    "zones",
    "rules",
    "texts",
    "numbers",
    "verb",
    "fields",
]
# What makes a request a sound one.
USUAL = {"start", "end", "summary", "scope", "role", "type", "email", "timeZone", "address", "timeMin", "timeMax", "items",
         "resourceId", "iCalUID"}  # fmt: skip
HEADERS = [
    "If-Match",
    "If-None-Match",
    "Content-Type",
    "X-HTTP-Method-Override",
    "Accept",
    "Accept-Encoding",
    "Range",
]


@dataclass(frozen=True)
class Case:
    """One request, as it goes to `World.request`."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    def __str__(self) -> str:
        return f"{self.method} {self.target[:2000]}\n{self.headers}\n{self.body[:4000]!r}"


@dataclass
class Fuzzer:
    """Draws requests: by the document, then spoilt here and there; `learn` shows it ids and tokens that exist."""

    seed: object
    known: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = random.Random(str(self.seed))
        self.spoilt: list[str] = []
        self.about = ""
        self.daily, self.odd_times = False, TIMES[:3]

    def learn(self, answer: Any) -> None:
        """Note ids, etags and tokens in an answer, to ask with them later."""
        if not isinstance(answer, dict):
            return
        for name in ("id", "etag", "nextPageToken", "nextSyncToken"):
            if isinstance(answer.get(name), str):
                kept = self.known.setdefault(answer.get("kind", "") if name == "id" else name, [])
                kept.append(answer[name])
                del kept[:-20]
        for item in (answer.get("items") or [])[:5]:
            self.learn(item)

    def switches(self) -> dict[str, Any]:
        """Return switches for a world: half of them set to something else than usual."""
        drawn: dict[str, Any] = {}
        for name, switch in SWITCHES.items():
            usual = [True, False] if isinstance(switch.default, bool) else [0, 1, 2, 30]
            drawn[name] = self.random.choice([switch.default, *(switch.metadata["words"] or usual)])
        return drawn

    def case(self) -> Case:
        """Return the next request: a sound one, or one in which something of one or two kinds is spoilt."""
        self.spoilt = self.random.choices(KINDS, k=self.random.choice([0, 1, 1, 1, 2]))
        self.daily = self._chance(0.5)
        self.odd_times = self.random.sample(DATES if self.daily else TIMES, k=2)
        return self._batch() if self._chance(0.03) else self._single()

    def _single(self) -> Case:
        method = self.random.choice(METHODS if self._chance(0.4) else OFTEN)
        self.about = method.resource
        path = CALENDAR.base_path + re.sub(r"\{(\w+)\}", lambda m: self._segment(m[1]), method.path)
        query = urlencode(self._query(method), errors="replace") if not self._odd("query") else ""
        if self._odd("query"):
            query += self.random.choice(
                ["&", "&&&", "&=", "%", "&%zz=%", ";a=b", "&maxResults", "#", "?a=b", "&fields"]
            )
        verb = (
            method.http_method
            if not self._odd("verb")
            else self.random.choice(["GET", "PUT", "HEAD", "BREW", "OPTIONS"])
        )
        body = self._body(method) if method.request_schema or self._odd("bytes") else b""
        return Case(verb, f"{path}?{query}" if query else path, self._headers(), body)

    def _batch(self) -> Case:
        boundary = self.random.choice(["b", "b", "", "b b", '"b"', "x" * 80])
        text = b""
        for number in range(self.random.randint(0, 6)):
            inner = self._single()
            head = "".join(f"{name}: {value}\r\n" for name, value in inner.headers.items())
            line = f"{inner.method} {inner.target} HTTP/1.1\r\n{head}\r\n".encode("utf-8", "replace")
            identity = self.random.choice([f"<{number}>", "", "<a\r\n b>", "<\u00e9>", "x" * 500])
            text += f"--b\r\nContent-Type: application/http\r\nContent-ID: {identity}\r\n\r\n".encode()
            text += line + inner.body[:5000] + b"\r\n"
        text = self._spoilt(text + b"--b--\r\n", 0.4)
        headers = {**self._headers(), "Content-Type": f"multipart/mixed; boundary={boundary}"}
        return Case("POST", "/batch/calendar/v3", headers, text)

    def _chance(self, share: float) -> bool:
        return self.random.random() < share

    def _odd(self, kind: str, share: float = 0.3) -> bool:
        return kind in self.spoilt and self._chance(share)

    def _known(self, name: str, otherwise: str) -> str:
        return self.random.choice(self.known.get(name) or [otherwise])

    def _segment(self, name: str) -> str:
        if self._odd("path"):
            return self.random.choice(
                ["%", "%zz", "%00", "%ff%fe", "%2F", "a/b", "", "..", "%25", "\u00e9", "a b", ":"]
            )
        return quote(self._id(name), safe="", errors="replace")

    def _id(self, name: str) -> str:
        if self._odd("path"):
            return self.random.choice(TEXTS)
        if name == "calendarId":
            return self.random.choice(
                ["primary", "primary", *USERS, self._known("calendar#calendar", "primary")]
            )
        if name == "ruleId":
            return self.random.choice(["default", "user:bob@example.com", "domain:example.com"])
        event = self.random.choice(["meeting01", "series01", self._known("calendar#event", "meeting01")])
        return f"series01_{self.random.choice(STAMPS)}" if name == "eventId" and self._chance(0.2) else event

    def _query(self, method: Method) -> list[tuple[str, str]]:
        described = {name: part for name, part in method.parameters.items() if part["location"] == "query"}
        share = 1.5 / (len(described) + 1)
        drawn = [name for name, part in described.items() if part.get("required") or self._chance(share)]
        drawn += [name for name in COMMON if self._chance(0.03)]
        drawn += [name for name in drawn if self._chance(0.05)]
        pairs = [(name, self._parameter(name, {**COMMON, **described}[name])) for name in drawn]
        return pairs + ([(self.random.choice(TEXTS), "1")] if self._odd("query") else [])

    def _parameter(self, name: str, description: Mapping[str, Any]) -> str:
        if self._odd("query"):
            return str(self.random.choice([*TEXTS, *NUMBERS]))
        if name in ("pageToken", "syncToken"):
            token = self._known("next" + name[0].upper() + name[1:], "bm8=")
            return self._spoilt(token.encode(), float(self._odd("bytes"))).decode("latin-1")
        if name == "fields":
            return self.random.choice(FIELDS if self._odd("fields") else FIELDS[:8])
        if name == "destination":
            return self._id("calendarId")
        if name == "timeZone":
            return self._zone()
        if description.get("format") == "date-time" or name == "originalStart":
            return self.random.choice(self.odd_times if self._odd("times") else TIMES[:3])
        if description["type"] == "boolean":
            return self.random.choice(["true", "false"])
        if description["type"] == "integer":
            low, high = int(description.get("minimum", 0)), int(description.get("maximum", 3))
            return str(
                self.random.choice([*NUMBERS, "1.0", "0x1"] if self._odd("numbers") else [low, high, low + 1])
            )
        return self.random.choice(TEXTS if self._odd("query") else description.get("enum", TEXTS))

    def _headers(self) -> dict[str, str]:
        token = self.random.choice(
            USERS if not self._odd("headers") else ["", "nobody@example.com", "ya29", "\xff", "a b", "\u0130"]
        )
        headers = {"Authorization": f"Bearer {token}"} if not self._odd("headers") else {}
        if self._chance(0.1):
            values = [self._known("etag", '"1"'), "*", '"', "", "GET", "x" * 500, "\xff", ",,,", 'W/"1"']
            headers[self.random.choice(HEADERS)] = self.random.choice(values)
        return headers

    def _body(self, method: Method) -> bytes:
        if self._odd("bytes"):
            return self.random.choice(
                [b"", b"\0", b"[" * 5000, b'{"a":' * 3000, b"\xff\xfe", b"NaN", b"1e999", b'"\\ud800"']
            )
        value = self._value({"$ref": method.request_schema or "Event"}, "")
        text = json.dumps(value).encode()
        return self._spoilt(text, float(self._odd("bytes")))

    def _value(self, schema: Mapping[str, Any], name: str) -> Any:
        schema = CALENDAR.schemas[schema["$ref"]] if "$ref" in schema else schema
        if self._odd("types", 0.04):
            return self.random.choice([*WHOLE, *NUMBERS, *TEXTS])
        kind = schema.get("type", "any")
        if kind == "object":
            return self._object(schema)
        if kind == "array":
            count = self.random.choice([0, 1, 1, 2, 3, 30 if self._chance(0.05) else 2])
            return [self._value(schema["items"], name) for _ in range(count)]
        if kind == "boolean":
            return self._chance(0.5)
        return (
            self.random.choice(NUMBERS[: None if self._odd("numbers") else 6])
            if kind in ("integer", "number")
            else self._text(schema, name)
        )

    def _object(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        properties: Mapping[str, Any] = schema.get("properties", {})
        others = schema.get("additionalProperties")
        share = 6 / (len(properties) + 1)
        usual = {*USUAL, "recurrence"} if {"rules", "times"} & set(self.spoilt) else USUAL
        drawn = [name for name in properties if self._chance(0.95 if name in usual else share)]
        if "eventType" in properties and not self._odd("types"):
            # What only one type of event has would spoil nearly all others.
            drawn = [name for name in drawn if not re.search("(?<!extended)Properties$|eventType", name)]
        if "dateTime" in properties and not self._odd("types", 0.1):
            drawn = ["date" if self.daily else "dateTime", "timeZone"]
        made = {name: self._value(properties[name], name) for name in drawn}
        if "dateTime" in properties and self._chance(0.5):
            made.setdefault("dateTime" if self.daily else "date", None)
        if "id" in properties and self.about in (
            "calendar.calendarList",
            "calendar.freebusy",
            "calendar.channels",
        ):
            made.setdefault("id", self._text(properties["id"], "id"))
        if others:
            made |= {
                self.random.choice(TEXTS): self._value(others, "") for _ in range(self.random.randint(0, 3))
            }
        return made

    def _text(self, schema: Mapping[str, Any], name: str) -> str:
        if name == "recurrence":
            return self._line()
        if name == "timeZone":
            return self._zone()
        if schema.get("format") in ("date", "date-time"):
            usual = TIMES if schema["format"] == "date-time" else DATES
            return self.random.choice(self.odd_times if self._odd("times", 0.7) else usual[:3])
        if name in ("url", "fileUrl", "uri", "iconUri", "address"):
            return self.random.choice([*TEXTS, *URLS] if self._odd("texts") else URLS[:1])
        if name in ("email", "value"):
            return self.random.choice(TEXTS if self._odd("texts") else USERS)
        if name == "id" and self.about in ("calendar.calendarList", "calendar.freebusy"):
            return self._id("calendarId")
        if name == "id":
            return self.random.choice(["meeting01", "series01", f"new{self.random.randint(0, 40):05}"])
        words = re.findall(r'"(\w+)"(?: - |\)\.| \()', schema.get("description", ""))
        return self.random.choice(TEXTS if self._odd("texts") else words or ["text", "\u202egnihtemos"])

    def _zone(self) -> str:
        return self.random.choice(ZONES if self._odd("zones") else ZONES[:5])

    def _line(self) -> str:
        if self._odd("rules"):
            return self.random.choice(LINES)
        if self._chance(0.2):
            values = ",".join(
                self.random.choices(STAMPS[: None if self._odd("rules") else 4], k=self.random.randint(1, 4))
            )
            return f"{self.random.choice(['RDATE', 'EXDATE'])}:{values}"
        frequency = self.random.choice(FREQUENCIES[: None if self._odd("rules") else 4])
        parts = self.random.sample(
            RULE_PARTS, self.random.choice([0, 1, 1, 2, 3] if self._odd("rules") else [0, 1])
        )
        return f"{'EXRULE' if self._chance(0.1) else 'RRULE'}:{';'.join([f'FREQ={frequency}', *parts])}"

    def _spoilt(self, data: bytes, share: float) -> bytes:
        """Return the bytes, with that chance cut, doubled or overwritten somewhere."""
        if not data or not self._chance(share):
            return data
        start = self.random.randrange(len(data))
        end = min(len(data), start + self.random.choice([1, 1, 2, 20]))
        junk = self.random.choice(
            [b"", b"\0", b"\xff", b"\r\n", data[start:end] * 3, self.random.randbytes(3), b'"', b"="]
        )
        return data[:start] + junk + data[end:]
