"""Each target keeps its ids where it should, and nowhere else."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from confsync.deploy.ledger import Entry, Ledger
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


def test_what_is_remembered_of_a_project_outlives_another_one(tmp_path: Path) -> None:
    done = Entry("2026-01-01T00:00:00Z", "ann", "deploy", 1, "d")
    google(tmp_path).remember(RECORD.having(done))
    google(tmp_path).remember(Ledger("1other", "AKother", ("e",)), once=True)
    assert google(tmp_path).remembered() == RECORD.having(done)
    assert google(tmp_path).remembered("1other") == Ledger("1other", "AKother", ("e",))
    later = replace(done, at="2026-01-02T00:00:00Z")
    google(tmp_path).remember(RECORD.having(done).having(later))
    assert google(tmp_path).remembered().history == (done, later)
    assert google(tmp_path).remembered("1other") == Ledger("1other", "AKother", ("e",))


def test_what_was_noted_meanwhile_stays(tmp_path: Path) -> None:
    first, second, third = (
        Entry(f"2026-01-0{day}T00:00:00Z", "ann", "deploy", day, "d") for day in (1, 2, 3)
    )
    google(tmp_path).remember(RECORD.having(first))
    mine = google(tmp_path).remembered()
    google(tmp_path).remember(google(tmp_path).remembered().having(second))
    google(tmp_path).remember(mine.having(third))
    assert google(tmp_path).remembered().history == (first, second, third)


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


@pytest.mark.parametrize("is_folder", [True, False])
def test_clasps_variables_name_its_files(tmp_path: Path, is_folder: bool) -> None:
    there = tmp_path / "there"
    there.mkdir()
    (there / ".clasp.json").write_text('{"scriptId": "1there", "filePushOrder": ["B.js"]}')
    (there / ".claspignore").write_text("C.js")
    variables = {"clasp_config_project": str(there if is_folder else there / ".clasp.json")}
    target = google(tmp_path, "", variables)
    assert target.remembered() == Ledger("1there")
    assert [*target.pushed({"A.js": "", "B.js": "", "C.js": ""})] == ["B.js", "A.js"]
    (tmp_path / ".claspignore").write_text("A.js")
    ignored = str(tmp_path if is_folder else tmp_path / ".claspignore")
    target = google(tmp_path, "", {**variables, "clasp_config_ignore": ignored})
    assert [*target.pushed({"A.js": "", "B.js": "", "C.js": ""})] == ["B.js", "C.js"]
    target.remember(Ledger("1new"))
    assert json.loads((there / ".clasp.json").read_text()) == {"scriptId": "1new", "filePushOrder": ["B.js"]}
    assert google(tmp_path, "live", variables).remembered() == Ledger()
