"""The alarms of `infra/aws/observability.yaml`, judged by what functions tell of one minute.

An alarm reads metrics of a minute, one of each function. Its expression is CloudWatch's metric math, of which
the template uses sums, `FILL`, `IF` and `MAX`; they are evaluated here as CloudWatch documents them:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
"""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lockfill import ROOT

# Sum, Minimum, Maximum or a percentile of a metric of a function in a minute; None if nothing was told.
Reading = Callable[[str, str, str], float | None]

_COMPARISONS = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
}
_ALARM = re.compile(r"^  (\w+)Alarm:\n    Type: AWS::CloudWatch::Alarm\n((?:    .*\n|\n)+)", re.MULTILINE)
_STATISTIC = re.compile(
    r"- \{ Id: (\w+), .*Stat: (\w+), .*MetricName: (\w+), Dimensions: \[\{ Name: Function, Value: (\w+) \}\]"
)


@dataclass(frozen=True)
class Alarm:
    """An alarm on what functions tell. Its statistics: identifier, statistic, metric, function."""

    name: str
    expression: str
    statistics: tuple[tuple[str, str, str, str], ...]
    threshold: float
    comparison: str
    is_missing_bad: bool

    def is_breached(self, reading: Reading) -> bool:
        """Whether a minute is one of those after which the alarm rings."""
        values = {id_: reading(stat, metric, function) for id_, stat, metric, function in self.statistics}
        if all(value is None for value in values.values()):
            return self.is_missing_bad
        return bool(_COMPARISONS[self.comparison](_evaluate(self.expression, values), self.threshold))


def _evaluate(expression: str, values: Mapping[str, float | None]) -> float:
    functions = {
        "FILL": lambda value, filling: filling if value is None else value,
        # CloudWatch divides by zero to no value, which no condition of the template lets happen.
        "IF": lambda condition, then, otherwise: then() if condition else otherwise(),
        "MAX": max,
    }
    # The branches of IF are evaluated if they are taken alone.
    lazy = re.sub(r"IF\((.*?>= \d+), (.*), (\d+)\)$", r"IF(\1, lambda: \2, lambda: \3)", expression)
    scope = {**functions, **values, "__builtins__": {}}
    return float(eval(lazy, scope))  # noqa: S307 (an expression of our own template)


def alarms() -> dict[str, Alarm]:
    """All alarms that read the functions' own metrics, by their names in the template."""
    template = (ROOT / "infra" / "aws" / "observability.yaml").read_text("utf-8")
    found = [_alarm(name, body) for name, body in _ALARM.findall(template)]
    return {alarm.name: alarm for alarm in found if alarm is not None}


def _alarm(name: str, body: str) -> Alarm | None:
    def value(of: str) -> str:
        found = re.search(rf"^      (?:  )?(?:- )?(?:  )?{of}: (.+)$", body, re.MULTILINE)
        return found[1] if found else ""

    statistics = tuple(_STATISTIC.findall(body))
    expression = value("Expression")
    if not statistics and "Name: Function," in body:
        function = re.search(r"Name: Function, Value: (\w+)", body)
        assert function, name
        statistics = (("own", value("Statistic"), value("MetricName"), function[1]),)
        expression = "own"
    # Metrics of AWS's own are not there, and what was learned is more than one minute.
    if not statistics or value("ComparisonOperator") not in _COMPARISONS:
        return None
    threshold, comparison = float(value("Threshold")), value("ComparisonOperator")
    is_missing_bad = value("TreatMissingData") == "breaching"
    return Alarm(name, expression, statistics, threshold, comparison, is_missing_bad)
