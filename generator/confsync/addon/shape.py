"""Whether a document has the keys and types of `addon.toml`; pydantic's findings in our words."""

from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from confsync.addon.description import Description
from confsync.providers.problem import Key, Problem, did_you_mean

_WORDS = {
    "a valid string": "a text",
    "a valid integer": "a whole number",
    "a valid boolean": "true or false",
    "a valid list": "a list",
    "a valid dictionary": "a table",
}


def read_shape(document: dict[str, Any]) -> Description | list[Problem]:
    """The document as typed tables, or everything that does not fit them."""
    try:
        return Description.model_validate(document)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        return [_problem(detail, document) for detail in details]


def _problem(detail: Any, document: dict[str, Any]) -> Problem:
    key = _key_in(document, detail["loc"])
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        return Problem(key, f"unknown key. {did_you_mean(str(key[-1]), _known_keys(key[:-1]))}")
    if kind in ("missing", "union_tag_not_found"):
        key = key if kind == "missing" else (*key, "kind")
        return Problem(key, f'missing. Add "{key[-1]}".')
    if kind == "union_tag_invalid":
        return Problem((*key, "kind"), f"must be one of {context['expected_tags']}.")
    if kind in ("too_short", "string_too_short"):
        return Problem(key, "must not be empty.")
    if kind == "string_pattern_mismatch":
        return Problem(key, f"must match {context['pattern']}.")
    text = str(detail["msg"]).replace("Input should be ", "must be ")
    for theirs, ours in _WORDS.items():
        text = text.replace(theirs, ours)
    return Problem(key, f"{text}.")


def _key_in(document: Any, location: tuple[str | int, ...]) -> Key:
    """The location without the names of union members that pydantic puts between keys."""
    key: Key = ()
    for step in location[:-1]:
        known = isinstance(document, list) and isinstance(step, int)
        if known or (isinstance(document, dict) and step in document):
            key, document = (*key, step), document[step]
    return (*key, *location[-1:])


def _known_keys(key: Key) -> list[str]:
    """The keys of the table at a key."""
    models = [Description]
    for step in key:
        fields = [
            field
            for model in models
            for name, field in model.model_fields.items()
            if step in (name, field.alias)
        ]
        models = [model for field in fields for model in _models(field.annotation)] if fields else models
    return sorted({field.alias or name for model in models for name, field in model.model_fields.items()})


def _models(annotation: Any) -> list[Any]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for argument in get_args(annotation) for model in _models(argument)]
