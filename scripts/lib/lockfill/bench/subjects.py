"""What `stack` and `cold` compare: functions behind the local balancer and as containers, and Django."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from .. import local_secrets, monolith
from ..nginx import listens
from ..ports import free_port
from ..processes import Child, clean_environment, start
from ..running import descendants, name
from .stores import Stores

# By subject: the program and the path. `lockfill` is the function of ads.
FUNCTIONS = {"empty": "empty", "floor": "floor", "lockfill": "ads"}
PATHS = {"empty": "/empty", "floor": "/floor", "lockfill": "/api/v1/allocation/ads"}
PATHS["django"] = PATHS["lockfill"]
# What `events` measures, too. Its path is that of batches, and of links below it.
PROGRAMS = {**FUNCTIONS, "events": "events"}
PATHS["events"] = "/api/v1/events*"
# A user whom a quarter of the countries and half of the platforms target, and ten slots.
QUERY = "?unit_id=1001&country=KR&platform=android&birth_year=1990&count=10&user_id=bench-{user}"

_LISTENER = """\
Transform: AWS::Serverless-2016-10-31
Parameters:
  BalancerArn: {Type: String}
Globals:
  Function: {Timeout: 10, MemorySize: 512}
Resources:
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      Port: 80
      Protocol: HTTP
      LoadBalancerArn: !Ref BalancerArn
      DefaultActions: [{Type: fixed-response, FixedResponseConfig: {StatusCode: "404"}}]
"""
_FUNCTION = """\
  {id}Function:
    Type: AWS::Serverless::Function
    Properties: {{CodeUri: ., Handler: bootstrap, Runtime: provided.al2023}}
  {id}Permission:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !GetAtt {id}Function.Arn
      Action: lambda:InvokeFunction
      Principal: elasticloadbalancing.amazonaws.com
  {id}TargetGroup:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    DependsOn: {id}Permission
    Properties:
      TargetType: lambda
      TargetGroupAttributes: [{{Key: lambda.multi_value_headers.enabled, Value: "true"}}]
      Targets: [{{Id: !GetAtt {id}Function.Arn}}]
  {id}Rule:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !Ref Listener
      Priority: {priority}
      Conditions: [{{Field: path-pattern, Values: ["{path}"]}}]
      Actions: [{{Type: forward, TargetGroupArn: !Ref {id}TargetGroup}}]
"""


@dataclass
class Server:
    """A running subject: the process that was started, which program answers, and the address."""

    subject: str
    child: Child
    program: str
    url: str

    @property
    def target(self) -> str:
        return PATHS[self.subject] + QUERY

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 0

    def pids(self) -> list[int]:
        """The processes that answer."""
        own = self.child.process.pid
        if self.subject == "django":
            return [own, *descendants(own)]
        return [pid for pid in (own, *descendants(own)) if name(pid) == self.program]


@contextmanager
def balancer(stores: Stores, subjects: Sequence[str] = tuple(FUNCTIONS)) -> Iterator[dict[str, Server]]:
    """Runs functions under local-alb, which freezes them in between; gives them by subject."""
    template, variables = stores.folder / "bench-template.yaml", stores.folder / "bench-env-vars.json"
    functions = [
        _FUNCTION.format(id=subject.capitalize(), path=PATHS[subject], priority=number)
        for number, subject in enumerate(subjects, 1)
    ]
    template.write_text(_LISTENER + "".join(functions))
    parameters = {"Parameters": stores.function_variables()}
    local_secrets.write_private(variables, json.dumps(parameters))
    command: list[str | Path] = [stores.programs / "local-alb", "serve", "--listen=127.0.0.1:0"]
    command += [f"--template={template}", f"--env-vars={variables}"]
    command += [
        f"--function={subject.capitalize()}Function=exec:{stores.programs / PROGRAMS[subject]}"
        for subject in subjects
    ]
    child = start("local-alb", command, stores.logs / "bench-alb.log", clean_environment())
    try:
        url = child.wait_for_line("local-alb: listening on ")
        yield {subject: Server(subject, child, PROGRAMS[subject], url) for subject in subjects}
    finally:
        child.stop()


@contextmanager
def container(stores: Stores, subject: str, variables: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Runs a function as a plain HTTP server, with other variables than the stores' if some are given, or
    Django under gunicorn.
    """
    if subject == "django":
        child, program, url = _start_django(stores)
    else:
        child, program, url = _start_function(stores, subject, variables or {})
    try:
        server = Server(subject, child, program, url)
        child.wait_until("listening", lambda: "" if listens(server.port) else None, 60)
        yield server
    finally:
        child.stop()


def _start_django(stores: Stores) -> tuple[Child, str, str]:
    address = f"127.0.0.1:{free_port()}"
    env = {**stores.django_environment(), "MONOLITH_BIND": address}
    # A worker loads the catalog before its first sign of life; 100,000 line items may take it over 30 s.
    command = [*monolith.command(monolith.python()), "--timeout", "300"]
    return start("gunicorn", command, stores.logs / "bench-django.log", env), "", f"http://{address}"


def _start_function(stores: Stores, subject: str, variables: Mapping[str, str]) -> tuple[Child, str, str]:
    address, program = f"127.0.0.1:{free_port()}", PROGRAMS[subject]
    env = {**clean_environment(), **stores.function_variables(), **variables}
    env["LOCKFILL_HTTP_ADDRESS"] = address
    child = start(subject, [stores.programs / program], stores.logs / f"bench-{subject}.log", env)
    return child, program, f"http://{address}"
