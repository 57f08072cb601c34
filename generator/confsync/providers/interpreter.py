"""Requests to the conferencing service, and what its answers mean, by the compiled provider.

Pure. `appsscript_templates/Provider.js` mirrors it function by function, in the same order, and
`tests/providers/vectors.json` holds both to the same results. A missing value is `None` throughout.
"""

import calendar
import re
from typing import Any

from confsync.platform import limits
from confsync.providers.values import (
    Context,
    Json,
    Unrenderable,
    canonical_json,
    look_up,
    optional_text,
    parse_json,
    percent_encode,
    placeholder_value,
    render_node,
    text_of,
)

Provider = dict[str, Any]

_LONGEST_WAIT_MS = 3_600_000
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_HTTP_DATE = re.compile(
    r", ([0-9]{2}) ([A-Z][a-z]{2}) ([1-9][0-9]{3}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) GMT\Z"
)
_CODES = ("meetingCode", "accessCode", "passcode", "password", "pin", "regionCode")
_LINKS = {
    "VIDEO": re.compile(r"https://([A-Za-z0-9.-]+)(?::[0-9]+)?(?:[/?#][!-~]*)?"),
    "PHONE": re.compile(r"tel:[!-~]+"),
    "SIP": re.compile(r"sips?:[!-~]+"),
    "MORE": re.compile(r"https?://[!-~]+"),
}


def operation_request(provider: Provider, name: str, context: Context) -> dict[str, Json]:
    """The request of an operation (create, update, delete, get), as `UrlFetchApp.fetchAll` takes it."""
    operation = provider["operations"][name]
    request = {
        "url": _request_url(provider, operation, context),
        "method": operation["method"],
        "headers": _request_headers(provider, operation, context),
        "muteHttpExceptions": True,
        "followRedirects": False,
    }
    body = operation_body(provider, name, context)
    if body is not None:
        request["payload"] = canonical_json(body)
        request["contentType"] = "application/json"
    return request


def operation_body(provider: Provider, name: str, context: Context) -> Json:
    """The JSON that an operation sends, or None: what the service must hold."""
    operation = provider["operations"][name]
    if "body" not in operation:
        return None
    body = render_node(operation["body"], context)
    for key in operation.get("nullWhenMissing", []):
        body.setdefault(key, None)
    if name == "update" and "occurrence" in provider:
        told = provider["occurrence"]
        body[told["member"]] = [
            render_node(told["body"], {**context, "occurrence": each})
            for each in context.get("occurrences", [])
        ]
    return body


def operation_outcome(provider: Provider, name: str, status: int, body_text: str) -> dict[str, Json]:
    """What an answer means: ok, gone, conflict, auth, retry (also status 0, no answer) or refused."""
    operation = provider["operations"][name]
    response = parse_json(body_text)

    def met(matches: list[Json]) -> bool:
        return any(_matches(match, status, response, body_text) for match in matches)

    kind = "refused"
    if status in operation["success"]:
        kind = "ok"
    elif met(operation.get("gone", [])):
        kind = "gone"
    elif met(operation.get("conflict", [])):
        kind = "conflict"
    elif met(provider["errors"]["auth"]):
        kind = "auth"
    elif status == 0 or status in provider["errors"]["retry"]["statuses"]:
        kind = "retry"
    return {"kind": kind, "response": response}


def conference_of(provider: Provider, context: Context) -> dict[str, Json]:
    """The conference that an answer (`context["resp"]`) describes, within Calendar's limits."""
    response = provider["response"]
    conference: dict[str, Json] = {
        "id": _text_within(response["id"], context, limits.CONFERENCE_ID_LENGTH, "the conference id")
    }
    points = [_entry_point_of(provider, declared, context) for declared in response["entryPoints"]]
    conference["entryPoints"] = [point for point in points if point is not None]
    conference["parameters"] = {}
    if all(point["entryPointType"] == "MORE" for point in conference["entryPoints"]):
        raise Unrenderable("the answer gives no way to join")
    for key, node in response.get("params", {}).items():
        conference["parameters"][key] = _text_within(
            node, context, limits.CONFERENCE_PARAMETER_VALUE_LENGTH, f"the parameter {key}"
        )
    notes = optional_text(response.get("notes"), context)
    if notes is not None and len(notes) <= limits.CONFERENCE_NOTES_LENGTH:
        conference["notes"] = notes
    return conference


def secret_names(provider: Provider) -> list[str]:
    """The names of the secrets that requests need, sorted."""
    parts = [] if provider["auth"]["kind"] == "none" else provider["auth"]["value"]["text"]
    return sorted({part["path"][1] for part in parts if isinstance(part, dict)})


