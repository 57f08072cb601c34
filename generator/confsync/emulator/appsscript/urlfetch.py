"""UrlFetchApp: an execution's requests to hosts that the local Google answers for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from confsync.emulator.appsscript.context import Context
from confsync.emulator.appsscript.fetch_limits import check_answer, check_request, check_url
from confsync.emulator.appsscript.limits import REDIRECTS
from confsync.emulator.appsscript.payloads import content_of, payload_of
from confsync.emulator.appsscript.refusal import Refusal, not_emulated
from confsync.emulator.appsscript.wording import fetch_refused
from confsync.emulator.faults import Fault
from confsync.emulator.hosts import local_target
from confsync.emulator.wire import NO_ANSWER, Request, Response
from confsync.platform.allowlist import allows

if TYPE_CHECKING:
    from confsync.emulator.world import World

_AGENT = "Mozilla/5.0 (compatible; Google-Apps-Script; beanserver; +https://script.google.com)"
_FORM = "application/x-www-form-urlencoded"
_REDIRECTS = (301, 302, 303, 307, 308)


class UrlFetch:
    """Sends requests of executions and returns {"status", "headers", "body"} for each, "bytes" too where it is no text."""

    def __init__(self, world: World) -> None:
        self._world = world

    def call(
        self, context: Context, method: str, arguments: Mapping[str, Any], before: Fault | None
    ) -> tuple[Any, list[int]]:
        """Return the answer and the statuses; a fault that strikes before keeps the requests from being sent."""
        if method not in ("fetch", "fetchAll"):
            raise not_emulated("UrlFetchApp", method)
        requests = _requests(arguments)
        for request in requests:
            _check(context, request["url"])
            check_request(request)
        if before:
            return self.replaced(method, arguments, before)
        responses = [self._send(context, request) for request in requests]
        # They wait side by side: together they take as long as the slowest.
        self._world.clock.advance(max((response.delay_us for response in responses), default=0))
        return self._answers(method, requests, responses)

    def replaced(self, method: str, arguments: Mapping[str, Any], fault: Fault) -> tuple[Any, list[int]]:
        """Return what a fault answers to the requests."""
        requests = _requests(arguments)
        return self._answers(method, requests, [fault.response()] * len(requests))

    def _answers(
        self, method: str, requests: Sequence[Mapping[str, Any]], responses: Sequence[Response]
    ) -> tuple[Any, list[int]]:
        locale = self._world.switches.script_locale
        answers = [_answered(*pair, locale) for pair in zip(requests, responses, strict=True)]
        return (answers[0] if method == "fetch" else answers), [response.status for response in responses]

    def _send(self, context: Context, asked: Mapping[str, Any]) -> Response:
        method, url, late_s = asked["method"], asked["url"], 0.0
        for _ in range(REDIRECTS):
            with self._world.oauth.asked_by_script_of(context.user):
                response = self._serve(asked, method, url)
            late_s += response.delay_s
            location = _header(response, "location")
            if not (asked.get("followRedirects") and response.status in _REDIRECTS and location):
                return replace(response, delay_s=late_s)
            url = urljoin(url, location)
            _check(context, url)
            method = method if response.status in (307, 308) else "GET"
        raise Refusal(f"Request failed: too many redirects: {asked['url']}")

    def _serve(self, asked: Mapping[str, Any], method: str, url: str) -> Response:
        target = local_target(url)
        # The control routes are this machine's, not the internet's.
        if target is None or target.startswith("/emulator"):
            raise Refusal(f"DNS error: {url}")
        headers = {name.lower(): value for name, value in asked.get("headers", {}).items()}
        # What was sent is not sent again with the GET that a redirect makes of it.
        payload = payload_of(asked) if method == asked["method"] else None
        if payload is not None:
            headers["content-type"] = asked.get("contentType") or headers.get("content-type", _FORM)
        headers["user-agent"] = _AGENT
        _, response = self._world.serve(Request(method, target, headers, payload or b""))
        return response if response.cut_at is None else replace(NO_ANSWER, delay_s=response.delay_s)


def _header(response: Response, name: str) -> str:
    return next((text for given, text in response.headers.items() if given.lower() == name), "")


def _check(context: Context, url: str) -> None:
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise Refusal(f"Invalid argument: {url}") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Refusal(f"Invalid argument: {url}")
    check_url(url)
    # A test installation runs without the list, a versioned one never.
    allowed = context.manifest.get("urlFetchWhitelist", [])
    if context.deployment_id is not None and not allows(allowed, url):
        raise Refusal(f"UrlFetch calls to {url} are not permitted: no prefix in urlFetchWhitelist matches.")


def _requests(arguments: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [arguments["request"]] if "request" in arguments else list(arguments["requests"])


def _answered(asked: Mapping[str, Any], response: Response, locale: str) -> dict[str, Any]:
    """Return what the script gets, or refuse as UrlFetchApp does without `muteHttpExceptions`."""
    if response.status == 0:
        raise Refusal(f"Timeout: {asked['url']}")
    check_answer(response.body)
    content = content_of(response.body)
    if response.status >= 400 and not asked.get("muteHttpExceptions"):
        raise Refusal(fetch_refused(locale, asked["url"], response.status, content["body"]))
    headers = {
        "-".join(part.capitalize() for part in name.split("-")): text
        for name, text in response.headers.items()
    }
    return {"status": response.status, "headers": headers, **content}
