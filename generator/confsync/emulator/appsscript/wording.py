"""What services say in the languages of users; what Calendar itself answered stays English in all of them.

Sources: public logs of Spanish and Russian accounts. The Russian words of advanced services and the Spanish ones of
fetches are built alike.
"""

from urllib.parse import urlsplit

from confsync.emulator.appsscript.limits import TRUNCATED_CHARACTERS

_API_CALL = {
    "en": "API call to {method} failed with error: {message}",
    "es": "No se ha podido llamar a la API {method}; error: {message}",
    "ru": "Не удалось вызвать API {method}. Ошибка: {message}",  # noqa: RUF001 - Russian
}
_FETCH = {
    "en": (
        "Request failed for {origin} returned code {status}. Truncated server response: {body} "
        "(use muteHttpExceptions option to examine full response)"
    ),
    "es": (
        "La solicitud de {origin} ha fallado y ha devuelto el código {status}. Respuesta truncada del servidor: {body} "
        "(usa la opción muteHttpExceptions para ver la respuesta completa)"
    ),
    "ru": (
        "Не удалось отправить запрос сервису {origin}. Код ошибки: {status}. Сокращенный ответ сервера: {body} "  # noqa: RUF001 - Russian
        "(чтобы увидеть ответ целиком, воспользуйтесь опцией muteHttpExceptions.)"
    ),
}


def api_call_failed(locale: str, method: str, message: str) -> str:
    """Return what a script reads when an advanced service fails; `method` is the REST id."""
    return _API_CALL[locale].format(method=method, message=message)


def fetch_refused(locale: str, url: str, status: int, body: str) -> str:
    """Return what a script reads when a server answered a fetch with an error; of the address only the origin."""
    parts = urlsplit(url)
    cut = body[:TRUNCATED_CHARACTERS] + ("..." if len(body) > TRUNCATED_CHARACTERS else "")
    return _FETCH[locale].format(origin=f"{parts.scheme}://{parts.netloc}", status=status, body=cut)
