"""What of the platform's services is missing is known, and throws by its name."""

import pytest
import services_asked

from .conftest import Script


def test_what_is_missing_is_counted() -> None:
    missing = services_asked.missing()
    assert missing.keys() == services_asked.members().keys()
    assert missing["CardService"] == missing["HtmlService.HtmlTemplate"] == []
    assert "addSmsReminder" in missing["CalendarApp.CalendarEvent"]


@pytest.mark.parametrize("name", services_asked.absent_services())
def test_a_service_that_is_missing_throws_by_name(script: Script, name: str) -> None:
    assert script.error(f"{name}.anything()") == f"Error: {name}.anything is not emulated"
