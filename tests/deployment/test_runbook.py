"""The commands of the runbook are ones that AWS's command line and the scripts take.

Those of Django are held by `infra/monolith/publishing/tests/test_runbook.py`; `test_engine.py` sends AWS's.
"""

import shlex

import pytest
import runbook

from lockfill import ROOT
from lockfill.deploy import arguments

AWS = runbook.of_program("aws")


def test_the_documents_have_commands() -> None:
    assert len(AWS) >= 15, AWS


@pytest.mark.parametrize("command", AWS)
def test_a_command_of_aws_exists_with_its_options(command: str) -> None:
    runbook.call(command)


@pytest.mark.parametrize(
    "command",
    [
        "aws logs tails GROUP",
        "aws logs tail GROUP --sinc 1h",
        "aws ecs describe-services --service publisher",
        "aws lambda invoke --payload '{}' /dev/stdout",
        "aws nothing describe-it",
    ],
)
def test_a_command_that_does_not_exist_is_found(command: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        runbook.call(command)


def test_the_scripts_of_the_documents_take_their_words() -> None:
    found = {
        command
        for document in runbook.DOCUMENTS
        for command in runbook.commands(document)
        if command.startswith("./scripts/")
    }
    assert found
    for command in found:
        program, *words = shlex.split(command)
        assert (ROOT / program).is_file(), command
        if program in ("./scripts/deploy", "./scripts/rollback"):
            arguments.parse(program.rpartition("/")[2], [word.replace("ENV", "dev") for word in words])
