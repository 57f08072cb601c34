"""Executions of the Python wing as the platform drives them: call by call, to an end, an error, or a kill."""

import gc
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest
from googleapiclient.errors import HttpError

from confsync.emulator.execution import Answer, Call, Ended, ScriptError, Start
from confsync.sync.ports import FetchError
from confsync.verify.wing import PythonExecution, PythonWing

CONFIG = {"solutions": [{"id": "web", "onCreateFunction": "createWebConference"}]}
NOW = 1_772_438_400_000


def start(function, *arguments):
    return Start([], {}, function, list(arguments), NOW, 1, "alice@example.com")


def execution(function):
    """Return an execution of a Python function that gets the ports."""
    return PythonExecution(function, [], NOW)


def driven(running, answers):
    """Answer call by call; return what was asked, and how it ended."""
    asked = []
    while isinstance(call := running.next_call(), Call):
        asked.append(call.name)
        answer = answers.pop(0)
        running.answer(answer if isinstance(answer, Answer) else Answer(NOW, answer))
    return asked, call


def test_it_asks_and_is_answered():
    def work(ports):
        ports.machine.log("INFO", f"it is {ports.machine.now_ms()}")
        return [ports.lock.try_lock(0), ports.properties.get_properties(), ports.machine.now_ms()]

    asked, ended = driven(execution(work), [True, Answer(NOW + 5, {"a": "1"})])
    assert asked == ["LockService.tryLock", "Properties.getProperties"]
    assert (ended.result, ended.error) == ([True, {"a": "1"}, NOW + 5], None)
    assert [(line.severity, line.message) for line in ended.log] == [("INFO", f"it is {NOW}")]


def test_nothing_runs_before_the_first_call_is_wanted():
    ran = []
    running = execution(lambda ports: ran.append(1))
    assert ran == []
    assert isinstance(running.next_call(), Ended)
    assert ran == [1]


def test_after_a_kill_no_handler_runs_and_nothing_is_asked():
    effects = []

    def work(ports):
        try:
            ports.lock.try_lock(0)
            effects.append("went on")
        except Exception:  # noqa: BLE001 - a handler for everything must not run
            effects.append("handled")
        finally:
            ports.lock.release_lock()
            effects.append("cleaned up")

    running = execution(work)
    assert running.next_call().name == "LockService.tryLock"
    running.kill()
    assert effects == []
    ended = running.next_call()
    assert (ended.result, ended.error.name) == (None, "Killed")


def test_a_kill_before_the_start_or_after_the_end_does_no_harm():
    ran = []
    unborn = execution(lambda ports: ran.append(1))
    unborn.kill()
    assert unborn.next_call().error.name == "Killed"
    assert ran == []
    ended = execution(lambda ports: "done")
    assert ended.next_call().result == "done"
    ended.kill()
    assert ended.next_call().result == "done"


def test_one_that_nobody_drives_on_leaves_nothing_behind():
    effects = []

    def work(ports):
        try:
            ports.lock.try_lock(0)
        except Exception:  # noqa: BLE001 - a handler for everything must not run
            effects.append("handled")
        finally:
            ports.lock.release_lock()
            effects.append("cleaned up")

    running = execution(work)
    assert running.next_call().name == "LockService.tryLock"
    gone = weakref.ref(running)
    del running
    gc.collect()
    assert gone() is None
    assert effects == []


def test_it_may_be_made_in_one_thread_and_driven_in_another():
    running = execution(lambda ports: ports.lock.try_lock(0))
    with ThreadPoolExecutor(1) as other:
        assert other.submit(driven, running, [True]).result()[1].result is True


def test_one_may_run_while_another_one_waits_for_its_answer():
    inner = execution(lambda ports: ports.lock.try_lock(0))
    outer = execution(lambda ports: [ports.machine.get_uuid(), driven(inner, [True])[1].result])
    assert driven(outer, ["one"])[1].result == ["one", True]


def test_executions_do_not_disturb_each_other():
    def work(ports):
        return ports.properties.get_properties()["name"]

    one, other = execution(work), execution(work)
    assert one.next_call().name == other.next_call().name == "Properties.getProperties"
    other.answer(Answer(NOW, {"name": "other"}))
    one.answer(Answer(NOW, {"name": "one"}))
    assert (other.next_call().result, one.next_call().result) == ("other", "one")


def test_an_error_that_nobody_catches_ends_it():
    ended = execution(lambda ports: {}["missing"]).next_call()
    assert (ended.result, ended.error.name, ended.error.message) == (None, "KeyError", "'missing'")
    assert "test_wing_executions" in ended.error.stack


def test_a_service_refuses_with_what_a_script_would_see():
    refusal = ScriptError("Exception", "Service invoked too many times")
    asked, ended = driven(
        execution(lambda ports: ports.properties.get_properties()), [Answer(NOW, None, refusal)]
    )
    assert asked == ["Properties.getProperties"]
    assert ended.error == refusal


@pytest.mark.parametrize("kind", [FetchError, Exception])
def test_a_refusal_can_be_handled(kind):
    def work(ports):
        try:
            ports.fetch.fetch_all([])
        except kind as error:
            return str(error)

    refusal = Answer(NOW, None, ScriptError("Exception", "DNS error"))
    assert driven(execution(work), [refusal])[1].result == "DNS error"


def test_googles_client_asks_what_a_script_would_and_sees_googles_error():
    def work(ports):
        try:
            request = ports.events.list(
                calendarId="a@b.example", maxResults=5, showDeleted=True, syncToken="t="
            )
            request.execute(http=ports.http)
        except HttpError as error:
            return [type(error).__name__, error.resp.status, error.error_details[0]["reason"]]

    running = execution(work)
    call = running.next_call()
    assert (call.service, call.method) == ("calendar.events", "list")
    assert call.arguments == {
        "calendarId": "a@b.example",
        "maxResults": 5,
        "showDeleted": True,
        "syncToken": "t=",
    }
    details = {"code": 410, "message": "Gone", "errors": [{"reason": "fullSyncRequired"}]}
    running.answer(
        Answer(NOW, None, ScriptError("GoogleJsonResponseException", "Gone", {"details": details}))
    )
    assert running.next_call().result == ["HttpError", 410, "fullSyncRequired"]


def test_the_functions_of_the_add_on_are_there_and_no_others():
    wing = PythonWing(CONFIG)
    assert wing.start(start("syncEvents")).next_call().name == "LockService.tryLock"
    assert wing.start(start("createWebConference", {})).next_call().name == "Properties.getProperties"
    ended = wing.start(start("toString")).next_call()
    assert ended.error == ScriptError("Exception", "Script function not found: toString")
