"""The plan says what is to be done, and notices what somebody else did."""

from dataclasses import replace

import pytest

from confsync.deploy.content import Content, rendered
from confsync.deploy.ledger import Ledger
from confsync.deploy.plan import Plan, make_plan, our_deployment, versions_to_read
from confsync.deploy.state import Deployment, Remote, Version, label
from confsync.errors import DeployError

MANIFEST = {"appsscript.json": "{}"}
OLD, NEW, EDITED = (rendered({**MANIFEST, "Code.js": text}) for text in ("old", "new", "edited"))
NOTHING = Ledger()
BLANK = rendered(MANIFEST)
HEAD = Deployment("HEAD", None)
OURS = Deployment("ours", 1, label(OLD))

# A project after a first deploy of OLD.
DEPLOYED = Remote("id", OLD, (HEAD, OURS), OURS, (Version(1, label(OLD)),), {1: OLD})


def actions(plan: Plan) -> dict[str, str]:
    return {step.name: step.action for step in plan.steps}


def plan(content: Content, remote: Remote | None, ledger: Ledger = NOTHING) -> Plan:
    return make_plan("Title", content, remote, ledger)


def test_without_a_project_everything_is_made() -> None:
    made = plan(NEW, None)
    assert actions(made) == {
        "project": "create",
        "content": "push",
        "version": "create",
        "deployment": "create",
    }
    assert (made.script_id, made.version, made.deployment_id, made.drift) == (None, None, None, ())


def test_nothing_to_do() -> None:
    assert not plan(OLD, DEPLOYED).writes


def test_a_change_goes_under_the_same_deployment_id() -> None:
    made = plan(NEW, DEPLOYED)
    assert actions(made) == {
        "project": "keep",
        "content": "push",
        "version": "create",
        "deployment": "repoint",
    }
    assert made.deployment_id == "ours"
    assert made.step("content").detail == "Code.js changed"


def test_a_version_that_holds_it_already_is_used_again() -> None:
    versions = (Version(1, label(OLD)), Version(2, label(NEW)))
    newer = replace(OURS, version=2, description=label(NEW))
    remote = replace(DEPLOYED, head=NEW, deployment=newer, versions=versions, contents={1: OLD, 2: NEW})
    back = plan(OLD, remote)
    assert back.version == 1
    assert actions(back) == {"project": "keep", "content": "push", "version": "keep", "deployment": "repoint"}


@pytest.mark.parametrize(
    ("head", "made", "left"),
    [
        (BLANK, (), ["content", "version", "deployment"]),
        (NEW, (), ["version", "deployment"]),
        (NEW, (Version(1, label(NEW)),), ["deployment"]),
    ],
)
def test_what_a_killed_first_deploy_left_is_finished(
    head: Content, made: tuple[Version, ...], left: list[str]
) -> None:
    remote = Remote("id", head, (HEAD,), None, made, {version.number: NEW for version in made})
    finish = plan(NEW, remote)
    assert [step.name for step in finish.steps if step.writes] == left
    assert finish.drift == ()


def test_an_edit_behind_our_back_is_named() -> None:
    edited = replace(DEPLOYED, head=EDITED)
    for ledger in (Ledger("id", "ours", (OLD.digest,)), Ledger("id")):
        assert plan(NEW, edited, ledger).drift == ("Code.js changed",)
        assert plan(OLD, edited, ledger).drift == ("Code.js changed",)
        assert plan(EDITED, edited, ledger).drift == ()


def test_removing_all_files_behind_our_back_is_named() -> None:
    assert plan(NEW, replace(DEPLOYED, head=BLANK), Ledger("id")).drift == ("Code.js removed",)


def test_a_project_that_was_never_ours_is_not_overwritten() -> None:
    foreign = Remote("id", EDITED, (HEAD,), None, (Version(1, "by hand"),), {1: EDITED})
    assert plan(NEW, foreign, Ledger("id")).drift == ("Code.js changed",)


def test_a_push_that_was_cut_short_is_known_as_ours() -> None:
    pushed = replace(DEPLOYED, head=EDITED)
    ledger = Ledger("id", "ours", (OLD.digest, EDITED.digest))
    assert plan(NEW, pushed, ledger).drift == ()


def test_a_colleagues_deploy_is_seen_by_who_remembers_an_older_one() -> None:
    newest = Version(2, label(EDITED))
    remote = replace(
        DEPLOYED, head=EDITED, versions=(*DEPLOYED.versions, newest), contents={1: OLD, 2: EDITED}
    )
    assert plan(NEW, remote, Ledger("id", "ours", (OLD.digest,))).drift == ("Code.js changed",)
    assert plan(NEW, remote, Ledger("id")).drift == ()


def test_the_deployment_to_repoint() -> None:
    foreign = Deployment("foreign", 3, "release")

    def choose(*there: Deployment, chosen: str = "", remembered: str = "", recreate: bool = False) -> str:
        found = our_deployment(there, chosen=chosen, remembered=remembered, recreate=recreate)
        return found.id if found else "new"

    assert choose(HEAD) == "new"
    assert choose(HEAD, foreign, OURS) == "ours"
    assert choose(HEAD, foreign, OURS, remembered="foreign") == "foreign"
    assert choose(HEAD, foreign, OURS, chosen="foreign", remembered="ours") == "foreign"
    assert choose(HEAD, OURS, remembered="gone") == "ours"
    assert choose(HEAD, foreign, recreate=True) == "new"
    for refused in (
        lambda: choose(HEAD, foreign),
        lambda: choose(HEAD, OURS, replace(OURS, id="second")),
        lambda: choose(HEAD, OURS, chosen="HEAD"),
        lambda: choose(HEAD, remembered="gone"),
    ):
        with pytest.raises(DeployError, match="--deployment-id"):
            refused()


def test_few_versions_are_read() -> None:
    marked = [Version(number, label(OLD if number % 2 else EDITED)) for number in range(1, 9)]
    assert versions_to_read(NEW, []) == set()
    assert versions_to_read(NEW, [*marked, Version(9, "by hand")]) == {8, 9}
    assert versions_to_read(NEW, [Version(1, label(NEW)), *marked[1:]]) == {1, 8}
