"""The releases of a stack, recorded in the bucket that its code lies in.

| object | holds |
|---|---|
| `STACK/releases/NNNNNN.yaml` | the packaged template |
| `STACK/releases/NNNNNN.json` | what `Release` holds |

Secret parameters (NoEcho) are never recorded.
"""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from typing import Any

from .. import ROOT
from ..console import Failure
from . import templates
from .aws import Account, one_line
from .templates import S3Object


@dataclass(frozen=True)
class Release:
    """What was deployed. `before` is the number of the release that it took the place of; 0 if none."""

    number: int
    before: int
    commit: str
    deployed_at: str
    parameters: Mapping[str, str]


class Releases:
    """The releases of one stack in one bucket."""

    def __init__(self, account: Account, bucket: str, stack: str) -> None:
        self._account, self.bucket, self._prefix = account, bucket, f"{stack}/releases/"

    def all(self) -> list[Release]:
        """Oldest first."""
        with one_line("the releases cannot be listed"):
            pages = self._account.s3.get_paginator("list_objects_v2")
            found = pages.paginate(Bucket=self.bucket, Prefix=self._prefix)
            keys = [each["Key"] for page in found for each in page.get("Contents", [])]
        return [self._read(key) for key in sorted(keys) if key.endswith(".json")]

    def template(self, release: Release) -> str:
        return self._get(self._key(release.number, "yaml")).decode()

    def template_url(self, release: Release) -> str:
        return templates.url(self._account, S3Object(self.bucket, self._key(release.number, "yaml")))

    def record(self, template: str, parameters: Mapping[str, str], before: int, commit: str) -> Release:
        """Records what is deployed now, as the newest release."""
        known = self.all()
        number = known[-1].number + 1 if known else 1
        at = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        release = Release(number, before, commit, at, dict(parameters))
        # The record last: a release that has one has a template.
        templates.upload(self._account, self.bucket, self._key(number, "yaml"), template)
        templates.upload(self._account, self.bucket, self._key(number, "json"), json.dumps(asdict(release)))
        return release

    def _read(self, key: str) -> Release:
        try:
            document: dict[str, Any] = json.loads(self._get(key))
            return Release(**document)
        except (ValueError, TypeError):
            raise Failure(f"s3://{self.bucket}/{key} is not a record of a release") from None

    def _get(self, key: str) -> bytes:
        with one_line(f"s3://{self.bucket}/{key} cannot be read"):
            body: bytes = self._account.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        return body

    def _key(self, number: int, suffix: str) -> str:
        return f"{self._prefix}{number:06}.{suffix}"


def commit() -> str:
    """The commit that is checked out; with `+` where files differ from it, and empty without git."""
    command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty=+", "--exclude=*", "--abbrev=12"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        return ""
