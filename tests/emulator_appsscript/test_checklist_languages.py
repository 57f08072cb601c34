"""Messages in the user's language: the prefix changes, what Calendar answered stays English, and so do the details."""

import pytest

from .conftest import Script

API_CALLS = {
    "en": "API call to calendar.events.get failed with error: Not Found",
    "es": "No se ha podido llamar a la API calendar.events.get; error: Not Found",
    "ru": "Не удалось вызвать API calendar.events.get. Ошибка: Not Found",  # noqa: RUF001 - Russian
}
FETCHES = {
    "en": (
        "Request failed for https://conferences.example returned code 404. Truncated server response: {} "
        "(use muteHttpExceptions option to examine full response)"
    ),
    "es": (
        "La solicitud de https://conferences.example ha fallado y ha devuelto el código 404. "
        "Respuesta truncada del servidor: {} (usa la opción muteHttpExceptions para ver la respuesta completa)"
    ),
    "ru": (
        "Не удалось отправить запрос сервису https://conferences.example. Код ошибки: 404. "  # noqa: RUF001 - Russian
        "Сокращенный ответ сервера: {} (чтобы увидеть ответ целиком, воспользуйтесь опцией muteHttpExceptions.)"
    ),
}


@pytest.mark.parametrize("locale", API_CALLS)
def test_an_error_of_calendar(script: Script, locale: str) -> None:
    script.world.switches.change({"scriptLocale": locale})
    name, message, details = script.value(
        """try { Calendar.Events.get("primary", "absent"); }
        catch (error) { return [error.name, error.message, error.details]; }"""
    )
    assert (name, message) == ("GoogleJsonResponseException", API_CALLS[locale])
    assert (details["code"], details["message"]) == (404, "Not Found")
    assert details["errors"][0]["reason"] == "notFound"


@pytest.mark.parametrize("locale", FETCHES)
def test_a_fetch_that_is_refused(script: Script, locale: str) -> None:
    script.world.switches.change({"scriptLocale": locale})
    error = script.error("UrlFetchApp.fetch('https://conferences.example/v1/nothing')")
    start, end = FETCHES[locale].split("{}")
    assert error.startswith(f"Exception: {start}") and error.endswith(end)
    assert "There is nothing here." in error


@pytest.mark.parametrize("locale", API_CALLS)
def test_a_sync_token_that_ended_is_known_by_its_code(script: Script, locale: str) -> None:
    script.world.switches.change({"scriptLocale": locale})
    script.world.faults.add({"method": "calendar.events.list", "reason": "fullSyncRequired"})
    code, message = script.value(
        """try { Calendar.Events.list("primary"); }
        catch (error) { return [error.details.code, error.message]; }"""
    )
    assert code == 410
    assert message.endswith("Sync token is no longer valid, a full sync is required.")
    assert message.startswith(API_CALLS[locale][:12])


@pytest.mark.parametrize("locale", API_CALLS)
def test_a_session_tells_the_language(script: Script, locale: str) -> None:
    script.world.switches.change({"scriptLocale": locale})
    assert script.value("return Session.getActiveUserLocale()") == locale
