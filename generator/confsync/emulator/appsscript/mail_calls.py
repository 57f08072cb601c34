"""MailApp: who would be written to. Nothing is sent; the call, without its texts, is in the trace.

Sources: Apps Script reference, class MailApp; guide "Quotas for Google Services".
"""

from collections.abc import Mapping
from typing import Any

from confsync.emulator.appsscript.context import Context
from confsync.emulator.appsscript.limits import MAIL_BYTES, MAIL_RECIPIENTS
from confsync.emulator.appsscript.quotas import DailyQuotas
from confsync.emulator.appsscript.refusal import Refusal, not_emulated


class MailCalls:
    """Answers the calls of MailApp; each recipient counts for the day."""

    def __init__(self, quotas: DailyQuotas) -> None:
        self._quotas = quotas

    def call(self, context: Context, method: str, arguments: Mapping[str, Any]) -> int | None:
        """Answer a call: how many recipients are left today, or nothing."""
        if method == "getRemainingDailyQuota":
            return self._quotas.left(context.user, "email")
        if method != "sendEmail":
            raise not_emulated("MailApp", method)
        message = arguments["message"]
        recipients = recipients_of(message)
        if not recipients:
            raise Refusal("Failed to send email: no recipient")
        for address in recipients:
            name, _, host = address.rpartition("@")
            if not name or not host:
                raise Refusal(f"Invalid email: {address}")
        if len(recipients) > MAIL_RECIPIENTS:
            raise Refusal("Limit Exceeded: Email Recipients Per Message.")
        if max(len(message.get(name, "").encode()) for name in ("body", "htmlBody")) > MAIL_BYTES:
            raise Refusal("Limit Exceeded: Email Body Size.")
        self._quotas.take(context.user, "email", len(recipients))
        return None


def recipients_of(message: Mapping[str, Any]) -> list[str]:
    """Return the addresses that a message goes to."""
    written = ",".join(message.get(name, "") for name in ("to", "cc", "bcc"))
    return [address.strip() for address in written.split(",") if address.strip()]
