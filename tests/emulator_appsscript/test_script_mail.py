"""MailApp: whom a script would write to, how many of them a day, and that no trace says what a mail says."""

from confsync.emulator.trace import MASK

from .conftest import MANIFEST, Script

MANIFEST_WITH_MAIL = MANIFEST | {
    "oauthScopes": [*MANIFEST["oauthScopes"], "https://www.googleapis.com/auth/script.send_mail"]
}


def ran(script: Script, statements: str) -> object:
    """Run statements with the scope for mails; return what they return, or the error's message."""
    script.push(f"function main() {{ {statements} }}", MANIFEST_WITH_MAIL)
    record = script.world.appsscript.run("alice@example.com", script.id, "main")
    return record.error["message"] if record.error else record.result


def test_every_way_to_write_a_mail_counts_its_recipients(script: Script) -> None:
    body = """
      MailApp.sendEmail("a@x.example", "Secret", "Words");
      MailApp.sendEmail("a@x.example,b@x.example", "reply@x.example", "Secret", "Words");
      MailApp.sendEmail("a@x.example", "Secret", "Words", { cc: "c@x.example", bcc: "d@x.example", noReply: true,
        attachments: [Utilities.newBlob("x").setName("x.txt"), HtmlService.createHtmlOutput("y")] });
      MailApp.sendEmail({ to: "a@x.example", htmlBody: "Words" });
      return MailApp.getRemainingDailyQuota();"""
    script.world.switches.account_kind = "workspace"
    assert ran(script, body) == 1500 - 7
    first, second, third, last = (call.arguments["message"] for call in script.calls()[:4])
    assert first == {"to": "a@x.example", "subject": MASK, "body": MASK}
    assert second["replyTo"] == "reply@x.example"
    assert (third["cc"], third["bcc"], third["noReply"], third["attachments"]) == (
        "c@x.example", "d@x.example", True, ["x.txt", None],
    )  # fmt: skip
    assert last == {"to": "a@x.example", "htmlBody": MASK}
    assert "Words" not in str(script.calls()) and "Secret" not in str(script.calls())


def test_a_mail_that_cannot_be_sent_is_refused(script: Script) -> None:
    for call, text in {
        "sendEmail('', 's', 'b')": "Failed to send email: no recipient",
        "sendEmail({ subject: 's' })": "Failed to send email: no recipient",
        "sendEmail('nobody', 's', 'b')": "Invalid email: nobody",
        "sendEmail(Array(51).fill('a@x.example').join(), 's', 'b')": "Limit Exceeded: Email Recipients Per Message.",
        "sendEmail('a@x.example', 's', 'b'.repeat(204801))": "Limit Exceeded: Email Body Size.",
        "sendEmail('a@x.example', 's')": (
            "The parameters (String,String) don't match the method signature for MailApp.sendEmail."
        ),
    }.items():
        assert ran(script, f"MailApp.{call}") == text
    most = "MailApp.sendEmail(Array(50).fill('a@x.example').join(), 's', 'b'.repeat(204800)); return 'sent'"
    assert ran(script, most) == "sent"


def test_a_day_has_a_hundred_recipients(script: Script) -> None:
    script.world.switches.account_kind = "consumer"
    fifty = "MailApp.sendEmail(Array(50).fill('a@x.example').join(), 's', 'b');"
    assert ran(script, f"{fifty}{fifty} return MailApp.getRemainingDailyQuota()") == 0
    assert ran(script, fifty) == "Service invoked too many times for one day: email."
    script.world.clock.advance(24 * 3600 * 1_000_000)
    assert ran(script, f"{fifty} return MailApp.getRemainingDailyQuota()") == 50


def test_mails_need_their_scope(script: Script) -> None:
    assert script.error("MailApp.sendEmail('a@x.example', 's', 'b')") == (
        "Exception: Specified permissions are not sufficient to call MailApp.sendEmail. "
        "Required permissions: https://www.googleapis.com/auth/script.send_mail"
    )
