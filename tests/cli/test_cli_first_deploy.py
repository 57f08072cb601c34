"""On a terminal the first deploy waits where somebody has to do something; without one it says what."""

import io
from collections.abc import Callable
from typing import Any

import pytest

from confsync.cli import main


class Terminal(io.StringIO):
    """A terminal at which somebody does something before each answer."""

    def __init__(self, answers: str, before: Callable[[], None] = lambda: None) -> None:
        super().__init__(answers)
        self._before = before

    def isatty(self) -> bool:
        return True

    def readline(self, size: int | None = -1, /) -> str:
        self._before()
        return super().readline(-1 if size is None else size)


def deploy(desk: Any) -> None:
    main(["deploy", "--target", "local", "--url", desk.url], standalone_mode=False)


def test_it_waits_until_the_api_is_switched_on(
    desk: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.world.switches.change({"appsScriptApi": "off-for-user"})
    monkeypatch.setattr(
        "sys.stdin", Terminal("y\n", lambda: desk.world.switches.change({"appsScriptApi": "on"}))
    )
    deploy(desk)
    shown = capsys.readouterr()
    assert (
        "https://script.google.com/home/usersettings" in shown.err and "Is it switched on now?" in shown.err
    )
    assert "My Conferences: deployed to a local Google" in shown.out


def test_who_cannot_wait_is_told(desk: Any) -> None:
    desk.world.switches.change({"appsScriptApi": "off-for-user"})
    result = desk.run("deploy")
    assert result.exit_code == 1
    assert "Switch it on at https://script.google.com/home/usersettings" in result.stderr
