"""What becomes a new version of a function, as SAM's own translator decides it.

The translator is of another environment, so it runs in a process of its own.
"""

import json
import subprocess

import pytest

from lockfill import ROOT, install
from lockfill.processes import clean_environment

TRANSLATE = """
import json, sys
from samcli.yamlhelper import yaml_parse
from samtranslator.translator.transform import transform

class Policies:
    def load(self):
        return {}

def versions(text, **parameters):
    template = yaml_parse(text)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://bucket/key"
    values = {name: one.get("Default", "") for name, one in template["Parameters"].items()}
    resources = transform(template, {**values, **parameters}, Policies())["Resources"]
    return sorted(name for name, one in resources.items() if one["Type"] == "AWS::Lambda::Version")

text = open(sys.argv[1]).read()
marker = "LOCKFILL_REVISION: '1'"
assert text.count(marker) == 1
other = text.replace(marker, "LOCKFILL_REVISION: '2'")
print(json.dumps([versions(text), versions(other), versions(text, LedgerDays="7")]))
"""


@pytest.fixture(scope="module")
def versions() -> list[list[str]]:
    env = {**clean_environment(), "AWS_DEFAULT_REGION": "us-east-1", "SAM_CLI_TELEMETRY": "0"}
    command = [install.environment("sam"), "-c", TRANSLATE, ROOT / "template.yaml"]
    ended = subprocess.run(command, env=env, check=True, stdout=subprocess.PIPE, text=True)
    found: list[list[str]] = json.loads(ended.stdout)
    return found


def test_another_revision_is_a_new_version_of_each_function(versions: list[list[str]]) -> None:
    before, after, _ = versions
    assert len(before) == len(after) == 6
    assert not set(before) & set(after)


def test_a_parameter_alone_reaches_no_version_as_the_documents_say(versions: list[list[str]]) -> None:
    """Once this fails, SAM has learned it: then `LOCKFILL_REVISION` and its paragraphs can go."""
    before, _, with_another_parameter = versions
    assert before == with_another_parameter
