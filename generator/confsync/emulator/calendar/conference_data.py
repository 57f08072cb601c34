"""Conference data: what a client may write, and the signature that makes a copy of it acceptable.

Data of an add-on cannot be made up by a client of the REST API. It is accepted when it carries a signature that this
world made for exactly this data, so that it can be copied from event to event. The key lives in the store.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from confsync.emulator.calendar import conference_shape
from confsync.emulator.calendar.merge import without_nulls
from confsync.emulator.calendar.room import Room
from confsync.emulator.errors import ApiError

_MEET_ICON = "https://fonts.gstatic.com/s/i/productlogos/meet_2020q4/v6/web-512dp/logo_meet_2020q4_color_2x_web_512dp.png"
_KEY_NOTE = "conference_data_key"
_SAME_CONFERENCE = ("conferenceId", "conferenceSolution", "parameters")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def sign(room: Room, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data with the signature that this world gives it."""
    bare = {name: value for name, value in without_nulls(data).items() if name != "signature"}
    return {**bare, "signature": _signature(room, bare)}


def written(
    room: Room, stored: dict[str, Any] | None, body: Mapping[str, Any], version: int, *, replaces: bool
) -> dict[str, Any] | None:
    """Return the conference data of an event after a write.

    `body` is the request's body, `version` its conferenceDataVersion: 0 leaves what is stored. With 1 an absent value
    clears when the whole event is replaced, a null clears always. Conference data is one value: it is never merged.
    ApiError 400 for data that this world did not sign, and for solutions that cannot be asked for.
    """
    if version == 0 or ("conferenceData" not in body and not replaces):
        return stored
    given = body.get("conferenceData")
    if given is None:
        return None
    given = dict(without_nulls(given))
    request = given.get("createRequest")
    if request is not None and "signature" not in given:
        return _created(room, stored, request)
    if _is_signed(room, given) or (stored and given == stored):
        return given
    if _is_written_back(stored, given) and room.switches.conference_write_backs == "accept":
        conference_shape.check(given)
        return sign(room, given)
    if room.switches.unsigned_conference_data == "refuse":
        raise ApiError(400, "invalid", "Invalid conference data.")
    conference_shape.check(given)
    return sign(room, given)


def hangout_link(data: Mapping[str, Any] | None) -> str | None:
    """Return the link that an event with a Meet conference carries besides."""
    if not data or data.get("conferenceSolution", {}).get("key", {}).get("type") != "hangoutsMeet":
        return None
    uris = [point["uri"] for point in data.get("entryPoints", ()) if point.get("entryPointType") == "video"]
    return uris[0] if uris else None


def is_pending(data: Mapping[str, Any] | None) -> bool:
    """Tell whether the conference is still being made."""
    return _status(data) == "pending"


def finished(room: Room, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what becomes of a conference that was asked for: it exists, or the request failed."""
    request = data["createRequest"]
    if room.switches.conference_request_fails:
        return {"createRequest": {**request, "status": {"statusCode": "failure"}}}
    code = "-".join("".join(room.random.choices(_LETTERS, k=length)) for length in (3, 4, 3))
    link = {
        "entryPointType": "video",
        "uri": f"https://meet.google.com/{code}",
        "label": f"meet.google.com/{code}",
    }
    made = {
        "createRequest": {**request, "status": {"statusCode": "success"}},
        "entryPoints": [link],
        "conferenceSolution": {
            "key": request["conferenceSolutionKey"],
            "name": "Google Meet",
            "iconUri": _MEET_ICON,
        },
        "conferenceId": code,
    }
    return sign(room, made)


def _status(data: Mapping[str, Any] | None) -> str:
    return str((data or {}).get("createRequest", {}).get("status", {}).get("statusCode", ""))


def _created(room: Room, stored: dict[str, Any] | None, request: dict[str, Any]) -> dict[str, Any]:
    """Answer a request for a new conference; one with the id of the last request is ignored, as documented."""
    if stored and stored.get("createRequest", {}).get("requestId") == request.get("requestId"):
        return stored
    if not request.get("requestId"):
        raise ApiError(400, "required", "Missing conference request id.")
    kind = request.get("conferenceSolutionKey", {}).get("type", "hangoutsMeet")
    if kind != "hangoutsMeet":
        raise ApiError(400, "invalid", "Invalid conference type value.")
    asked = {"requestId": request["requestId"], "conferenceSolutionKey": {"type": kind}}
    pending = {"createRequest": {**asked, "status": {"statusCode": "pending"}}}
    return pending if room.switches.conference_pending_reads else finished(room, pending)


def _is_written_back(stored: Mapping[str, Any] | None, given: Mapping[str, Any]) -> bool:
    """Tell whether the event keeps its add-on's conference and only the ways to join it, or its notes, change."""
    if not stored or given.get("conferenceSolution", {}).get("key", {}).get("type") != "addOn":
        return False
    return all(stored.get(name) == given.get(name) for name in _SAME_CONFERENCE)


def _is_signed(room: Room, data: Mapping[str, Any]) -> bool:
    return hmac.compare_digest(str(data.get("signature", "")).encode(), _signature(room, data).encode())


def _signature(room: Room, data: Mapping[str, Any]) -> str:
    # The request that made a conference is no part of it: its copy carries the same signature.
    signed = {name: value for name, value in data.items() if name not in ("createRequest", "signature")}
    text = json.dumps(signed, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(hmac.digest(_key(room), text.encode(), hashlib.sha256)).decode()


def _key(room: Room) -> bytes:
    key = room.store.note(_KEY_NOTE)
    if key is None:
        key = room.random.randbytes(32).hex()
        room.store.set_note(_KEY_NOTE, key)
    return bytes.fromhex(key)
