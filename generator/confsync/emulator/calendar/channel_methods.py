"""`watch` of access rules, calendar lists, events and settings, and `calendar.channels.stop`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from confsync.emulator.calendar import (
    acl,
    bodies,
    calendar_list,
    calendars,
    channels,
    listing,
    outbox,
    receiver,
    replies,
    settings,
)
from confsync.emulator.calendar.ask import Ask
from confsync.emulator.calendar.channels import Channel
from confsync.emulator.calendar.fields import masked
from confsync.emulator.calendar.room import Room
from confsync.emulator.clock import MICROSECONDS
from confsync.emulator.errors import ApiError, standard_error
from confsync.emulator.wire import Response, json_response
from confsync.platform.discovery import discovery

# How long a channel lives at most, and when nothing else is asked for; reported.
LIFETIME_S = 604_800

_BASE = "https://www.googleapis.com"
_ID = re.compile(r"[A-Za-z0-9\-_+/=]+")
_LONGEST_ID, _LONGEST_TOKEN = 64, 256
_TYPES = ("web_hook", "webhook")


def watch_acl(room: Room, ask: Ask) -> Response:
    """Make a channel for a calendar's access rules."""
    return _watch(room, ask, ask.calendar.id, acl.list_rules)


def watch_calendar_list(room: Room, ask: Ask) -> Response:
    """Make a channel for the asker's calendar list."""
    return _watch(room, ask, ask.user, calendar_list.list_entries)


def watch_events(room: Room, ask: Ask) -> Response:
    """Make a channel for a calendar's events."""
    return _watch(room, ask, ask.calendar.id, listing.list_events)


def watch_settings(room: Room, ask: Ask) -> Response:
    """Make a channel for the asker's settings."""
    return _watch(room, ask, ask.user, settings.list_settings)


def stop(room: Room, ask: Ask) -> Response:
    """Stop a channel; ApiError 404, in reported words, unless the asker made it and it lives."""
    bodies.check(ask.method, ask.body)
    channel_id, resource_id = _required(ask.body, "id"), _required(ask.body, "resourceId")
    channel = channels.by_id(room, channel_id)
    if channel is None or (channel.user, channel.resource_id) != (ask.user, resource_id):
        raise standard_error(404, message=f"Channel '{channel_id}' not found for project '1'")
    channels.stop(room, channel)
    return replies.NO_CONTENT


def _watch(room: Room, ask: Ask, subject: str, answer_list: Callable[[Room, Ask], Response]) -> Response:
    kind = ask.method.resource.rpartition(".")[2]
    if kind in channels.LEAST_ROLES:
        calendars.require(ask.calendar, channels.LEAST_ROLES[kind])
    answer_list(room, _as_list(ask))
    body = _with_numbers_as_text(ask.body)
    bodies.check(ask.method, body)
    _check(room, body)
    channel = Channel(
        id=body["id"],
        user=ask.user,
        kind=kind,
        subject=subject,
        resource_uri=_resource_uri(ask),
        address=body["address"],
        token=body.get("token") or "",
        expires_us=_expires_us(room, body),
    )
    channels.add(room, channel)
    outbox.put(room, channel, "sync")
    indent = 1 if ask.parameters.get("prettyPrint") else None
    return json_response(200, masked(channel.resource(), ask.mask()), indent=indent)


def _as_list(ask: Ask) -> Ask:
    """Return the listing that has the same parameters: what is wrong with them is wrong here too."""
    method = discovery("calendar").methods[f"{ask.method.resource}.list"]
    given = {name: value for name, value in ask.parameters.items() if name != "fields"}
    return replace(ask, method=method, parameters={**given, "maxResults": 1}, headers={})


def _resource_uri(ask: Ask) -> str:
    """Return the address of the listing, with the calendar's id as it was asked for; recorded."""
    path = ask.method.path.removesuffix("/watch")
    for name, value in ask.path.items():
        path = path.replace(f"{{{name}}}", quote(value, safe=""))
    return f"{_BASE}{discovery('calendar').base_path}{path}?alt=json"


def _with_numbers_as_text(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body with 64-bit numbers and parameters as text; clients send them as numbers too."""
    found = {**body, "expiration": _text(body.get("expiration"))}
    if isinstance(body.get("params"), dict):
        found["params"] = {name: _text(value) for name, value in body["params"].items()}
    return found


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _check(room: Room, body: Mapping[str, Any]) -> None:
    channel_id, kind, address = (_required(body, name) for name in ("id", "type", "address"))
    if len(channel_id) > _LONGEST_ID or not _ID.fullmatch(channel_id):
        message = (
            f"Channel id must match the pattern {_ID.pattern} and have at most {_LONGEST_ID} characters."
        )
        raise _invalid(message, "id")
    if kind not in _TYPES:
        raise _invalid(f"Invalid value '{kind}'. Allowed values: [{', '.join(_TYPES)}]", "type")
    token = body.get("token") or ""
    if len(token) > _LONGEST_TOKEN or not token.isprintable():
        message = f"Channel token must be printable and have at most {_LONGEST_TOKEN} characters."
        raise _invalid(message, "token")
    receiver.check_address(address, room.switches.push_addresses)


def _expires_us(room: Room, body: Mapping[str, Any]) -> int:
    now_s, lifetimes = room.clock.now_us() // MICROSECONDS, [LIFETIME_S]
    if body.get("expiration") is not None:
        lifetimes.append(_number(body["expiration"], "expiration") // 1000 - now_s)
    ttl = (body.get("params") or {}).get("ttl")
    if ttl is not None:
        lifetimes.append(_number(ttl, "ttl"))
    lifetime_s = min(lifetimes)
    if lifetime_s <= 0:
        raise _invalid(f"Invalid ttl value for channel {lifetime_s}", "ttl")
    return (now_s + lifetime_s) * MICROSECONDS


def _number(text: str, name: str) -> int:
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
        raise _invalid(f"Invalid value '{text}' for {name}.", name)
    return int(text)


def _required(body: Mapping[str, Any], name: str) -> str:
    if not body.get(name):
        raise ApiError(400, "required", f"Missing {name} of the channel.")
    return str(body[name])


def _invalid(message: str, location: str) -> ApiError:
    return ApiError(400, "invalid", message, location=location)
