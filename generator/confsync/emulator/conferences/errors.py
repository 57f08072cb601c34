"""How the sample conferencing service says no."""

from collections.abc import Mapping

from confsync.emulator.wire import Response, json_response

CODES = {
    400: "invalid",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "duplicate",
    429: "rate_limited",
    500: "internal",
    503: "unavailable",
}


class ConferenceError(Exception):
    """A request that the service refuses; it knows its wire form."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.message, self.headers = status, message, headers or {}

    def response(self) -> Response:
        """Return the response, `{"error": {"code", "message"}}`."""
        code = CODES.get(self.status, "error")
        body = {"error": {"code": code, "message": self.message}}
        return json_response(self.status, body, headers=self.headers)
