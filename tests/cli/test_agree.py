"""Before anything is written somebody agrees; where users are at work, by the environment's name."""

import io
import sys
from pathlib import Path
from typing import Any

import pytest

from confsync.cli.agree import agree
from confsync.cli.destination import Destination
from confsync.deploy import targets
from confsync.deploy.made import Made
from confsync.errors import DeployError

PLAIN = Made("Title", (), False, {}, None)
PRODUCTION = Made("Title", (), True, {}, None)
SAID: dict[str, Any] = {"yes": False, "confirm": ""}


def destination(made: Made = PLAIN, target: Any = targets.google) -> Destination:
    nothing: Any = None
    env = "live" if made.is_production else ""
    return Destination(Path("addon.toml"), made, target(Path(), env), nothing, nothing, "ann")


def types(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    terminal = io.StringIO(f"{text}\n")
    monkeypatch.setattr(terminal, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdin", terminal)


def test_without_a_terminal_nobody_agrees() -> None:
    with pytest.raises(DeployError, match="--yes"):
        agree("Deploy?", destination(), SAID)
    agree("Deploy?", destination(), SAID | {"yes": True})


def test_a_local_google_is_nobodys_business() -> None:
    agree("Deploy?", destination(PRODUCTION, targets.local), SAID)


def test_on_a_terminal_one_is_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    types(monkeypatch, "y")
    agree("Deploy this to Google?", destination(), SAID)
    assert "Deploy this to Google?" in capsys.readouterr().err
    types(monkeypatch, "n")
    with pytest.raises(DeployError, match="nothing was changed"):
        agree("Deploy this to Google?", destination(), SAID)


@pytest.mark.parametrize("made", [PLAIN, PRODUCTION])
@pytest.mark.parametrize("interrupts", [True, False])
def test_ctrl_c_and_the_end_of_the_input_are_a_no(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], made: Made, interrupts: bool
) -> None:
    def read(size: int = -1) -> str:
        raise KeyboardInterrupt if interrupts else EOFError

    types(monkeypatch, "")
    monkeypatch.setattr(sys.stdin, "readline", read)
    with pytest.raises(DeployError, match=r"^nothing was changed\.$"):
        agree("Deploy?", destination(made), SAID)
    assert capsys.readouterr().err.endswith("\n")


def test_production_takes_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    types(monkeypatch, "live")
    agree("Deploy?", destination(PRODUCTION), SAID)
    for wrong in ("y", "LIVE", ""):
        types(monkeypatch, wrong)
        with pytest.raises(DeployError, match="is not live"):
            agree("Deploy?", destination(PRODUCTION), SAID | {"yes": True})


def test_production_without_a_terminal_takes_its_name_as_an_option() -> None:
    with pytest.raises(DeployError, match="--confirm live"):
        agree("Deploy?", destination(PRODUCTION), SAID | {"yes": True})
    with pytest.raises(DeployError, match="“lif” is not live"):
        agree("Deploy?", destination(PRODUCTION), SAID | {"confirm": "lif"})
    agree("Deploy?", destination(PRODUCTION), SAID | {"confirm": "live"})
