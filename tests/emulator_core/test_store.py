"""The state survives what happens to processes, and never mixes what threads write."""

import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from confsync.emulator.store import Store
from confsync.errors import EmulatorError

TABLE = "CREATE TABLE IF NOT EXISTS numbers (number INTEGER, half INTEGER); -- a comment; with a semicolon"

WRITER = f"""
import sys
from pathlib import Path
from confsync.emulator.store import Store
store = Store(Path(sys.argv[1]))
store.create({TABLE!r})
number = 0
while True:
    number += 1
    with store.turn() as connection:
        connection.execute("INSERT INTO numbers VALUES (?, 1)", (number,))
        connection.execute("INSERT INTO numbers VALUES (?, 2)", (number,))
    print(number, flush=True)
"""


def count(store: Store) -> int:
    """Return how many numbers there are."""
    with store.turn() as connection:
        return int(connection.execute("SELECT count(*) FROM numbers").fetchone()[0])


def test_threads_take_turns() -> None:
    store = Store()
    store.create(TABLE)

    def work() -> None:
        for _ in range(50):
            with store.turn() as connection:
                last = connection.execute("SELECT coalesce(max(number), 0) FROM numbers").fetchone()[0]
                with store.turn():
                    connection.execute("INSERT INTO numbers VALUES (?, 0)", (last + 1,))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.turn() as connection:
        numbers = [row["number"] for row in connection.execute("SELECT number FROM numbers ORDER BY number")]
    assert numbers == list(range(1, 401))


def test_an_exception_undoes_the_whole_turn_and_the_next_one_works() -> None:
    store = Store()
    store.create(TABLE)
    with pytest.raises(KeyError), store.turn() as connection:
        connection.execute("INSERT INTO numbers VALUES (1, 0)")
        with store.turn():
            connection.execute("INSERT INTO numbers VALUES (2, 0)")
        raise KeyError
    assert count(store) == 0
    store.set_note("a", "b")
    assert store.note("a") == "b"


def test_tables_made_within_a_turn_go_with_it() -> None:
    store = Store()
    with pytest.raises(KeyError), store.turn():
        store.create(TABLE)
        raise KeyError
    assert store.tables() == ["notes"]


def test_clearing_forgets_tables_and_notes() -> None:
    store = Store()
    store.create(TABLE)
    store.set_note("a", "b")
    store.clear()
    assert store.tables() == ["notes"]
    assert store.note("a") is None


def test_a_killed_process_leaves_whole_turns_and_all_that_it_answered(tmp_path: Path) -> None:
    file = tmp_path / "state"
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(file)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    answered = [int(writer.stdout.readline()) for _ in range(200)][-1]
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    writer.stdout.close()
    store = Store(file)
    with store.turn() as connection:
        rows = connection.execute("SELECT number, count(*) AS halves FROM numbers GROUP BY number").fetchall()
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert len(rows) >= answered
    assert {row["halves"] for row in rows} == {2}
    store.close()


def test_what_was_written_is_there_again(tmp_path: Path) -> None:
    first = Store(tmp_path / "state")
    first.set_note("a", "b")
    first.close()
    first.close()
    second = Store(tmp_path / "state")
    assert second.note("a") == "b"
    second.close()


def test_a_file_in_use_is_refused(tmp_path: Path) -> None:
    first = Store(tmp_path / "state")
    with pytest.raises(EmulatorError, match="another local Google"):
        Store(tmp_path / "state")
    first.close()


def test_what_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear Alice, " * 500)
    with pytest.raises(EmulatorError, match="not a database"):
        Store(file)
    assert file.read_text() == "Dear Alice, " * 500


def test_a_database_of_something_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "places.sqlite"
    with sqlite3.connect(file) as other:
        other.execute("CREATE TABLE places (name TEXT)")
    other.close()
    before = file.read_bytes()
    with pytest.raises(EmulatorError, match="something else"):
        Store(file)
    assert file.read_bytes() == before


def test_a_newer_format_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "state"
    Store(file).close()
    with sqlite3.connect(file) as newer:
        newer.execute("PRAGMA user_version = 99")
    newer.close()
    with pytest.raises(EmulatorError, match="format 99, newer"):
        Store(file)


def test_where_no_file_can_be_is_refused(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "missing" / "state"):
        with pytest.raises(EmulatorError, match="cannot be kept there") as caught:
            Store(place)
        assert caught.value.where == str(place)