def retry_after(provider: Provider, status: int, headers: dict[str, Json], now_ms: int, attempt: int) -> int:
    """Milliseconds to wait after a failure, an hour at most; `attempt` counts the failures, from 1."""
    asked = _asked_wait(headers, now_ms) if status else None
    backoff = provider["errors"]["retry"]["baseMs"] * 2 ** max(0, min(attempt - 1, 30))
    return int(max(0, min(backoff if asked is None else asked, _LONGEST_WAIT_MS)))


def _request_url(provider: Provider, operation: Json, context: Context) -> str:
    path = "".join("/" + _path_part(part, context) for part in operation["path"])
    query = operation.get("query", {})
    pairs = []
    for name in sorted(query):
        value = optional_text(query[name], context)
        if value is not None:
            pairs.append(f"{percent_encode(name)}={percent_encode(value)}")
    return str(provider["baseUrl"]) + path + ("?" + "&".join(pairs) if pairs else "")


def _path_part(node: Json, context: Context) -> str:
    if isinstance(node, str):
        return node
    plain = encoded = ""
    for part in node["text"]:
        text = part if isinstance(part, str) else text_of(placeholder_value(part, context))
        plain += text
        encoded += text if isinstance(part, str) else percent_encode(text)
    if plain in ("", ".", ".."):
        raise Unrenderable(f'"{plain}" cannot be a part of a path')
    return encoded


def _request_headers(provider: Provider, operation: Json, context: Context) -> dict[str, str]:
    auth = provider["auth"]
    nodes = dict(operation.get("headers", {}))
    if auth["kind"] != "none":
        nodes[auth["name"]] = auth["value"]
    headers = {}
    for name in sorted(nodes):
        value = optional_text(nodes[name], context)
        if value is not None:
            if not re.fullmatch(r"[!-~](?:[ -~]*[!-~])?", value):
                raise Unrenderable(f"the value of the header {name} is not plain ASCII text")
            headers[name] = value
    return headers


def _matches(match: Json, status: int, response: Json, body_text: str) -> bool:
    if "status" in match and match["status"] != status:
        return False
    if "text" in match and match["text"] not in body_text:
        return False
    if "json" not in match:
        return True
    found = look_up(response, match["json"])
    if "in" not in match:
        return bool(found is not None)
    # In Python True equals 1; in JSON it does not.
    return any(found == one and isinstance(found, bool) == isinstance(one, bool) for one in match["in"])


def _entry_point_of(provider: Provider, declared: Json, context: Context) -> dict[str, str] | None:
    if not all(_holds(condition, context) for condition in declared.get("if", [])):
        return None
    kind = declared["type"]
    uri = optional_text(declared["uri"], context)
    if uri is None:
        return None
    if not _is_link(kind, uri, provider["joinHosts"]):
        raise Unrenderable(f"the {kind} link of the answer is not one that Calendar may show")
    point = {"entryPointType": kind, "uri": uri}
    for name in _CODES:
        code = optional_text(declared.get(name), context)
        if code is not None and len(code) <= limits.ENTRY_POINT_CODE_LENGTH:
            point[name] = code
    feature = optional_text(declared.get("feature"), context)
    if feature in ("TOLL", "TOLL_FREE"):
        point["feature"] = str(feature)
    return point


def _holds(condition: Json, context: Context) -> bool:
    value = look_up(context, condition["path"])
    return (value is False or value in (None, "")) == bool(condition.get("not"))


def _is_link(kind: str, uri: str, join_hosts: list[str]) -> bool:
    found = _LINKS[kind].fullmatch(uri)
    if found is None or len(uri) > limits.ENTRY_POINT_URI_LENGTH:
        return False
    if kind != "VIDEO":
        return True
    host = found[1].lower()
    return any(host.endswith(name[1:]) if name.startswith("*.") else host == name for name in join_hosts)


def _asked_wait(headers: dict[str, Json], now_ms: int) -> int | None:
    for name, value in headers.items():
        if name.lower() != "retry-after":
            continue
        text = str(value[0] if isinstance(value, list) else value)
        seconds = re.fullmatch(r"[ \t]*([0-9]{1,9})[ \t]*", text)
        if seconds:
            return int(seconds[1]) * 1000
        date = _HTTP_DATE.search(text)
        if date and date[2] in _MONTHS:
            day, year, *time = (int(date[group]) for group in (1, 3, 4, 5, 6))
            return calendar.timegm((year, _MONTHS.index(date[2]) + 1, day, *time)) * 1000 - now_ms
    return None


def _text_within(node: Json, context: Context, longest: int, what: str) -> str:
    text = optional_text(node, context)
    if not text or len(text) > longest:
        raise Unrenderable(f"{what} is empty or longer than {longest} characters")
    return text
