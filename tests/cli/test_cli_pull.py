"""`confsync pull` takes over what others changed, so that the next deploy does not undo it."""

from collections.abc import Callable
from typing import Any

from .schemas import problems


def source(desk: Any, name: str) -> str:
    return str(desk.api.content(desk.script_id).file(name).source)


def test_a_file_changed_there_becomes_ours(desk: Any, edit: Callable[..., None]) -> None:
    desk.run("deploy")
    text = source(desk, "Code.js") + "// edited online\n"
    edit("Code.js", text)
    assert desk.run("deploy").exit_code == 1
    result = desk.run("pull")
    assert result.exit_code == 0, result.output
    assert "Code.js: taken, into templates/Code.js" in result.stdout
    assert (desk.folder / "templates" / "Code.js").read_text() == text
    steps = desk.json("deploy")["steps"]
    assert [step["status"] for step in steps] == ["unchanged", "unchanged", "created", "re-pointed"]
    assert source(desk, "Code.js") == text
    assert not desk.json("deploy")["changed"]


def test_changes_on_both_sides_are_merged(desk: Any, edit: Callable[..., None]) -> None:
    templates = desk.folder / "templates"
    templates.mkdir()
    desk.change("[sync]\n", '[render]\ntemplates = "templates"\n\n[sync]\n')
    desk.run("deploy")
    text = source(desk, "Code.js")
    edit("Code.js", text + "// edited online\n")
    (templates / "Code.js").write_text("// edited here\n" + text)
    told = desk.json("pull")
    assert problems(told, "pull") == []
    assert (told["files"], told["isComplete"]) == ([{"name": "Code.js", "how": "merged", "why": None}], True)
    assert (templates / "Code.js").read_text() == f"// edited here\n{text}// edited online\n"
    assert desk.run("deploy").exit_code == 0
    assert source(desk, "Code.js") == (templates / "Code.js").read_text()


def test_what_collides_is_merged_by_hand(desk: Any, edit: Callable[..., None]) -> None:
    templates = desk.folder / "templates"
    templates.mkdir()
    desk.change("[sync]\n", '[render]\ntemplates = "templates"\n\n[sync]\n')
    desk.run("deploy")
    text = source(desk, "Code.js")
    edit("Code.js", "// there\n" + text)
    (templates / "Code.js").write_text("// here\n" + text)
    result = desk.run("pull")
    assert result.exit_code == 1
    assert "git merge-file .confsync/merge/ours/Code.js" in result.stdout and "--force" in result.stdout
    sides = desk.folder / ".confsync" / "merge"
    assert [(sides / side / "Code.js").read_text() for side in ("base", "theirs", "ours")] == [
        text,
        "// there\n" + text,
        "// here\n" + text,
    ]
    assert (templates / "Code.js").read_text() == "// here\n" + text
    assert desk.run("deploy").exit_code == 1
    assert desk.run("deploy", "--force").exit_code == 0


def test_what_addon_toml_makes_is_said_there(desk: Any, edit: Callable[..., None]) -> None:
    desk.run("deploy")
    config = source(desk, "Config.js")
    edit("Config.js", config.replace("1440", "2880"))
    edit("Values.js", None)
    result = desk.run("pull")
    assert result.exit_code == 1
    assert "Config.js: by hand: it is made from addon.toml" in result.stdout
    assert "Values.js: by hand: it was removed there" in result.stdout
    assert desk.run("deploy").exit_code == 1


