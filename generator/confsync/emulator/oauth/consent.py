"""Google's consent screen for applications on somebody's own machine: who is it, and what may the application do?

Sources: Google's guide "OAuth 2.0 for mobile and desktop apps"; RFC 7636 (PKCE); RFC 8252 (loopback addresses). The page
is a plain form: whoever posts it with `user`, `action=allow` and the `granted` scopes has agreed.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from confsync.emulator.oauth.grants import Grant, Grants
from confsync.emulator.wire import Request, Response

if TYPE_CHECKING:
    from confsync.emulator.oauth.service import OAuth

PATHS = ("/oauth2/o/oauth2/v2/auth", "/oauth2/o/oauth2/auth")
_LOOPBACK = re.compile(r"http://(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?(?:/[^?#]*)?")
_PAGE = """<!doctype html>
<title>Sign in</title>
<h1>An application wants access to your account</h1>
<form method="post">
{users}
{scopes}
<button name="action" value="allow">Allow</button>
<button name="action" value="deny">Cancel</button>
</form>
"""
_REFUSAL = "<!doctype html>\n<title>Error 400: {error}</title>\n<h1>Access blocked</h1>\n<p>{what}</p>\n"


class Consent:
    """Shows the page on GET; on POST sends the browser back to the application, with a code or an error."""

    def __init__(self, oauth: OAuth, grants: Grants) -> None:
        self._oauth, self._grants = oauth, grants

    def serve(self, request: Request) -> Response:
        """Answer a browser."""
        asked = dict(request.query)
        wrong = _wrong(asked)
        if wrong:
            return _refused(*wrong)
        if request.method == "GET":
            return _html(200, self._page(asked))
        return self._decided(asked, parse_qsl(request.body.decode("utf-8", "replace")))

    def _page(self, asked: Mapping[str, str]) -> str:
        users = [_input("radio", "user", user) for user in self._oauth.users()]
        scopes = [_input("checkbox", "granted", scope) for scope in sorted(set(asked["scope"].split()))]
        return _PAGE.format(users="\n".join(users), scopes="\n".join(scopes))

    def _decided(self, asked: Mapping[str, str], form: list[tuple[str, str]]) -> Response:
        user, action = dict(form).get("user", ""), dict(form).get("action")
        granted = {value for name, value in form if name == "granted"} & set(asked["scope"].split())
        if action != "allow" or not granted:
            return _back(asked, {"error": "access_denied"})
        if not self._oauth.knows(user):
            return _refused("invalid_request", "There is no such account.")
        grant = Grant(
            user.lower(),
            frozenset(granted),
            asked["client_id"],
            asked["redirect_uri"],
            asked.get("code_challenge", ""),
            asked.get("access_type") == "offline",
        )
        return _back(asked, {"code": self._grants.code(grant), "scope": " ".join(sorted(granted))})


def _wrong(asked: Mapping[str, str]) -> tuple[str, str] | None:
    for name in ("client_id", "redirect_uri", "response_type", "scope"):
        if not asked.get(name, "").strip():
            return "invalid_request", f"Required parameter is missing: {name}"
    if asked["response_type"] != "code":
        return "unsupported_response_type", f"Invalid response_type: {asked['response_type']}"
    if not _LOOPBACK.fullmatch(asked["redirect_uri"]):
        return "redirect_uri_mismatch", "Only loopback addresses are known here."
    if "code_challenge" in asked and asked.get("code_challenge_method") != "S256":
        return "invalid_request", "Of code_challenge_method, only S256 is known here."
    return None


def _back(asked: Mapping[str, str], answer: dict[str, str]) -> Response:
    state = {"state": asked["state"]} if "state" in asked else {}
    return Response(302, {"location": f"{asked['redirect_uri']}?{urlencode({**state, **answer})}"})


def _refused(error: str, what: str) -> Response:
    return _html(400, _REFUSAL.format(error=error, what=html.escape(what)))


def _input(kind: str, name: str, value: str) -> str:
    written = html.escape(value)
    return f'<label><input type="{kind}" name="{name}" value="{written}" checked> {written}</label>'


def _html(status: int, page: str) -> Response:
    return Response(status, {"content-type": "text/html; charset=UTF-8"}, page.encode())
