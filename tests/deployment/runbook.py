"""The commands of documents, as a shell and AWS's command line read them."""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import botocore.session
from botocore import xform_name

from lockfill import ROOT

DOCUMENTS = ("infra/aws/RUNBOOK.md", "infra/aws/README.md")
# Options of the command line itself.
_OF_ALL = {"query", "output", "region", "profile", "cli-binary-format"}
# What the command line has and the API does not:
# https://docs.aws.amazon.com/cli/latest/reference/logs/tail.html
_TAIL = {"since", "filter-pattern", "log-stream-name-prefix", "log-stream-names", "format", "follow"}
_SESSION = botocore.session.Session()


@dataclass(frozen=True)
class Call:
    """A command of AWS's command line: its words, and what it sends."""

    words: tuple[str, ...]
    service: str
    operation: str
    parameters: dict[str, Any]


def commands(document: str) -> Iterator[str]:
    """Each command of a document: of its indented blocks, and of its inline code. Continued lines are one."""
    text = (ROOT / document).read_text()
    for block in re.findall(r"(?m)(?:^    .+\n)+", text):
        joined = re.sub(r"\\\n *", " ", block)
        yield from (line.strip() for line in joined.splitlines() if not line.strip().startswith("#"))
    prose = re.sub(r"(?m)^    .+\n", "", text)
    # A line may be broken within inline code.
    yield from (" ".join(code.split()) for code in re.findall(r"`([^`]+)`", prose))


def of_program(program: str) -> list[str]:
    """All commands that run a program, also those that another one takes the output of."""
    found = []
    for document in DOCUMENTS:
        for command in commands(document):
            inner = re.findall(rf"\$\(({re.escape(program)} [^()]+)\)", command)
            found += [*([command] if command.startswith(f"{program} ") else []), *inner]
    return sorted(set(found))


def call(command: str) -> Call:
    """What a command of AWS's sends. Raises ValueError where it would be refused.

    Words that a person replaces are taken as they are; a number is needed where the API has one.
    """
    # What a shell would put in: a time, a secret.
    words = shlex.split(re.sub(r"\$\([^()]*\)|\$[A-Z_]+", "1", command))
    _, service, operation, *rest = words
    if (service, operation) == ("logs", "tail"):
        group, *rest = rest
        options = _options(rest)
        _require(set(options) <= _TAIL, f"{command}: unknown options")
        return Call(tuple(words), service, operation, {"logGroupName": group, **_plain(options)})
    _require(service in _SESSION.get_available_services(), f"there is no service {service}")
    model = _SESSION.get_service_model(service)
    names = {xform_name(name, "-"): name for name in model.operation_names}
    _require(operation in names, f"{service} has no command {operation}")
    shape = model.operation_model(names[operation]).input_shape
    members = {xform_name(name, "-"): name for name in (shape.members if shape else {})}
    # `lambda invoke` writes what the function answers into a file.
    rest = rest[:-1] if operation == "invoke" and rest and rest[-1].startswith("/") else rest
    parameters = {}
    for option, values in _options(rest).items():
        is_of_pages = option == "max-items" and _SESSION.create_client(service, "us-east-1").can_paginate(
            operation.replace("-", "_")
        )
        if option in _OF_ALL or is_of_pages:
            continue
        _require(option in members, f"{service} {operation} has no option --{option}")
        parameters[members[option]] = _value(shape.members[members[option]], values)
    missing = set(shape.required_members if shape else ()) - set(parameters)
    _require(not missing, f"{service} {operation} needs {missing}")
    return Call(tuple(words), service, operation, parameters)


def _options(words: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for word in words:
        if word.startswith("--"):
            found[word[2:]] = []
        else:
            _require(bool(found), f"{word} belongs to no option")
            found[list(found)[-1]].append(word)
    return found


def _plain(options: dict[str, list[str]]) -> dict[str, str]:
    return {name: " ".join(values) for name, values in options.items()}


def _value(shape: Any, values: list[str]) -> Any:
    """As the API takes it."""
    kind = shape.type_name
    if kind == "list":
        return values
    if kind == "boolean":
        _require(not values, "a switch takes no value")
        return True
    _require(len(values) == 1, f"one value, and not {values}")
    if kind in ("integer", "long"):
        return int(values[0])
    if kind == "structure":
        return json.loads(values[0]) if values[0].startswith("{") else values[0]
    return values[0]


def _require(holds: bool, why: str) -> None:
    if not holds:
        raise ValueError(why)
