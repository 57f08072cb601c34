"""Each target keeps its ids where it should, and nowhere else."""

import json
from pathlib import Path

import pytest

from confsync.deploy.ledger import Ledger
from confsync.deploy.targets import google, local

RECORD = Ledger("1abc", "AKfycb", ("d",))


def test_a_local_deploy_never_touches_the_file_of_the_real_project(tmp_path: Path) -> None:
    local(tmp_path).remember(RECORD)
    assert local(tmp_path).remembered() == RECORD
    assert google(tmp_path).remembered() == Ledger()
    assert not (tmp_path / ".clasp.json").exists()


def test_a_deploy_to_google_names_the_project_for_clasp(tmp_path: Path) -> None:
    (tmp_path / ".clasp.json").write_text('{"scriptId": "", "rootDir": "build"}')
    google(tmp_path).remember(RECORD)
    assert json.loads((tmp_path / ".clasp.json").read_text())["scriptId"] == "1abc"
    assert google(tmp_path).remembered() == RECORD


def test_a_second_clone_follows_the_file_that_is_shared(tmp_path: Path) -> None:
    (tmp_path / ".clasp.json").write_text('{"scriptId": "1abc"}')
    assert google(tmp_path).remembered() == Ledger("1abc")


def test_what_is_remembered_of_another_project_does_not_count(tmp_path: Path) -> None:
    google(tmp_path).remember(RECORD)
    (tmp_path / ".clasp.json").write_text('{"scriptId": "1other"}')
    assert google(tmp_path).remembered() == Ledger("1other")
    assert google(tmp_path).remembered("1abc") == RECORD


@pytest.mark.parametrize(("once", "named"), [(True, "1other"), (False, "1abc")])
def test_a_project_chosen_once_does_not_replace_the_one_that_is_named(
    tmp_path: Path, once: bool, named: str
) -> None:
    (tmp_path / ".clasp.json").write_text('{"scriptId": "1other"}')
    google(tmp_path).remember(RECORD, once=once)
    assert json.loads((tmp_path / ".clasp.json").read_text())["scriptId"] == named


def test_an_environment_has_files_of_its_own(tmp_path: Path) -> None:
    google(tmp_path).remember(RECORD)
    google(tmp_path, "live").remember(Ledger("1live", "AKlive", ("e",)))
    assert google(tmp_path).remembered() == RECORD
    assert google(tmp_path, "live").remembered() == Ledger("1live", "AKlive", ("e",))
    named = json.loads((tmp_path / ".clasp-live.json").read_text())
    assert named == {"rootDir": "build-live", "scriptId": "1live"}
    assert json.loads((tmp_path / ".clasp.json").read_text())["scriptId"] == "1abc"
