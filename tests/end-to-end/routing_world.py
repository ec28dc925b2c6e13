"""Random templates, and random requests that are about them."""

import random
from dataclasses import dataclass, field
from typing import Any

from routing_values import (
    BODIES,
    EXPRESSIONS,
    GROUPS,
    HEADERS,
    HOST_REWRITES,
    HOSTS,
    KEYS,
    MATCHES,
    METHODS,
    NETWORKS,
    REDIRECTS,
    SEGMENTS,
    SOURCES,
    STATUSES,
    URL_REWRITES,
    VALUES,
)


@dataclass(frozen=True)
class Request:
    """One request as it goes over the wire, from one of this machine's loopback addresses."""

    method: str
    target: str
    host: str
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    source: str = "127.0.0.1"


class World:
    """A template, and requests for it. The same seed makes the same ones."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 (nothing here is secret)

    def template(self, rules: int) -> dict[str, Any]:
        group = {"TargetType": "ip", "Protocol": "HTTP", "Port": 80}
        resources: dict[str, Any] = {name: _resource("TargetGroup", group) for name in GROUPS}
        preserved = self.random.choice(("true", "false"))
        attributes = [
            {"Key": "routing.http.preserve_host_header.enabled", "Value": preserved},
            {
                "Key": "routing.http.xff_header_processing.mode",
                "Value": self.random.choice(("append", "append", "preserve", "remove")),
            },
        ]
        resources["Balancer"] = _resource("LoadBalancer", {"LoadBalancerAttributes": attributes})
        listener = {"LoadBalancerArn": {"Ref": "Balancer"}, "Port": 80, "DefaultActions": [self._forward()]}
        resources["Listener"] = _resource("Listener", listener)
        for number, priority in enumerate(self.random.sample(range(1, 50_001), rules)):
            resources[f"Rule{number}"] = _resource("ListenerRule", self._rule(priority))
        return {"Resources": resources}

    def request(self) -> Request:
        pick = self.random.choice
        headers = [(name, pick(values)) for name, values in HEADERS.items() if self.random.random() < 0.5]
        if self.random.random() < 0.3:
            headers.append(("X-Forwarded-For", pick(("1.2.3.4", "1.2.3.4, 5.6.7.8", "," * 29, "," * 30))))
        if self.random.random() < 0.3:
            root = "Root=1-00000000-000000000000000000000000"
            headers.append(
                ("X-Amzn-Trace-Id", pick((root, f"Self=1-a-b;{root}", f"{root};Self=1-a-b", "Id=x")))
            )
        headers = [(pick((name, name.lower(), name.upper())), value) for name, value in headers]
        method = pick(METHODS)
        body = b"x" * pick((0, 1, 5000)) if method in ("POST", "PUT", "PATCH") else b""
        target = self._path() + self._query()
        return Request(method, target, pick(HOSTS), headers, body, pick(SOURCES))

    def _path(self) -> str:
        while True:
            segments = self.random.choices(SEGMENTS, k=self.random.randint(0, 4))
            # nginx refuses what leads above the root.
            depth, lowest = 0, 0
            for segment in segments:
                depth += {"..": -1, ".": 0, "": 0}.get(segment, 1)
                lowest = min(lowest, depth)
            if lowest == 0:
                return "/" + "/".join(segments)

    def _query(self) -> str:
        count = self.random.choice((-1, 0, 1, 1, 2, 3))
        if count < 0:
            return ""
        return "?" + "&".join(self._parameter() for _ in range(count))

    def _parameter(self) -> str:
        if self.random.random() < 0.8:
            return f"{self._case(self.random.choice(KEYS))}={self._case(self.random.choice(VALUES))}"
        return self.random.choice((*KEYS, ""))

    def _case(self, text: str) -> str:
        return self.random.choice((text, text, text.swapcase()))

    def _rule(self, priority: int) -> dict[str, Any]:
        rule: dict[str, Any] = {"ListenerArn": {"Ref": "Listener"}, "Priority": priority}
        rule["Conditions"] = self._conditions()
        kind = self.random.choice(("forward", "forward", "forward", "redirect", "fixed-response"))
        if kind == "redirect":
            action = {"Type": kind, "RedirectConfig": self.random.choice(REDIRECTS)}
        elif kind == "fixed-response":
            config = {"StatusCode": self.random.choice(STATUSES), "MessageBody": self.random.choice(BODIES)}
            config["ContentType"] = self.random.choice(("text/plain", "application/json"))
            if config["StatusCode"] == "204":
                config["MessageBody"] = ""
            action = {"Type": kind, "FixedResponseConfig": config}
        else:
            action = self._forward()
            if transforms := self._transforms():
                rule["Transforms"] = transforms
        rule["Actions"] = [action]
        return rule

    def _forward(self) -> dict[str, Any]:
        """To one of the groups for certain, so that two balancers can be compared."""
        first, second = self.random.sample(GROUPS, 2)
        if self.random.random() < 0.6:
            return {"Type": "forward", "TargetGroupArn": {"Ref": first}}
        weights = self.random.choice(((1, 0), (0, 999), (0, 0)))
        groups = [
            {"TargetGroupArn": {"Ref": name}, "Weight": weight}
            for name, weight in zip((first, second), weights, strict=True)
        ]
        return {"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}

    def _transforms(self) -> list[dict[str, Any]]:
        transforms = []
        for kind, config, rewrites in (
            ("url-rewrite", "UrlRewriteConfig", URL_REWRITES),
            ("host-header-rewrite", "HostHeaderRewriteConfig", HOST_REWRITES),
        ):
            if self.random.random() < 0.3:
                regex, replace = self.random.choice(rewrites[:2] if "url" in kind else rewrites)
                if "url" in kind and self.random.random() < 0.4:
                    regex, replace = "^/a", "b"
                transforms.append(
                    {"Type": kind, config: {"Rewrites": [{"Regex": regex, "Replace": replace}]}}
                )
        return transforms

    def _conditions(self) -> list[dict[str, Any]]:
        """One to three, within a rule's five values and five wildcards."""
        fields = self.random.sample(
            (
                "path-pattern",
                "path-pattern",
                "host-header",
                "http-header",
                "http-request-method",
                "query-string",
                "source-ip",
            ),
            self.random.choice((1, 1, 2, 3)),
        )
        return [self._condition(field) for field in dict.fromkeys(fields)]

    def _condition(self, field: str) -> dict[str, Any]:
        pick = self.random.choice
        if field == "http-request-method":
            return {"Field": field, "HttpRequestMethodConfig": {"Values": [pick(METHODS)]}}
        if field == "source-ip":
            return {"Field": field, "SourceIpConfig": {"Values": [pick(NETWORKS)]}}
        if field == "query-string":
            value = {"Value": pick(("red", "x?", "*", "1\\?", "r*d", "*l", "a=*", "%41+"))}
            if self.random.random() < 0.6:
                value["Key"] = pick(("color", "S*", "a\\*b", "?", "x.y", "*"))
            return {"Field": field, "QueryStringConfig": {"Values": [value]}}
        name = "".join(part.capitalize() for part in field.split("-")) + "Config"
        config: dict[str, Any] = {}
        if field == "http-header":
            config["HttpHeaderName"] = self._case(pick(tuple(HEADERS)))
        if self.random.random() < 0.4:
            config["RegexValues"] = [pick(EXPRESSIONS[field])]
        else:
            config["Values"] = [pick(MATCHES[field])]
        return {"Field": field, name: config}


def _resource(kind: str, properties: dict[str, Any]) -> dict[str, Any]:
    return {"Type": f"AWS::ElasticLoadBalancingV2::{kind}", "Properties": properties}
