"""Whether a placeholder can ever work where it stands: its root, its path, its formatters, its kind."""

import re
from typing import NamedTuple

from confsync.providers.problem import did_you_mean
from confsync.providers.template import Formatter, Placeholder, TemplateError
from confsync.providers.vocabulary import (
    EVENT_FIELDS,
    FORMATTERS,
    OCCURRENCE_FIELDS,
    ROOTS,
    SPAN_FIELDS,
    Kind,
    Place,
)

_FIELDS = {"event": EVENT_FIELDS, "span": SPAN_FIELDS, "occurrence": OCCURRENCE_FIELDS}
# JavaScript keeps the name __proto__ for itself.
_PAIR = re.compile(r"(?!__proto__=)[^=]+=.+", re.DOTALL)


class Surroundings(NamedTuple):
    """What the rest of `addon.toml` gives to placeholders: settings of each solution, secrets, parameters."""

    settings: tuple[frozenset[str], ...] = ()
    secrets: frozenset[str] = frozenset()
    parameters: frozenset[str] = frozenset()


class _Subject(NamedTuple):
    kind: Kind
    always: bool


def check_placeholder(placeholder: Placeholder, place: Place, typed: bool, around: Surroundings) -> None:
    """Raise a TemplateError that says what to change.

    `typed` is true where the value stands alone in a JSON body and may be a list or an object.
    """
    subject = _subject(placeholder.path, place, around)
    kind, always = subject.kind, subject.always or placeholder.optional
    for formatter in placeholder.formatters:
        kind = _formatted_kind(formatter, kind)
        always = always or formatter.name == "default"
    name = placeholder.source
    if kind == "instant":
        raise TemplateError(f"{name} is an instant: add |utc, |date or |epoch")
    if kind == "list" and not typed:
        raise TemplateError(f"{name} is a list and can only be the whole value of a body's member")
    if not always:
        raise TemplateError(f'{name} may have no value: add ? to leave it out then, or |default:"…"')


def _subject(path: tuple[str | int, ...], place: Place, around: Surroundings) -> _Subject:
    root, *rest = path
    if root not in ROOTS[place]:
        raise TemplateError(_misplaced(str(root), place))
    if root == "resp":
        return _Subject("any", True)
    if root in ("random", "now"):
        return _only(path, 1, _Subject("text" if root == "random" else "instant", True))
    known = _known(str(root), place, around)
    name = rest[0] if rest else ""
    if name not in known:
        raise TemplateError(
            f'there is no "{".".join(map(str, path))}". '
            + did_you_mean(f"{root}.{name}", [f"{root}.{each}" for each in sorted(known)])
        )
    return _only(path, 3 if name == "params" else 2, known[name])


def _known(root: str, place: Place, around: Surroundings) -> dict[str | int, _Subject]:
    if root in _FIELDS:
        return {name: _Subject(field.kind, field.always) for name, field in _FIELDS[root].items()}
    if root == "secret":
        return {name: _Subject("text", True) for name in around.secrets}
    if root == "solution":
        names = frozenset().union(*around.settings)
        return {name: _Subject("any", all(name in each for each in around.settings)) for name in names}
    known: dict[str | int, _Subject] = {"id": _Subject("text", True)}
    if place == "update" and around.parameters:
        known["params"] = _Subject("text", False)
    return known


def _only(path: tuple[str | int, ...], length: int, subject: _Subject) -> _Subject:
    if len(path) != length:
        raise TemplateError(f'"{".".join(map(str, path))}" is not a path to a value')
    return subject


def _misplaced(root: str, place: Place) -> str:
    if root == "secret":
        return "{secret.…} is allowed in [provider.auth] only"
    everywhere = sorted({each for roots in ROOTS.values() for each in roots})
    if root not in everywhere:
        return f'there is no "{root}". {did_you_mean(root, sorted(ROOTS[place]))}'
    return f'"{root}" is not known here. Known: {", ".join(ROOTS[place])}.'


def _formatted_kind(formatter: Formatter, kind: Kind) -> Kind:
    rule = FORMATTERS.get(formatter.name)
    if rule is None:
        raise TemplateError(
            f'there is no formatter "{formatter.name}". {did_you_mean(formatter.name, sorted(FORMATTERS))}'
        )
    given = len(formatter.arguments)
    if given != {"": 0, "1": 1, "+": max(1, given)}[rule.arguments]:
        wanted = {"": "no argument", "1": "one argument", "+": "arguments such as from=to"}[rule.arguments]
        raise TemplateError(f'the formatter "{formatter.name}" takes {wanted}')
    if formatter.name == "trunc" and not (formatter.arguments[0].isdecimal() and int(formatter.arguments[0])):
        raise TemplateError('the formatter "trunc" takes a number of characters, such as trunc:200')
    if formatter.name == "map" and not all(_PAIR.fullmatch(argument) for argument in formatter.arguments):
        raise TemplateError('the formatter "map" takes arguments such as from=to')
    if kind not in rule.takes:
        raise TemplateError(f'the formatter "{formatter.name}" does not take what stands before it ({kind})')
    return rule.gives
