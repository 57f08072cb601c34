"""Differences are shown line by line, and whose they are."""

from confsync.deploy.content import Content, File, rendered
from confsync.deploy.difference import difference, three_way

BASE = rendered({"appsscript.json": '{"a": 1, "b": 2}', "Code.js": "one\ntwo\n", "Old.js": "old\n"})


def test_each_file_is_a_unified_difference() -> None:
    new = rendered({"appsscript.json": '{"b":2,"a":3}', "Code.js": "one\n2\n", "New.js": "new\n"})
    found = {one.name: one for one in difference(BASE, new, "there", "here")}
    assert {name: one.change for name, one in found.items()} == {
        "appsscript.json": "changed",
        "Code.js": "changed",
        "New.js": "added",
        "Old.js": "removed",
    }
    assert found["Code.js"].lines == (
        "--- Code.js (there)", "+++ Code.js (here)", "@@ -1,2 +1,2 @@", " one", "-two", "+2"
    )  # fmt: skip
    changed = [line for line in found["appsscript.json"].lines if line[0] in "+-"]
    assert sorted(changed[2:]) == ['+  "a": 3', '+  "b": 2,', '-  "a": 1,', '-  "b": 2']
    assert found["New.js"].lines[-1] == "+new" and found["Old.js"].lines[-1] == "-old"


def test_three_sides_tell_where_a_file_changed() -> None:
    there = rendered({"appsscript.json": '{"a": 1, "b": 2}', "Code.js": "theirs\n", "Same.js": "x"})
    here = rendered({"appsscript.json": '{"a": 1}', "Code.js": "ours\n", "Old.js": "old\n", "Same.js": "x"})
    found = {one.name: one.verdict for one in three_way(BASE, there, here, ("last", "there", "here"))}
    assert found == {"Code.js": "both", "Old.js": "there", "appsscript.json": "here"}


def test_who_changed_a_file_is_told() -> None:
    there = Content((File("Code", "SERVER_JS", "x", "bob@example.com", "2026-01-05T10:00:00Z"),))
    (one,) = difference(rendered({"appsscript.json": "{}", "Code.js": "y"}), there, "here", "there")[:1]
    assert (one.name, one.by, one.at) == ("Code.js", "bob@example.com", "2026-01-05T10:00:00Z")
