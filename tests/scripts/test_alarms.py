"""Alarms, the dashboard, the runbook and the functions' metrics name each other.

The templates are read by their lines, as they are written; cfn-lint checks what they mean.
"""

import re
from pathlib import Path

import pytest

from lockfill import ROOT

AWS = ROOT / "infra" / "aws"
TEMPLATES = [(AWS / f"{name}.yaml").read_text() for name in ("observability", "alarms")]
DASHBOARD = (AWS / "dashboard.yaml").read_text()
RUNBOOK = (AWS / "RUNBOOK.md").read_text()
METRICS = (ROOT / "functions" / "METRICS.md").read_text()
# The services of AWS whose metrics are read beside the functions' own, with what is read of each.
OF_AWS = {
    "AWS/ApplicationELB": {"HTTPCode_ELB_5XX_Count", "HTTPCode_Target_5XX_Count", "UnHealthyHostCount"},
    "AWS/Lambda": {"ConcurrentExecutions", "Errors", "Throttles"},
}


def alarms() -> dict[str, str]:
    """The text of each alarm by its name."""
    texts = [text.partition("\nResources:\n")[2].partition("\nOutputs:\n")[0] for text in TEMPLATES]
    parts = [part for text in texts for part in re.split(r"(?m)^  \w+Alarm:\n", text)[1:]]
    found = {}
    for part in parts:
        (name,) = re.findall(r"AlarmName: !Sub \$\{NamePrefix\}-([a-z-]+)", part)
        found[name] = part
    return found


def read_metrics(text: str) -> set[tuple[str, str, str]]:
    """What an alarm reads: namespace, metric and, of our own, the function."""
    flow = re.findall(r"Namespace: ([^,\n]+?), MetricName: (\w+), Dimensions: \[(.*?)\] \}", text)
    plain = re.findall(r"Namespace: ([^,\n]+)\n +MetricName: (\w+)\n +Dimensions: \[(.*)\]", text)
    found = set()
    for namespace, metric, dimensions in [*flow, *plain]:
        function = re.search(r"Name: Function, Value: (\w+)", dimensions)
        found.add((namespace, metric, function[1] if function else ""))
    return found


def documented() -> set[tuple[str, str]]:
    """Each metric of METRICS.md with each function that has it."""
    found = set()
    for section in METRICS.split("\n## ")[1:]:
        heading, _, rest = section.partition("\n")
        functions = re.findall(r"`([a-z]+)`", heading)
        for metric in re.findall(r"(?m)^\| `([A-Za-z]+)` \|", rest):
            found |= {(metric, function) for function in functions}
    return found


def test_each_alarm_has_a_section_of_the_runbook_and_each_section_an_alarm() -> None:
    sections = set(re.findall(r"(?m)^## ([a-z-]+)$", RUNBOOK))
    assert sections == set(alarms())


@pytest.mark.parametrize("name", sorted(alarms()))
def test_an_alarm_names_its_section_and_tells_of_its_end(name: str) -> None:
    text = alarms()[name]
    assert f"Runbook, {name}.\n" in text
    assert text.count("Actions: [!Ref AlarmTopic]") == 2


@pytest.mark.parametrize("name", sorted(alarms()))
def test_an_alarm_reads_metrics_that_are_written(name: str) -> None:
    read = read_metrics(alarms()[name])
    assert read
    for namespace, metric, function in read:
        if namespace == "!Ref NamePrefix":
            assert (metric, function) in documented()
        else:
            assert metric in OF_AWS[namespace]


def test_what_the_metrics_say_of_alarms_is_watched() -> None:
    section = METRICS.split("\n## Alarms\n")[1].split("\n## ")[0]
    rows = [line.split("|")[2] for line in section.splitlines() if line.startswith("|")][2:]
    assert len(rows) >= 10
    watched = {metric for text in alarms().values() for _, metric, _ in read_metrics(text)}
    for metric in re.findall(r"`([A-Za-z]+)`", " ".join(rows)):
        assert metric in watched, metric


def test_every_metric_of_an_expression_is_used_and_every_used_one_is_there() -> None:
    for name, text in alarms().items():
        if "Expression:" not in text:
            continue
        ids = set(re.findall(r"- \{ Id: (\w+),", text)) | set(re.findall(r"- Id: (\w+)\n", text))
        expressions = " ".join(re.findall(r"Expression: (.+)", text))
        functions = {"FILL", "IF", "MAX", "ANOMALY_DETECTION_BAND"}
        used = set(re.findall(r"[A-Za-z_]\w*", expressions)) - functions
        result = {name.replace("-", "_"), "band"} & ids
        assert used | result == ids, name


def test_the_dashboard_shows_metrics_that_are_written_and_alarms_that_exist() -> None:
    shown = re.findall(r'\["([^"]+)", "(\w+)", "(\w+)", "([^"]+)"', DASHBOARD)
    assert len(shown) > 30
    for namespace, metric, dimension, value in shown:
        if namespace == "${NamePrefix}":
            assert dimension == "Function" and (metric, value) in documented()
        else:
            assert metric in OF_AWS[namespace]
    named = re.findall(r"alarm:\$\{NamePrefix\}-([a-z-]+)", DASHBOARD)
    # Those of a publish worker exist only where one is watched.
    assert set(named) == set(alarms()) - {"publisher", "stuck-publication"}


def test_each_alarm_is_provoked_by_a_test_that_names_it() -> None:
    table = RUNBOOK.split("\n## Tried on one machine\n")[1]
    found = {}
    for names, tests in re.findall(r"(?m)^\| ([a-z][a-z, -]+) \|.*\| `(test_\w+\.py)`[^|]*\|$", table):
        for name in names.split(", "):
            found[name] = (ROOT / "tests" / "end-to-end" / tests).read_text()
    assert set(found) == set(alarms())
    for name, text in found.items():
        assert f'"{name.title().replace("-", "")}"' in text, name


def test_commands_and_links_of_the_runbook_exist() -> None:
    monolith = ROOT / "infra" / "monolith"
    for command in re.findall(r"python manage\.py (\w+)", RUNBOOK):
        assert list(monolith.glob(f"*/management/commands/{command}.py")), command
    for group in re.findall(r"/aws/lambda/lockfill-ENV-(\w+)", RUNBOOK):
        text = (ROOT / "template.yaml").read_text()
        assert f"LogGroupName: !Sub /aws/lambda/${{NamePrefix}}-{group}\n" in text
    sections = set(re.findall(r"(?m)^## ([a-z-]+)$", RUNBOOK)) | {"tried-on-one-machine"}
    for path, anchor in re.findall(r"\]\(([^)#]*)#?([^)]*)\)", RUNBOOK):
        target: Path = AWS / path
        assert target.exists() if path else anchor in sections, (path, anchor)
