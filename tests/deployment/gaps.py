"""What the engine does not do as AWS does, done in its place while a test deploys."""

import json
import re
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from botocore.exceptions import ClientError

TARGETS = "`Targets` of a target group are not registered with it"
PUNCTUATION = "`ExcludePunctuation` of a generated secret is not heeded"
# What the engine refuses in a template, by key, and what the tests put in its place.
REFUSED = {
    # SAM makes AWS::CodeDeploy resources of it.
    "DeploymentPreference": [],
    # The nested stack of the hook, which is updated with each version.
    "Deployment": [],
    # Of an alarm.
    "Metrics": ["MetricName: Math", "Namespace: Math", "Statistic: Sum", "Period: 60"],
    "ThresholdMetricId": ["Threshold: 1"],
}
WHY_REFUSED = {
    "Type: AWS::ElastiCache::ServerlessCache": "it is not known: the stack gets an address of Redis",
    "DeploymentPreference": "AWS::CodeDeploy is not known: no canary and no hook",
    "Deployment": "an update of a nested stack loses the attributes of what does not change: no smoke hook",
    "ThresholdMetricId": "alarms by anomaly detection are not known: they get a threshold",
    "Metrics": "alarms by metric math are not known: they get a metric of no meaning",
}
_SECONDS_BETWEEN_LOOKS = 0.2
_SIGNING, _USERS = "LOCKFILL_SIGNING_KEYS", "LOCKFILL_USER_KEY_SECRETS"


class Gaps:
    """Completes a stack. `found` holds what was missing."""

    def __init__(self, balancers: Any, functions: Any, secret_store: Any) -> None:
        self._balancers, self._functions, self._secrets = balancers, functions, secret_store
        self._keys = {_SIGNING: f"k1:{secrets.token_hex(32)}", _USERS: secrets.token_hex(32)}
        self.found: set[str] = set()

    @contextmanager
    def filled(self) -> Iterator[None]:
        """Looks again and again, because a deployment makes what is incomplete."""
        done = threading.Event()

        def fill() -> None:
            while not done.wait(_SECONDS_BETWEEN_LOOKS):
                # What is looked at may be replaced meanwhile.
                with suppress(ClientError):
                    self.fill()

        thread = threading.Thread(target=fill, daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    def fill(self) -> None:
        for secret in self._secrets.list_secrets()["SecretList"]:
            # An address of Redis is a secret, too, and is not generated.
            if re.search("SigningSecret|UserKeySecret", secret["Name"]):
                self._make_plain(secret["ARN"])
        functions = self._functions.list_functions(MaxItems=50)["Functions"]
        for function in functions:
            self._give_keys(function)
        by_name = {_program(each["FunctionName"]): each["FunctionArn"] for each in functions}
        for group in self._balancers.describe_target_groups()["TargetGroups"]:
            function = by_name.get(group["TargetGroupName"].rpartition("-")[2], "")
            if group.get("TargetType") == "lambda" and function:
                self._register(group["TargetGroupArn"], function)

    def _register(self, group: str, function: str) -> None:
        health = self._balancers.describe_target_health(TargetGroupArn=group)
        if not health["TargetHealthDescriptions"]:
            self.found.add(TARGETS)
            self._balancers.register_targets(TargetGroupArn=group, Targets=[{"Id": function}])

    def _make_plain(self, secret: str) -> None:
        """A value without punctuation, as the template asks for."""
        value = self._secrets.get_secret_value(SecretId=secret)["SecretString"]
        document = json.loads(value) if value.startswith("{") else {}
        generated = document.get("secret", "") if document else value
        if re.search(r"\W", generated):
            self.found.add(PUNCTUATION)
            plain = secrets.token_hex(32)
            text = json.dumps({**document, "secret": plain}) if document else plain
            old = self._secrets.describe_secret(SecretId=secret)["VersionIdsToStages"]
            self._secrets.put_secret_value(SecretId=secret, SecretString=text)
            # As if it had been made so: with one version.
            for version in old:
                self._secrets.update_secret_version_stage(
                    SecretId=secret, VersionStage="AWSPREVIOUS", RemoveFromVersionId=version
                )

    def _give_keys(self, function: dict[str, Any]) -> None:
        variables = function.get("Environment", {}).get("Variables", {})
        wrong = [name for name in self._keys if re.search(r"[^\w:,]", variables.get(name, ""))]
        if wrong:
            self.found.add(PUNCTUATION)
            variables = {**variables, **{name: self._keys[name] for name in wrong}}
            name = function["FunctionName"]
            self._functions.update_function_configuration(
                FunctionName=name, Environment={"Variables": variables}
            )


def _program(function: str) -> str:
    """`ads` of `stack-AdsFunction-1A2B`."""
    found = re.search(r"-([A-Z][a-z]+)Function-", function)
    return found[1].lower() if found else ""
