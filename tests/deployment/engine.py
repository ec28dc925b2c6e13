"""An engine, a stack of it, and the commands that deploy to it."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any

import boto3
from gaps import Gaps

from lockfill import ROOT, cloudformation_engine
from lockfill.deploy import templates
from lockfill.processes import run

UNIT = "1001"
PREFIX = "lockfill"
# A network that the account has, made up; the template makes one where it can.
NETWORK = {
    "VpcId": "vpc-1",
    "LoadBalancerSubnetIds": "subnet-1,subnet-2",
    "FunctionSubnetIds": "subnet-3,subnet-4",
    "FunctionSecurityGroupIds": "sg-1",
}
# Redis is nowhere: answers say that they are made without it.
PARAMETERS = {
    "FunctionArchitecture": "x86_64" if os.uname().machine == "x86_64" else "arm64",
    "RedisUrl": "rediss://127.0.0.1:1",
    "LinkBaseUrl": "https://ads.example.com",
    "DeletionProtection": "false",
    "NamePrefix": PREFIX,
}


@dataclass
class Done:
    """How a command ended."""

    code: int
    output: str
    errors: str


class Engine:
    """One engine with one stack."""

    # The address that clients know; `address.fixed` makes it.
    address = ""

    def __init__(self, url: str, folder: Path, programs: Path) -> None:
        self.url, self.folder, self.programs = url, folder, programs
        self.stack = "lockfill-test"
        names = {"endpoint_url": url, "region_name": cloudformation_engine.REGION}
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}

        def client(name: str) -> Any:
            return boto3.client(name, **names, **keys)  # type: ignore[call-overload]

        self.cloudformation, self.functions = client("cloudformation"), client("lambda")
        self.balancers, self.dynamodb, self.s3 = client("elbv2"), client("dynamodb"), client("s3")
        self.secrets = client("secretsmanager")
        self.gaps = Gaps(self.balancers, self.functions, self.secrets)
        self.environment = cloudformation_engine.client_environment(url, folder)
        self.config = folder / "samconfig.toml"
        self.configure({**PARAMETERS, **_needed(NETWORK)})

    def configure(self, parameters: dict[str, str]) -> None:
        overrides = " ".join(f"{name}={value}" for name, value in parameters.items())
        self.config.write_text(
            f'version = 0.1\n[dev.global.parameters]\nstack_name = "{self.stack}"\n'
            f'[dev.deploy.parameters]\nparameter_overrides = "{overrides}"\n'
            'capabilities = "CAPABILITY_IAM CAPABILITY_NAMED_IAM"\n'
        )

    def run(self, command: str, *words: str | Path, **variables: str) -> Done:
        """Runs `scripts/deploy` or `scripts/rollback` behind its check of the machine."""
        line = [
            sys.executable,
            "-m",
            "lockfill.deploy",
            command,
            "--env",
            "dev",
            "--config-file",
            self.config,
        ]
        env = {**self.environment, "PYTHONPATH": str(ROOT / "scripts" / "lib"), **variables}
        with self.gaps.filled():
            done = subprocess.run(
                [*line, *words],
                env=env,
                capture_output=True,
                text=True,
                check=False,
                stdin=subprocess.DEVNULL,
            )
        return Done(done.returncode, done.stdout, done.stderr)

    def deploy(self, built: Path, *words: str | Path) -> Done:
        return self.run("deploy", "--built", built, *self.smoke_test(), "--yes", *words)

    def smoke_test(self) -> list[str]:
        return ["--url", self.address, "--unit", UNIT]

    @property
    def balancer_url(self) -> str:
        """The engine's balancer, by the path under which the engine has it."""
        found = self.balancers.describe_load_balancers()["LoadBalancers"]
        return f"{self.url}/_alb/{found[0]['LoadBalancerName']}" if found else f"{self.url}/_alb/none"

    def status(self) -> str:
        (found,) = self.cloudformation.describe_stacks(StackName=self.stack)["Stacks"]
        return str(found["StackStatus"])

    def outputs(self) -> dict[str, str]:
        (found,) = self.cloudformation.describe_stacks(StackName=self.stack)["Stacks"]
        return {each["OutputKey"]: each["OutputValue"] for each in found["Outputs"]}

    def publish(self, catalog: Path) -> None:
        """Publishes as `catalog-cli` does, into the stack's own table."""
        table = self.outputs()["CatalogTableName"]
        command: list[str | Path] = [self.programs / "catalog-cli", "--table", table, "publish", catalog]
        run("catalog-cli", command, self.folder / "catalog-cli.log", self.environment)

    def code(self, program: str) -> str:
        """The digest of the code that a function has now."""
        name = next(value for key, value in self.outputs().items() if key in _outputs_of(program))
        return str(self.functions.get_function_configuration(FunctionName=name)["CodeSha256"])

    def live_versions(self) -> dict[str, str]:
        """The version that each function's alias names."""
        names = [each["FunctionName"] for each in self.functions.list_functions()["Functions"]]
        found = {}
        for name in names:
            for alias in self.functions.list_aliases(FunctionName=name)["Aliases"]:
                found[name] = str(alias["FunctionVersion"])
        return found

    def put_pending_signing_key(self) -> None:
        """The first step of a rotation."""
        (secret,) = self.secrets.list_secrets(Filters=[{"Key": "name", "Values": ["SigningSecret"]}])[
            "SecretList"
        ]
        text = json.dumps({"key_id": "k2", "secret": token_hex(32)})
        self.secrets.put_secret_value(SecretId=secret["ARN"], SecretString=text, VersionStages=["AWSPENDING"])

    def everything(self) -> dict[str, Any]:
        """What a command that changes nothing must leave alone."""
        functions = self.functions.list_functions()["Functions"]
        stacks = self.cloudformation.describe_stacks()["Stacks"]
        return {
            "functions": sorted((each["FunctionName"], each["CodeSha256"]) for each in functions),
            "stacks": sorted((each["StackName"], each["StackStatus"]) for each in stacks),
            "change sets": [
                each["ChangeSetName"]
                for stack in stacks
                if stack["StackName"] == self.stack
                for each in self.cloudformation.list_change_sets(StackName=self.stack)["Summaries"]
                if each["ExecutionStatus"] == "AVAILABLE"
            ],
            "tables": sorted(self.dynamodb.list_tables()["TableNames"]),
        }


def _needed(parameters: dict[str, str]) -> dict[str, str]:
    declared = templates.section((ROOT / "template.yaml").read_text(), "Parameters")
    return {name: value for name, value in parameters.items() if "Default" not in declared[name]}


def _outputs_of(program: str) -> tuple[str, str]:
    return (f"{program.capitalize()}FunctionArn", f"{program.capitalize()}FunctionName")


def rules_of(engine: Engine) -> list[tuple[str, list[str], str]]:
    """Priority, paths and the target group's name of each rule, in the order in which they are tried."""
    (balancer,) = engine.balancers.describe_load_balancers()["LoadBalancers"]
    (listener,) = engine.balancers.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])[
        "Listeners"
    ]
    rules = engine.balancers.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]
    numbered = sorted(
        (each for each in rules if each["Priority"] != "default"), key=lambda x: int(x["Priority"])
    )
    found = []
    for rule in [*numbered, *(each for each in rules if each["Priority"] == "default")]:
        paths = [value for each in rule["Conditions"] for value in each["PathPatternConfig"]["Values"]]
        group = rule["Actions"][0]["TargetGroupArn"].split("/")[1]
        found.append((rule["Priority"], paths, re.sub(rf"^{PREFIX}-", "", group)))
    return found
