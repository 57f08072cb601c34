"""Libraries: what a script sees of them, what is theirs, and which version runs."""

from pathlib import Path
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from confsync.emulator.appsscript.executions import ExecutionRecord
from confsync.emulator.appsscript.folder import folder_files
from confsync.emulator.clock import Clock
from confsync.emulator.world import VIRTUAL_START_US, World
from confsync.errors import EmulatorError

from .conftest import ALICE, BOB, MANIFEST, Script

ID = "1LibraryOfTheTests"


def manifest(*libraries: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a manifest that includes libraries."""
    return MANIFEST | {"dependencies": MANIFEST["dependencies"] | {"libraries": list(libraries)}} | more


def including(library_id: str = ID, symbol: str = "Lib", version: str = "1", **more: Any) -> dict[str, Any]:
    return {"userSymbol": symbol, "libraryId": library_id, "version": version, **more}


def put(world: World, source: str, library_id: str = ID, page: str = "", includes: str = "{}") -> None:
    """Answer for a library with one script and perhaps a page."""
    files = [
        {"name": "appsscript", "type": "JSON", "source": includes},
        {"name": "Shelf", "type": "SERVER_JS", "source": source},
        {"name": "page", "type": "HTML", "source": page},
    ]
    world.appsscript.put_library(library_id, files)


def ran(script: Script, source: str, *libraries: dict[str, Any], user: str = ALICE) -> ExecutionRecord:
    """Push `function main() { source }` with libraries and run it."""
    script.push(f"function main() {{ {source} }}", manifest(*(libraries or (including(),))))
    return script.world.appsscript.run(user, script.id, "main")


def value(script: Script, source: str, *libraries: dict[str, Any], user: str = ALICE) -> Any:
    record = ran(script, source, *libraries, user=user)
    assert record.status == "COMPLETED", record.error
    return record.result


def error(script: Script, source: str, *libraries: dict[str, Any]) -> str:
    record = ran(script, source, *libraries)
    assert record.status == "FAILED" and record.error
    return str(record.error["message"])


def test_its_enumerable_globals_are_seen_and_no_others(script: Script) -> None:
    put(
        script.world,
        """
        function open() { return [hidden_(), constant, typeof main, typeof twin]; }
        function hidden_() { return "hidden"; }
        var shown = 1; let letter = 2; const constant = 3; class Kind {} var own_ = 4;
        globalThis.set = 5; Object.defineProperty(globalThis, "quiet", { value: 6, enumerable: false });
        function change() { shown += 1; }
        function twin() {}
        """,
    )
    seen = value(
        script,
        "const twin = 7; Lib.change(); return [Object.keys(Lib).sort(), Lib.open(), Lib.shown, Lib.quiet];",
    )
    assert seen == [
        ["change", "open", "set", "shown", "twin"],
        ["hidden", 3, "undefined", "function"],
        2,
        None,
    ]
    assert error(script, "Lib.hidden_();") == "Lib.hidden_ is not a function"
    assert error(script, "return open;") == "open is not defined"


def test_script_properties_caches_and_locks_are_its_own(script: Script) -> None:
    put(
        script.world,
        """
        function keep(word) {
          PropertiesService.getScriptProperties().setProperty("script", word);
          PropertiesService.getUserProperties().setProperty("user", word);
          CacheService.getScriptCache().put("script", word); CacheService.getUserCache().put("user", word);
          return LockService.getUserLock().tryLock(1) && LockService.getScriptLock().tryLock(1);
        }
        function kept() {
          return [PropertiesService.getScriptProperties().getProperty("script"), CacheService.getUserCache().get("user"),
            CacheService.getScriptCache().get("script"), LockService.getUserLock().hasLock()];
        }
        """,
    )
    seen = """return [Lib.keep("word"), Lib.kept(), PropertiesService.getScriptProperties().getProperty("script"),
      PropertiesService.getUserProperties().getProperty("user"), CacheService.getUserCache().get("user"),
      CacheService.getScriptCache().get("script"), LockService.getUserLock().hasLock()];"""
    assert value(script, seen) == [True, ["word", "word", "word", True], None, "word", None, None, False]
    platform = script.world.appsscript
    assert platform.properties(ID, "script") == {"script": "word"}
    assert platform.properties(script.id, ALICE) == {"user": "word"}
    # All who include it see the same, each with their own user's cache.
    assert value(script, "return Lib.kept();", user=BOB) == ["word", None, "word", False]


def test_everything_else_is_that_of_the_script(script: Script) -> None:
    put(
        script.world,
        """
        var loadedAt = Date.now();
        function tell() {
          Logger.log("in the library"); console.info("there too");
          return [ScriptApp.getScriptId(), Session.getEffectiveUser().getEmail(), Session.getScriptTimeZone(),
            loadedAt === Date.now(), typeof Calendar, HtmlService.createHtmlOutputFromFile("page").getContent()];
        }
        function leave() { ScriptApp.newTrigger("synced").forUserCalendar("alice@example.com").onEventUpdated().create(); }
        """,
        page="<p>of the library",
    )
    record = ran(script, "Lib.leave(); return [...Lib.tell(), Logger.getLog()];")
    assert record.result == [
        script.id,
        ALICE,
        "Europe/Berlin",
        False,
        "undefined",
        "<p>of the library",
        "in the library\n",
    ]
    assert [line["message"] for line in record.log] == ["in the library", "there too"]
    [trigger] = script.world.appsscript.triggers()
    assert (trigger.script_id, trigger.handler) == (script.id, "synced")


def test_its_manifest_names_its_advanced_services(script: Script) -> None:
    service = '{"dependencies": {"enabledAdvancedServices": [{"userSymbol": "Days", "serviceId": "calendar", "version": "v3"}]}}'
    put(
        script.world,
        "function read() { return [Days.Events.list('primary').summary, typeof Calendar]; }",
        includes=service,
    )
    assert value(script, "return Lib.read();") == [ALICE, "undefined"]


def test_what_is_made_on_one_side_serves_on_the_other(script: Script) -> None:
    put(
        script.world,
        """
        function fill(store, lock) { store.setProperty("by", "library"); return store.getProperty("by"); }
        function entry(type) {
          return ConferenceDataService.newEntryPoint().setEntryPointType(type).setUri("https://conferences.example/1");
        }
        function page() { return HtmlService.createHtmlOutput("<b>"); }
        function later(word) { return Promise.resolve(word).then((given) => given + "!"); }
        function fail() { throw new Error("in the library"); }
        """,
    )
    seen = value(
        script,
        """const { VIDEO } = ConferenceDataService.EntryPointType;
        const data = ConferenceDataService.newConferenceDataBuilder().addEntryPoint(Lib.entry(VIDEO)).build();
        const template = HtmlService.createTemplate("<?!= page ?>"); template.page = Lib.page();
        let caught; try { Lib.fail(); } catch (error) { caught = [error instanceof Error, error.message]; }
        return [Lib.fill(PropertiesService.getUserProperties()), JSON.parse(data.printJson()).entryPoints.length,
          template.evaluate().getContent(), caught];""",
    )
    assert seen == ["library", 1, "<b>", [True, "in the library"]]
    script.push(
        "async function main() { return (await Lib.later('soon')) + (await Lib.later('er')); }",
        manifest(including()),
    )
    assert script.world.appsscript.run(ALICE, script.id, "main").result == "soon!er!"


def test_stack_traces_name_its_files(script: Script) -> None:
    put(
        script.world,
        "function outer() {\n  return inner();\n}\nfunction inner() { throw new TypeError('no'); }",
    )
    record = ran(script, "\nLib.outer();")
    assert record.error and record.error["name"] == "TypeError"
    frames = [line.strip() for line in record.error["stack"].splitlines()[1:]]
    assert frames == ["at inner (Shelf:4:26)", "at Object.outer (Shelf:2:10)", "at main (Code:2:5)"]


def test_a_function_of_a_library_can_be_called_from_outside(script: Script) -> None:
    put(script.world, "function run(given) { return [given, typeof this]; }")
    script.push("var nothing;", manifest(including()))
    platform = script.world.appsscript
    assert platform.run(ALICE, script.id, "Lib.run", ["x"]).result == ["x", "object"]
    missing = platform.run(ALICE, script.id, "Lib.none").error
    assert missing and missing["message"] == "Script function not found: Lib.none"


def test_it_runs_when_it_is_touched_and_once(script: Script) -> None:
    put(script.world, "console.log('loaded'); var count = 0; function next() { return ++count; }")
    assert ran(script, "return 1;").log == []
    record = ran(script, "return [Lib.next(), Lib.next()];")
    assert record.result == [1, 2] and [line["message"] for line in record.log] == ["loaded"]
    put(script.world, "var before = 1; throw new RangeError('broken');")
    caught = "const tried = () => { try { return Lib.before; } catch (error) { return error.message; } };"
    assert value(script, f"{caught} return [tried(), tried()];") == ["broken", "broken"]
    assert error(script, "Lib.before;") == "broken"


def test_a_library_reaches_no_further_than_a_script(script: Script) -> None:
    put(
        script.world,
        """
        function look() { return [typeof process, typeof require, typeof kit, typeof setTimeout]; }
        function give() { return { own: look, error: new Error("x"), list: [] }; }
        """,
    )
    seen = value(
        script,
        """const outside = (value) => value.constructor.constructor("return [typeof process, typeof require]")();
        const given = Lib.give();
        return [Lib.look(), ...[Lib, given, given.own, given.error, given.list].map(outside)];""",
    )
    assert {kind for kinds in seen for kind in kinds} == {"undefined"}
    deep = "let depth = 0; const fall = () => { depth++; try { fall(); } catch { return Lib.look(); } }; fall(); return depth;"
    record = ran(script, deep)
    assert record.status in ("COMPLETED", "FAILED")
    assert value(script, "return Lib.look().length;") == 4


def test_a_script_cannot_pass_for_its_library(script: Script) -> None:
    put(
        script.world,
        """
        function keep() { PropertiesService.getScriptProperties().setProperty("token", "of the library"); }
        function kept() { return PropertiesService.getScriptProperties().getProperty("token"); }
        """,
    )
    pretend = "for (const number of [0, 7, 'x']) { Object.prototype.library = number; Object.prototype.main = {}; found.push(read()); }"
    seen = value(
        script,
        f"""Lib.keep(); const found = [];
        const read = () => PropertiesService.getScriptProperties().getProperty("token");
        {pretend} delete Object.prototype.library; delete Object.prototype.main; return [...found, Lib.kept()];""",
    )
    assert seen == [None, None, None, "of the library"]


def test_a_library_includes_libraries(script: Script) -> None:
    inner = (
        '{"dependencies": {"libraries": [{"userSymbol": "Inner", "libraryId": "1Inner", "version": "3"}]}}'
    )
    put(script.world, "function deep() { return Inner.name(); }", includes=inner)
    assert error(script, "return 1;").startswith("Library with identifier Lib.Inner is missing")
    put(script.world, "let calls = 0; function name() { return `inner ${++calls}`; }", "1Inner")
    assert value(script, "return Lib.deep();") == "inner 1"
    both = value(
        script, "return [Lib.deep(), Own.name(), typeof Inner];", including(), including("1Inner", "Own")
    )
    assert both == ["inner 1", "inner 2", "undefined"]


def test_a_library_that_is_named_like_a_service_takes_its_place(script: Script) -> None:
    put(script.world, "function getUuid() { return 'mine'; }")
    assert value(script, "return Utilities.getUuid();", including(symbol="Utilities")) == "mine"


def test_a_project_is_a_library_by_its_saved_versions(script: Script, api: Any) -> None:
    other = Script(script.world, api, api.projects().create(body={"title": "Shelf"}).execute()["scriptId"])
    for number in (1, 2):
        other.push(f"function version() {{ return {number}; }}")
        api.projects().versions().create(scriptId=other.id, body={}).execute()
    other.push("function version() { return 'HEAD'; }")
    for version, more, expected in (
        ("1", {}, 1),
        ("2", {"developmentMode": False}, 2),
        ("stable", {}, 2),
        ("1", {"developmentMode": True}, "HEAD"),
    ):
        assert (
            value(script, "return Lib.version();", including(other.id, version=version, **more)) == expected
        )
    assert value(script, "return Lib.version();", including(other.id), user=BOB) == 1
    for version in ("3", "0", "latest"):
        said = error(script, "return 1;", including(other.id, version=version))
        assert said == (
            "Library with identifier Lib is missing (perhaps it was deleted, or you don't have read access?)"
        )


def test_without_the_library_nothing_runs(script: Script) -> None:
    record = ran(script, "console.log('never');", including("1Nobody", "Gone"))
    assert (record.status, record.log, record.calls) == ("FAILED", [], 0)
    assert record.error == {
        "name": "Exception",
        "message": "Library with identifier Gone is missing (perhaps it was deleted, or you don't have read access?)",
    }


@pytest.mark.parametrize(
    "library",
    [
        {"userSymbol": "Lib", "version": "1"},
        including() | {"libraryId": 7},
        including() | {"version": 1},
        including() | {"developmentMode": "yes"},
        including() | {"name": "Lib"},
        "Lib",
    ],
)
def test_a_push_with_a_malformed_library_is_refused(script: Script, library: Any) -> None:
    with pytest.raises(HttpError) as refused:
        script.push("", manifest(library))
    assert refused.value.status_code == 400
    assert "Request contains an invalid argument." in str(refused.value)


def folder(place: Path) -> Path:
    (place / "inner").mkdir(parents=True)
    (place / "Shelf.gs").write_text("function where() { return deep(); }")
    (place / "inner" / "Deep.js").write_text(
        "function deep() { return HtmlService.createHtmlOutputFromFile('p').getContent(); }"
    )
    (place / "p.html").write_text("<p>")
    (place / "README.md").write_text("not a file of the project")
    return place


def test_a_folder_is_a_library_from_the_start(tmp_path: Path) -> None:
    libraries = {ID: folder(tmp_path / "shelf")}
    clock = Clock(start_us=VIRTUAL_START_US)
    world = World(clock=clock, users=[ALICE], libraries=libraries)
    try:
        listed = [{"libraryId": ID, "files": ["appsscript", "Shelf", "inner/Deep", "p"]}]
        assert world.request("GET", "/emulator/libraries").json() == {"libraries": listed}
        world.reset()
        assert world.appsscript.libraries() == listed
    finally:
        world.close()
    with pytest.raises(EmulatorError, match="there is no such folder"):
        folder_files(tmp_path / "none")
    (tmp_path / "empty").mkdir()
    with pytest.raises(EmulatorError, match="there is no script"):
        folder_files(tmp_path / "empty")


def test_a_library_is_part_of_the_state(script: Script, tmp_path: Path) -> None:
    world = script.world
    put(world, "function age() { return 'old'; }")
    assert value(script, "return Lib.age();") == "old"
    world.snapshot("before")
    put(world, "function age() { return 'new'; }")
    assert world.appsscript.run(ALICE, script.id, "main").result == "new"
    world.restore("before")
    assert world.appsscript.run(ALICE, script.id, "main").result == "old"
    world.export(tmp_path / "state")
    other = World(clock=Clock(start_us=VIRTUAL_START_US), imports=[tmp_path / "state"])
    try:
        assert other.appsscript.run(ALICE, script.id, "main").result == "old"
    finally:
        other.close()


def test_a_library_is_put_by_the_control_route(script: Script) -> None:
    def answer(library_id: str, body: str) -> tuple[int, Any]:
        response = script.world.request("PUT", f"/emulator/libraries/{library_id}", {}, body.encode())
        return response.status, response.json()

    files = '{"files": [{"name": "appsscript", "type": "JSON", "source": "{}"}, {"name": "A", "type": "SERVER_JS", "source": "%s"}]}'
    assert answer(ID, files % "var a = 1;") == (
        200,
        {"libraries": [{"libraryId": ID, "files": ["appsscript", "A"]}]},
    )
    assert value(script, "return Lib.a;") == 1
    assert answer(ID, files % "var a = 2;")[0] == 200
    assert value(script, "return Lib.a;") == 2
    for library_id, body, said in (
        (ID, files % "var;", "Syntax error"),
        (ID, '{"files": []}', "must include a manifest"),
        (ID, '{"files": [1]}', "files[0]"),
        (script.id, files % "", "is the project of a user"),
    ):
        status, refusal = answer(library_id, body)
        assert status == 400 and said in str(refusal)
