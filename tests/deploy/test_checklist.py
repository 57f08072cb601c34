"""What is left to do by hand names this project's own addresses."""

from confsync.deploy.apply import Deployed
from confsync.deploy.checklist import by_hand, secret_properties
from confsync.deploy.content import rendered
from confsync.deploy.ledger import Ledger
from confsync.deploy.plan import make_plan

PLAN = make_plan("Title", rendered({"appsscript.json": "{}"}), None, Ledger())


def test_the_secrets_come_first() -> None:
    steps = by_hand(Deployed("1abc", "AKfycb1", 3, PLAN), secret_properties(["key", "other"]))
    assert "secret.key, secret.other" in steps[0]
    assert "https://script.google.com/home/projects/1abc/settings" in steps[0]
    assert any("AKfycb1" in step for step in steps)


def test_without_secrets_there_is_nothing_to_type() -> None:
    assert not any("Script Properties" in step for step in by_hand(Deployed("1abc", "AKfycb1", 3, PLAN), []))
