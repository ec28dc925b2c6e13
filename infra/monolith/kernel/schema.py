"""The JSON Schema of a catalog's rows, which publishing, serving and the tests are held to."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import fastjsonschema

SCHEMA_FILE = Path(__file__).with_name("catalog.schema.json")


class NotOfSchema(ValueError):
    """A row has another form than the schema's. The message begins with the wrong member."""


@cache
def definitions() -> dict[str, Any]:
    """The schema's definitions by name: row kinds, targeting and vocabularies among them."""
    found: dict[str, Any] = json.loads(SCHEMA_FILE.read_text("utf-8"))["$defs"]
    return found


def require_form(kind: str, row: object) -> None:
    """Raises NotOfSchema if a row, as JSON was read, is not one of its kind."""
    try:
        _validator(kind)(row)
    except fastjsonschema.JsonSchemaValueException as error:
        raise NotOfSchema(error.message.removeprefix("data.").removeprefix("data ")) from None


@cache
def _validator(kind: str) -> Callable[[object], object]:
    """The compiled check of a kind; it adds no default values to the row."""
    schema = {"$ref": f"#/$defs/{kind}", "$defs": definitions()}
    compiled: Callable[[object], object] = fastjsonschema.compile(schema, use_default=False)
    return compiled
