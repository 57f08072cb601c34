"""`addon.toml` is read, or refused with file, line, key and what to do."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from confsync.addon import load
from confsync.errors import ConfigError

Write = Callable[[str, str], Path]


def refusal(file: Path) -> str:
    """The error of a file, without the folder that it lies in."""
    with pytest.raises(ConfigError) as caught:
        load(file)
    return str(caught.value).replace(f"{file.parent}/", "")


def test_what_is_described_is_there(good: Path) -> None:
    addon = load(good)
    assert (addon.name, addon.time_zone, addon.sync.grace_hours, addon.secrets) == (
        "Calls",
        "Europe/Berlin",
        1,
        ("key",),
    )
    assert [(each.id, each.name, each.settings) for each in addon.solutions] == [
        ("web", "Web call", {}),
        ("recorded", "Recorded call", {"recording": True}),
    ]
    assert addon.solutions[0].logo_url == addon.logo_url
    assert addon.solutions[1].create_function == "createRecordedConference"
    assert (addon.sync.prune_days, addon.templates, addon.file) == (30, None, good)


def test_templates_lie_beside_the_file(write: Write) -> None:
    file = write("schema = 1\n", 'schema = 1\nrender = { templates = "mine" }\n')
    assert load(file).templates == file.parent / "mine"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        # Keys and types.
        ("[sync]", "[synk]", '13: synk: unknown key. Did you mean "sync"?'),
        ("grace_hours = 1", "grace_hour = 1", '14: sync.grace_hour: unknown key. Did you mean "grace_hours"?'),
        ('name = "Web call"', 'nmae = "Web call"', '6: solutions[0].name: missing. Add "name".'),
        ("path = \"/calls\"\n", "", '26: provider.create.path: missing. Add "path".'),
        ("grace_hours = 1", 'grace_hours = "1"', "14: sync.grace_hours: must be a whole number."),
        ("grace_hours = 1", "grace_hours = 1.5", "14: sync.grace_hours: must be a whole number."),
        ("grace_hours = 1", "grace_hours = true", "14: sync.grace_hours: must be a whole number."),
        ("grace_hours = 1", "grace_hours = -1", "14: sync.grace_hours: must be greater than or equal to 0."),
        ('name = "Calls"', "name = 7", "3: addon.name: must be a text."),
        ('name = "Calls"', 'name = ""', "3: addon.name: must not be empty."),
        ("success = [201]", 'success = [201, "2xx"]', "29: provider.create.success[1]: must be a whole number."),
        ("success = [201]", "success = []", "29: provider.create.success: must not be empty."),
        ('key = "script"', 'key = "user"', "16: secrets.key: must be 'script'."),
        ('kind = "bearer"\ntoken', 'kind = "oauth"\ntoken', "24: provider.auth.kind: must be one of 'none', 'bearer', 'header'."),
        ('kind = "bearer"\ntoken', "token", '23: provider.auth.kind: missing. Add "kind".'),
        ('kind = "bearer"\ntoken', 'kind = "bearer"\ntokken', '25: provider.auth.tokken: unknown key. Did you mean "token"?'),
        ('method = "POST"', 'method = "post"', "27: provider.create.method: must be 'GET', 'POST', 'PUT', 'PATCH' or 'DELETE'."),
        ('type = "VIDEO"', 'type = "VIDEO"\nlabel = "x"', "46: provider.response.entry_point[0].label: unknown key. Known:"),
        ('id = "sample"', 'id = "sample"\nkind = "link"', "19: provider.kind: must be 'rest'."),
        # Schema.
        ("schema = 1\n", "", '1: schema: missing. Add "schema".'),
        ("schema = 1\n", "schema = true\n", "1: schema: must be a whole number."),
        ("schema = 1\n", "schema = 2\nfuture = 1\n", "1: schema: 2 needs a confsync newer than this one"),
        ("schema = 1\n", 'schema = "1"\n', "1: schema: must be a whole number."),
        # Solutions.
        ('id = "recorded"', 'id = "web"', '10: solutions[1].id: "web" is taken already'),
        ('name = "Recorded call"', 'name = "web CALL"', '11: solutions[1].name: "web CALL" is taken already'),
        ('id = "web"', 'id = "Web"', "7: solutions[0].id: must be small letters and digits"),
        ('id = "web"', 'id = "1"', "7: solutions[0].id: must be small letters and digits"),
        ('name = "Web call"', 'name = " Web call"', "8: solutions[0].name: must not begin or end with a space"),
        ("{ recording = true }", "{ recording = 0.5 }", "12: solutions[1].settings.recording: must be a text, a whole number"),
        ("{ recording = true }", "{ recording = 1979-05-27 }", "12: solutions[1].settings.recording: must be a text"),
        ("{ recording = true }", "{ __proto__ = 1 }", "12: solutions[1].settings.__proto__: is a name that JavaScript"),
        # Addresses.
        ("https://images", "http://images", "4: addon.logo_url: must be an https:// address"),
        ("Europe/Berlin", "Europe/Belrin", '5: addon.time_zone: there is no time zone "Europe/Belrin". Did you mean "Europe/Berlin"?'),
        ('= "https://calls.example/v1"', '= "http://calls.example/v1"', "20: provider.base_url: must start with https://"),
        ('= "https://calls.example/v1"', '= "https://calls.example/v1/"', "20: provider.base_url: must be a plain URL"),
        ('= "https://calls.example/v1"', '= "https://{event.title}/v1"', "20: provider.base_url: must be a plain URL"),
        ('= "https://calls.example/v1"', '= "https://calls.example/v2"', "20: provider.base_url: is not covered by url_allowlist"),
        ('["https://calls.example/v1/"]', '["https://calls.example"]', "21: provider.url_allowlist[0]: \"https://calls.example\" needs a path"),
        ('["https://calls.example/v1/"]', '[\n"https://calls.example/v1/",\n"http://x.example/"]', '23: provider.url_allowlist[1]: "http://x.example/" must start with https://'),
        ('["https://calls.example/v1/"]', '["https://*.*.example/"]', "21: provider.url_allowlist[0]: \"https://*.*.example/\" is not a URL prefix"),
        ('["https://calls.example/v1/"]', '["https://calls.example/v1/", "https://calls.example/v1/calls/x"]', ""),
        ('join_hosts = ["calls.example"]', 'join_hosts = ["https://calls.example"]', '22: provider.join_hosts[0]: "https://calls.example" is not a host name'),
        # Templates.
        ("{event.title|default:none}", "{event.title", "31: provider.create.body.title: '{event.title' is not a placeholder"),
        ("{event.title|default:none}", "{event.title}", "31: provider.create.body.title: {event.title} may have no value: add ?"),
        ("{event.title|default:none}", "{event.tilte?}", 'there is no "event.tilte". Did you mean "event.title"?'),
        ("{event.title|default:none}", "{evnt.title?}", 'there is no "evnt". Did you mean "event"?'),
        ("{event.title|default:none}", "{resp.title?}", '"resp" is not known here. Known: event, span, conference, solution, random, now.'),
        ("{event.title|default:none}", "{event.start}", "{event.start} is an instant: add |utc, |date or |epoch."),
        ("{event.title|default:none}", "{event.key|utc}", 'the formatter "utc" does not take what stands before it (text).'),
        ("{event.title|default:none}", "{event.start|trunc:4}", 'the formatter "trunc" does not take what stands before it (instant).'),
        ("{event.title|default:none}", "x{event.recurrence?}", "{event.recurrence?} is a list and can only be the whole value"),
        ("{event.title|default:none}", "{event.key|uppr}", 'there is no formatter "uppr".'),
        ("{event.title|default:none}", "{event.key|trunc}", 'the formatter "trunc" takes one argument.'),
        ("{event.title|default:none}", "{event.key|trunc:0}", 'the formatter "trunc" takes a number of characters'),
        ("{event.title|default:none}", "{event.key|map:a}", 'the formatter "map" takes arguments such as from=to.'),
        ("{event.title|default:none}", "{event.key|lower:x}", 'the formatter "lower" takes no argument.'),
        ("{event.title|default:none}", "{event.key.x}", '"event.key.x" is not a path to a value.'),
        ("{event.title|default:none}", "{now}", "{now} is an instant"),
        ("{event.title|default:none}", "{random|lower}", '"random" is not known here. Known: event, span, conference, solution.'),
        ("{event.title|default:none}", "{secret.key}", "{secret.…} is allowed in [provider.auth] only."),
        ("{solution.recording?}", "{solution.recording}", "{solution.recording} may have no value"),
        ("{solution.recording?}", "{solution.recordign?}", 'Did you mean "solution.recording"?'),
        ('id = "{resp.id}"', 'id = "{event.key}"', '"event" is not known here. Known: resp, conference, solution.'),
        ('"/calls"', '"/calls/{conference.id?}"', "{conference.id?} cannot be left out of a path"),
        ('"/calls"', '"/../{conference.id}"', "28: provider.create.path: has a part . or .."),
        ('"/calls"', '"/calls?x=1"', "28: provider.create.path: has a part . or .. or a character"),
        ('"/calls"', '"calls"', "28: provider.create.path: must match ^/."),
        ("{secret.key}", "{secret.kye}", 'there is no "secret.kye". Did you mean "secret.key"?'),
        ("{secret.key}", "abc", "25: provider.auth.token: a key does not belong here"),
        # What operations need.
        ('method = "POST"', 'method = "GET"', "27: provider.create.method: a GET request has no body"),
        ('"DELETE"\npath = "/calls/{conference.id}"', '"DELETE"\npath = "/calls/all"', "40: provider.delete.path: does not say which conference"),
        ('omit = ["id"]', 'omit = ["idd"]', '37: provider.update.omit[0]: "idd" is not in the body. Did you mean "id"?'),
        ('omit = ["id"]', 'null_when_missing = ["titel"]', 'null_when_missing[0]: "titel" is not in the body. Did you mean "title"?'),
        ('body_from = "create"', 'body_from = "create"\nbody = { a = 1 }', "36: provider.update.body_from: there is a body already"),
        ("conflict = [{ status = 409 }]", 'on_conflict = "get"', '30: provider.create.on_conflict: on_conflict = "get" needs a [provider.get].'),
        ("conflict = [{ status = 409 }]", "conflict = [{}]", "30: provider.create.conflict[0]: says nothing"),
        ("conflict = [{ status = 409 }]", "conflict = [{ in = [1] }]", '30: provider.create.conflict[0].in: needs json = "path"'),
        ("conflict = [{ status = 409 }]", 'conflict = [{ json = "a..b" }]', '30: provider.create.conflict[0].json: "a..b" is not a path'),
        ("conflict = [{ status = 409 }]", 'conflict = [{ json = "a", in = [1.5] }]', "30: provider.create.conflict[0].in[0]: must be a text"),
        ("conflict = [{ status = 409 }]", 'headers = { authorization = "x" }', "30: provider.create.headers.authorization: is a header that confsync sets"),
        ("conflict = [{ status = 409 }]", 'headers = { "a b" = "x" }', '"a b" is not the name of a header.'),
        ('type = "VIDEO"', 'type = "MORE"', "44: provider.response.entry_point: Calendar needs a VIDEO, PHONE or SIP"),
        ("", '[[provider.response.entry_point]]\ntype = "VIDEO"\nuri = "{resp.url}"\n', "44: provider.response.entry_point: Calendar takes one VIDEO"),
        ('type = "VIDEO"', 'type = "VIDEO"\nregion_code = "US"', "46: provider.response.entry_point[0].region_code: is something that only a PHONE"),
        ('type = "VIDEO"', 'type = "VIDEO"\nfeature = "TOLL"', "46: provider.response.entry_point[0].feature: is something that only a PHONE"),
        ('type = "VIDEO"', 'type = "VIDEO"\nif = ["event.key"]', '46: provider.response.entry_point[0].if[0]: there is no "event" here.'),
        # Occurrences.
        ("", '[provider.occurrence.body]\nx = "{event.title?}"\n', '"event" is not known here. Known: occurrence, conference, solution.'),
        ("", '[provider.occurrence]\nmember = "title"\nbody = { x = "y" }\n', 'provider.occurrence.member: "title" is in the body already.'),
        ("{event.title|default:none}", "{span.end|utc}", "{span.end|utc} may have no value"),
        # Write-backs.
        ("", '[[provider.update.conference.entry_point]]\ntype = "VIDEO"\nuri = "{resp.url}"\n', ""),
        ("", '[provider.update.conference]\nnotes = "{resp.url}"\n', "provider.update.conference.entry_point: missing."),
        ("", '[provider.update.conference]\nid = "{resp.id}"\n', "provider.update.conference.id"),
        ("", '[[provider.update.conference.entry_point]]\ntype = "MORE"\nuri = "{resp.url}"\n', "provider.update.conference.entry_point: Calendar needs a VIDEO"),
        ("", '[[provider.update.conference.entry_point]]\ntype = "VIDEO"\nuri = "{event.title}"\n', 'conference.entry_point[0].uri: "event" is not known here.'),
        ("", '[[provider.update.conference.entry_point]]\ntype = "VIDEO"\nif = ["event.key"]\nuri = "{resp.url}"\n', 'entry_point[0].if[0]: there is no "event" here.'),
        # Secrets.
        ('key = "script"', 'key = "script"\nother = "script"', "17: secrets.other: is used nowhere."),
        ("[secrets]\nkey = \"script\"\n", "", 'there is no "secret.key".'),
    ],
)  # fmt: skip
def test_a_mistake_is_named(old: str, new: str, message: str, write: Write) -> None:
    file = write(old, new)
    if not message:
        load(file)
        return
    said = refusal(file)
    assert message in said
    assert re.match(r"addon\.toml:\d+: [a-z]", said), said


def test_a_list_of_no_solutions(write: Write) -> None:
    file = write("schema = 1\n", "schema = 1\nsolutions = []\n")
    text = re.sub(r"(?s)\[\[solutions\]\].*(?=\[sync\])", "", file.read_text())
    file.write_text(text)
    assert refusal(file) == "addon.toml:2: solutions: must not be empty."


def test_all_mistakes_are_told_in_order(write: Write) -> None:
    file = write("[sync]\ngrace_hours = 1", "[sync]\ngrace_hours = -1\nprune_days = 0")
    assert refusal(file).splitlines() == [
        "addon.toml:14: sync.grace_hours: must be greater than or equal to 0.",
        "addon.toml:15: sync.prune_days: must be greater than or equal to 1.",
    ]


def test_too_many_mistakes_are_counted(write: Write) -> None:
    keys = "".join(f"k{number} = 1\n" for number in range(25))
    lines = refusal(write("[sync]\n", f"[sync]\n{keys}")).splitlines()
    assert len(lines) == 11
    assert lines[-1] == "… and 15 more."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("schema = 1\nname = \n", "addon.toml:2:8: this is not TOML: Invalid value."),
        ("schema = 1\nschema = 2\n", "addon.toml:2:11: this is not TOML: Cannot overwrite a value."),
        ("[addon\n", "addon.toml:1:7: this is not TOML: "),
        ('a = "x', "addon.toml:1: this is not TOML: Unterminated string."),
    ],
)
def test_broken_toml_has_a_line_and_a_column(text: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "addon.toml"
    file.write_text(text)
    assert refusal(file).startswith(message)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert refusal(tmp_path / "no.toml").startswith(
        "no.toml: there is no such file. Name the add-on's description"
    )


def test_a_folder(tmp_path: Path) -> None:
    assert "cannot be read: Is a directory." in refusal(tmp_path)


def test_a_byte_order_mark_does_no_harm(good: Path) -> None:
    good.write_bytes(b"\xef\xbb\xbf" + good.read_bytes())
    assert load(good).name == "Calls"


def test_another_encoding(tmp_path: Path) -> None:
    file = tmp_path / "addon.toml"
    file.write_bytes(b'schema = 1\nname = "caf\xe9"\n')
    assert refusal(file) == "addon.toml:2: is not UTF-8 text. Save it as UTF-8."
