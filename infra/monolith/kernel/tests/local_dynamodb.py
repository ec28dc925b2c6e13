"""A DynamoDB of this repository's own, for tests: the program `local-dynamodb` on a free port."""

import os
import signal
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import boto3

from kernel.tests.programs import require_program

_READY = "local-dynamodb: listening on "


class LocalDynamoDB:
    """A running server. Each test takes a table of its own."""

    def __init__(self) -> None:
        command = [str(require_program("local-dynamodb")), "--listen", "127.0.0.1:0"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self._output = self._process.stdout
        self.url = self._output.readline().removeprefix(_READY).strip()
        self.client = boto3.client(
            "dynamodb",
            endpoint_url=self.url,
            region_name="local",
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        self._output.close()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """For a while connections stay open, and no answer arrives."""
        os.kill(self._process.pid, signal.SIGSTOP)
        # The signal takes effect later than the call returns.
        os.waitpid(self._process.pid, os.WUNTRACED)
        try:
            yield
        finally:
            os.kill(self._process.pid, signal.SIGCONT)

    def table(self) -> str:
        """A new, empty table."""
        name = f"catalog-{uuid.uuid4().hex}"
        keys = (("pk", "HASH"), ("sk", "RANGE"))
        self.client.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": k, "AttributeType": "S"} for k, _ in keys],
            KeySchema=[{"AttributeName": k, "KeyType": kind} for k, kind in keys],
        )
        return name
