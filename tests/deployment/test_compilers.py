"""The functions that compile for both releases, with answers of Lambda that an engine does not give."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from lockfill.console import Failure
from lockfill.deploy import aws, catalog_formats, compiler_functions
from lockfill.deploy.compiler_functions import CompilerFunction
from lockfill.deploy.served_catalog import Served

SERVED = Served(7, "ab" * 32)


class Functions:
    """Lambda's Invoke API with one answer."""

    def __init__(self, document: Any, error: str = "") -> None:
        self._body = document if isinstance(document, bytes) else json.dumps(document).encode()
        self._error = error

    def invoke(self, **_call: str) -> dict[str, Any]:
        answer: dict[str, Any] = {"Payload": io.BytesIO(self._body)}
        return {**answer, "FunctionError": self._error} if self._error else answer


def compiler(document: Any, error: str = "") -> CompilerFunction:
    account = aws.Account("0", "us-east-1", None, None, Functions(document, error), None, None)
    return CompilerFunction(account, "stack-catalog-next")


def test_a_verdict_about_the_served_version_names_its_formats() -> None:
    answer = {"version": 7, "digest": SERVED.digest, "formats": [3, 4], "blob_bytes": 1}
    assert compiler(answer).compile(SERVED) == (3, 4)


@pytest.mark.parametrize(
    ("document", "error", "text"),
    [
        (b"no JSON", "", "gave an answer that cannot be understood"),
        ([], "", "gave an answer that cannot be understood"),
        ({"version": 8, "digest": SERVED.digest, "formats": [3]}, "", "cannot be understood"),
        ({"version": 7, "digest": SERVED.digest, "formats": ["3"]}, "", "cannot be understood"),
        ({"errorMessage": "Task timed out\nafter 60 s"}, "Unhandled", "version 7: Task timed out after 60 s"),
        (b"", "Unhandled", "it does not say why"),
        (
            {
                "refusals": [{"kind": "unit", "key": "u1", "field": "mix", "problem": "is empty"}],
                "refusals_in_all": 9,
            },
            "",
            "the new release refuses 9 rows of the served version 7; the first: unit u1 mix is empty",
        ),
    ],
)
def test_what_is_no_verdict_ends_the_deployment_in_one_line(document: Any, error: str, text: str) -> None:
    with pytest.raises(Failure, match=text) as caught:
        compiler(document, error).compile(SERVED)
    assert "\n" not in str(caught.value)


def test_a_release_whose_compiler_is_broken_can_be_replaced(capsys: pytest.CaptureFixture[str]) -> None:
    assert catalog_formats._formats_now(compiler({"errorMessage": "exit 1"}, "Unhandled"), SERVED) == ()
    assert "The compiler that serves now does not compile" in capsys.readouterr().err


def test_a_compiler_takes_over_the_stacks_configuration_and_no_other_field() -> None:
    found = {
        "FunctionName": "stack-CatalogFunction-1",
        "Role": "arn:role",
        "Runtime": "provided.al2023",
        "Handler": "bootstrap",
        "Timeout": 60,
        "MemorySize": 1769,
        "Environment": {"Variables": {"A": "1"}, "Error": {}},
        "VpcConfig": {"SubnetIds": ["s"], "SecurityGroupIds": ["g"], "VpcId": "v"},
        "LoggingConfig": {"LogFormat": "JSON", "LogGroup": "/aws/lambda/x"},
        "RevisionId": "r",
    }
    same = compiler_functions._configuration(found)
    assert same == {
        "Role": "arn:role",
        "Runtime": "provided.al2023",
        "Handler": "bootstrap",
        "Timeout": 60,
        "MemorySize": 1769,
        "Environment": {"Variables": {"A": "1"}},
        "VpcConfig": {"SubnetIds": ["s"], "SecurityGroupIds": ["g"]},
        "LoggingConfig": {"LogFormat": "JSON", "LogGroup": "/aws/lambda/x"},
    }
    assert "VpcConfig" not in compiler_functions._configuration({**found, "VpcConfig": {"SubnetIds": []}})


def test_names_of_compilers_fit_and_are_those_that_the_template_permits() -> None:
    assert compiler_functions.name_of("lockfill-prod", "next") == "lockfill-prod-catalog-next"
    assert len(compiler_functions.name_of("s" * 128, "previous")) == 64
    template = Path(__file__).resolve().parents[2] / "template.yaml"
    assert "function:${AWS::StackName}-catalog-*" in template.read_text()
