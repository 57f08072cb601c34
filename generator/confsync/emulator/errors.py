"""Google's errors: exceptions that know their wire form."""

from typing import Any

from confsync.emulator.wire import Response, json_response

# The `status` words of google.rpc.Code that front-end bodies carry.
RPC_STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ALREADY_EXISTS",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}


class ApiError(Exception):
    """An error of a Google API.

    The classic envelope (Calendar's own errors) lists `errors` first and carries no `status`; the front-end one
    (authentication, scopes, quota; every error of the Apps Script API) carries `status` and `details`.
    Source: Calendar API guide "Handle API errors".
    """

    def __init__(
        self,
        status: int,
        reason: str,
        message: str,
        *,
        domain: str = "global",
        location_type: str = "",
        location: str = "",
        front_end: bool = False,
        details: list[dict[str, Any]] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.reason, self.message, self.domain = status, reason, message, domain
        self.location_type, self.location = location_type, location
        self.front_end, self.details = front_end, details

    def body(self) -> dict[str, Any]:
        """Return the JSON body."""
        item: dict[str, Any] = {"domain": self.domain, "reason": self.reason, "message": self.message}
        if self.location:
            item |= {"locationType": self.location_type or "parameter", "location": self.location}
        if not self.front_end:
            return {"error": {"errors": [item], "code": self.status, "message": self.message}}
        error: dict[str, Any] = {"code": self.status, "message": self.message, "errors": [item]}
        error["status"] = RPC_STATUS.get(self.status, "UNKNOWN")
        if self.details:
            error["details"] = self.details
        return {"error": error}

    def response(self) -> Response:
        """Return the response, indented as the part of Google that sends it does."""
        return json_response(self.status, self.body(), indent=2 if self.front_end else 1)


def invalid_credentials() -> ApiError:
    """Return the 401 for a bad or expired token."""
    return ApiError(
        401, "authError", "Invalid Credentials", location_type="header", location="Authorization"
    )