def test_new_files_are_taken_over_and_named(desk: Any, edit: Callable[..., None]) -> None:
    desk.run("deploy")
    edit("Extra.js", "function extra() {}\n")
    result = desk.run("pull")
    assert result.exit_code == 0, result.output
    assert "Extra.js: added, into templates/Extra.js" in result.stdout
    assert desk.run("deploy").exit_code == 0
    edit("More.js", "function more() {}\n")
    assert desk.json("pull")["isComplete"]
    assert 'templates = "templates"' in (desk.folder / "addon.toml").read_text()
    assert 'extra = ["Extra.js", "More.js"]' in (desk.folder / "addon.toml").read_text()
    assert [step["status"] for step in desk.json("deploy")["steps"]][1:3] == ["unchanged", "created"]
    assert source(desk, "More.js") == "function more() {}\n"
    (desk.folder / "templates" / "More.js").unlink()
    assert "there is no such file, which render.extra names" in desk.run("plan").stderr


def test_a_description_that_cannot_be_changed_is_left_alone(desk: Any, edit: Callable[..., None]) -> None:
    desk.change("schema = 1\n", "schema = 1\nrender.extra = []\n")
    desk.run("deploy")
    before = (desk.folder / "addon.toml").read_text()
    edit("Extra.js", "function extra() {}\n")
    result = desk.run("pull")
    assert result.exit_code == 1
    assert (
        '[render] cannot be changed here. Let it say extra = ["Extra.js"]; templates = "templates"'
        in result.stderr
    )
    assert (desk.folder / "addon.toml").read_text() == before
    assert not (desk.folder / "templates").exists()


def test_a_change_that_addon_toml_says_too_is_no_drift(desk: Any, edit: Callable[..., None]) -> None:
    desk.run("deploy")
    edit("Config.js", source(desk, "Config.js").replace("1440", "2880"))
    desk.change("grace_hours = 24  ", "grace_hours = 48  ")
    assert desk.run("deploy").exit_code == 0


def test_nothing_to_take_over(desk: Any) -> None:
    desk.run("deploy")
    desk.requests()
    result = desk.run("pull")
    assert (result.exit_code, "nobody changed the project" in result.stdout) == (0, True)
    assert all(request.startswith("GET ") for request in desk.requests())


def test_what_was_taken_over_by_hand_is_known_then(desk: Any, edit: Callable[..., None]) -> None:
    desk.run("deploy")
    edit("Config.js", source(desk, "Config.js").replace("1440", "2880"))
    assert desk.run("pull").exit_code == 1
    desk.change("grace_hours = 24  ", "grace_hours = 48  ")
    desk.change('name = "My Conferences"', 'name = "My Conferences"  # ours')
    (desk.folder / "templates").mkdir()
    desk.change("[sync]\n", '[render]\ntemplates = "templates"\n\n[sync]\n')
    (desk.folder / "templates" / "Code.js").write_text(source(desk, "Code.js") + "// here\n")
    assert desk.run("deploy").exit_code == 1
    result = desk.run("pull")
    assert (result.exit_code, "what others changed on a local Google is here already" in result.stdout) == (
        0,
        True,
    )
    assert desk.run("deploy").exit_code == 0


def test_files_in_another_order_are_nothing_to_take_over(desk: Any) -> None:
    from confsync.deploy.content import Content

    desk.run("deploy")
    head = desk.api.content(desk.script_id)
    desk.api.push(desk.script_id, Content((head.files[0], *reversed(head.files[1:]))))
    refused = desk.run("deploy")
    assert (refused.exit_code, "files in another order" in refused.stderr) == (1, True)
    assert desk.run("pull").exit_code == 0
    assert desk.run("deploy").exit_code == 0


def test_of_several_deployments_ours_can_be_named(desk: Any, edit: Callable[..., None]) -> None:
    deployed = desk.json("deploy")
    desk.api.create_deployment(desk.script_id, 1, "confsync too")
    edit("Code.js", source(desk, "Code.js") + "// edited online\n")
    desk.change('name = "My Conferences"', 'name = "My Conferences"  # ours')
    (desk.folder / ".confsync" / "local.json").unlink()
    assert "--deployment-id" in desk.run("pull").stderr
    assert desk.run("pull", "--deployment-id", deployed["deploymentId"]).exit_code == 0
    for command in ("versions", "logs"):
        assert desk.run(command).exit_code == 0
