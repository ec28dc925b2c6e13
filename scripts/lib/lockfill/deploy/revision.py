"""The text of a template that makes new versions of the functions, `LOCKFILL_REVISION`.

SAM names a version by the template as it is written, and moves an alias only to a version with a new name.
So what functions read and no template holds, parameters and secrets, is put into the template as a digest.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping

from ..console import Failure
from . import templates
from .aws import Account, one_line
from .stacks import Deployed

_LINE = re.compile(r"^( +LOCKFILL_REVISION: )['\"]?([\w.-]+)['\"]?$", re.MULTILINE)
# What functions read when an environment starts, by the names of the templates.
_SECRETS = ("SigningSecret", "UserKeySecret", "RedisUrlSecret", "DebugSecret")
_NESTED = "AWS::CloudFormation::Stack"
# 12 hexadecimal digits: no two deployments of a stack have the same by chance.
_BYTES = 6
# A template is read by more people than a secret. So each guess at a secret from its digest costs 16 MiB.
_SCRYPT = {"n": 2**14, "r": 8, "p": 1}


def written(template: str, named: Mapping[str, str], stack: Deployed | None, secrets: list[str]) -> str:
    """The template with a revision that is another one where a parameter or a secret is.

    `secrets` is what `versions` found. Raises Failure where the template does not have the line.
    """
    if len(_LINE.findall(template)) != 1:
        raise Failure(
            "the template does not have one line LOCKFILL_REVISION, so no parameter would reach a function"
        )
    declared = templates.section(template, "Parameters")
    values: dict[str, str] = {}
    for name, properties in declared.items():
        if str(properties.get("NoEcho", "")).lower() == "true":
            # What is kept is not known here. It is the same as long as nothing names it.
            values[name] = _costly(name, named[name]) if name in named else ""
        else:
            kept = stack.parameters.get(name) if stack else None
            values[name] = named.get(name, str(properties.get("Default", "")) if kept is None else kept)
    text = json.dumps([values, secrets], sort_keys=True)
    digest = hashlib.sha256(text.encode()).digest()[:_BYTES].hex()
    return _LINE.sub(rf"\g<1>'\g<2>-{digest}'", template)


def versions(account: Account, stack: str) -> list[str]:
    """The versions at the stages of each secret that was changed after the stack had made it."""
    with one_line("the secrets of the stack cannot be described"):
        return sorted(text for secret in _secrets(account, stack) for text in _stages(account, secret))


def _stages(account: Account, secret: str) -> list[str]:
    found = account.secrets.describe_secret(SecretId=secret).get("VersionIdsToStages", {})
    staged = [f"{version} {stage}" for version, stages in found.items() for stage in stages]
    # One that was made and left alone is as the first deployment found it, which is before it was made.
    return staged if len({each.split()[0] for each in staged}) > 1 else []


def _secrets(account: Account, stack: str) -> Iterator[str]:
    pages = account.cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
    for found in [each for page in pages for each in page["StackResourceSummaries"]]:
        if found["ResourceType"] == _NESTED:
            yield from _secrets(account, found["PhysicalResourceId"])
        elif found["LogicalResourceId"] in _SECRETS:
            yield found["PhysicalResourceId"]


def _costly(name: str, secret: str) -> str:
    return hashlib.scrypt(secret.encode(), salt=name.encode(), dklen=_BYTES, **_SCRYPT).hex()
