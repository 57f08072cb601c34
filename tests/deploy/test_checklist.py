"""What is left to do by hand names this project's own addresses."""

from pathlib import Path

from confsync.deploy.apply import Deployed
from confsync.deploy.checklist import Project, by_hand, scopes_of, secret_properties, steps
from confsync.deploy.content import rendered
from confsync.deploy.ledger import Ledger
from confsync.deploy.plan import make_plan
from confsync.deploy.scopes import REASONS

PLAN = make_plan("Title", rendered({"appsscript.json": "{}"}), None, Ledger())


def test_the_secrets_come_first() -> None:
    steps = by_hand(Deployed("1abc", "AKfycb1", 3, PLAN), secret_properties(["key", "other"]))
    assert "secret.key, secret.other" in steps[0]
    assert "https://script.google.com/home/projects/1abc/settings" in steps[0]
    assert any("AKfycb1" in step for step in steps)


def test_without_secrets_there_is_nothing_to_type() -> None:
    assert not any("Script Properties" in step for step in by_hand(Deployed("1abc", "AKfycb1", 3, PLAN), []))


MANIFEST = (Path(__file__).parents[2] / "build" / "appsscript.json").read_text()


# Asked for only where events show what the third party answered.
WRITE_BACKS = "https://www.googleapis.com/auth/calendar.events"


def test_every_scope_of_ours_is_argued_for() -> None:
    assert {*scopes_of(MANIFEST), WRITE_BACKS} == REASONS.keys()


def test_every_sensitive_scope_has_its_reason_and_an_unknown_one_asks_for_one() -> None:
    other = "https://www.googleapis.com/auth/gmail.readonly"
    project = Project("T", "1abc", "AKfycb1", (*scopes_of(MANIFEST), WRITE_BACKS, other))
    (verification,) = [step for step in steps(project) if step.name == "verification"]
    sensitive = [scope for scope, (is_sensitive, _) in REASONS.items() if is_sensitive]
    assert len(verification.details) == len(sensitive) + 1
    assert "gmail.readonly: Say here what the add-on needs it for." in verification.details


def test_after_a_deploy_links_lead_to_the_cloud_project_too() -> None:
    steps = by_hand(Deployed("1abc", "AKfycb1", 3, PLAN), [], "my-cloud", ".clasp-live.json")
    assert any("https://console.cloud.google.com/auth/branding?project=my-cloud" in step for step in steps)
    assert any("projectId in .clasp-live.json" in step for step in steps)


def test_links_lead_to_the_cloud_project_when_it_is_known() -> None:
    named = steps(Project("T", "1abc", "AKfycb1", (), (), "my-cloud"))
    unnamed = steps(Project("T", "1abc", "AKfycb1", (), ()))
    assert all("console.cloud" not in step.link or "?project=my-cloud" in step.link for step in named)
    assert not any("project=" in str(step) for step in unnamed)
    assert [step.name for step in unnamed] == [
        "cloud-project",
        "consent-screen",
        "share",
        "test-install",
        "marketplace",
    ]
