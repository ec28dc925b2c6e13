"""The alarms of `infra/aws`, judged by what functions tell of one minute after the other.

An alarm reads metrics of a minute, one of each function. Its expression is CloudWatch's metric math, of which
the templates use sums, `FILL`, `IF` and `MAX`; they are evaluated here as CloudWatch documents them:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
"""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from lockfill import ROOT

# Sum, Minimum, Maximum or a percentile of a metric of a function in a minute; None if nothing was told. What
# AWS tells of a function is by the function's name, too; what it tells of the balancer is of `balancer`.
Reading = Callable[[str, str, str], float | None]

TEMPLATES = ("observability", "alarms")
_COMPARISONS = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanUpperThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
}
_ALARM = re.compile(r"^  (\w+)Alarm:\n    Type: AWS::CloudWatch::Alarm\n((?:    .*\n|\n)+)", re.MULTILINE)
_STATISTIC = re.compile(r"- \{ Id: (\w+), .*Stat: (\w+), .*MetricName: (\w+), Dimensions: \[\{ (.*?) \}\]")
_FUNCTION = re.compile(r"Name: Function, Value: (\w+)|Name: FunctionName, Value: !Ref (\w+)FunctionName")


@dataclass(frozen=True)
class Alarm:
    """An alarm. Its statistics: identifier, statistic, metric, function."""

    name: str
    expression: str
    statistics: tuple[tuple[str, str, str, str], ...]
    # None where CloudWatch learns it.
    threshold: float | None
    comparison: str
    # It rings after so many bad ones of so many data points.
    bad_of: tuple[int, int]
    period_seconds: int
    is_missing_bad: bool

    def value(self, reading: Reading) -> float | None:
        """What is compared with the threshold; None if nothing was told."""
        values = {id_: reading(stat, metric, function) for id_, stat, metric, function in self.statistics}
        if all(value is None for value in values.values()):
            return None
        return _evaluate(self.expression, values)

    def is_breached(self, reading: Reading, learned: float | None = None) -> bool:
        """Whether a minute is one of those after which the alarm rings. `learned` is the bound of a band."""
        threshold = self.threshold if learned is None else learned
        value = self.value(reading)
        if value is None or threshold is None:
            return value is None and self.is_missing_bad
        return bool(_COMPARISONS[self.comparison](value, threshold))

    def rings(self, minutes: Sequence[Reading], learned: float | None = None) -> bool:
        """Whether it is in alarm after these minutes. Those before them were good."""
        bad, of = self.bad_of
        return sum(self.is_breached(reading, learned) for reading in minutes[-of:]) >= bad


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
    """All alarms by their names in the templates."""
    texts = [(ROOT / "infra" / "aws" / f"{name}.yaml").read_text("utf-8") for name in TEMPLATES]
    found = [_alarm(name, body) for text in texts for name, body in _ALARM.findall(text)]
    return {alarm.name: alarm for alarm in found}


def _alarm(name: str, body: str) -> Alarm:
    def value(of: str) -> str:
        found = re.search(rf"^      (?:  )?(?:- )?(?:  )?{of}: (.+)$", body, re.MULTILINE)
        return found[1] if found else ""

    statistics = tuple(
        (id_, stat, metric, _subject(dimensions))
        for id_, stat, metric, dimensions in _STATISTIC.findall(body)
    )
    # The first expression of a band is the band.
    expression = re.findall(r"Expression: (.+)", body)[-1] if statistics else "own"
    if not statistics:
        statistics = (("own", value("Statistic"), value("MetricName"), _subject(value("Dimensions"))),)
    return Alarm(
        name,
        expression,
        statistics,
        float(text) if (text := value("Threshold")) else None,
        value("ComparisonOperator"),
        (int(value("DatapointsToAlarm")), int(value("EvaluationPeriods"))),
        int(value("Period") or re.findall(r"Period: (\d+)", body)[0]),
        value("TreatMissingData") == "breaching",
    )


def _subject(dimensions: str) -> str:
    """The function of a metric's dimensions; otherwise it is the balancer."""
    found = _FUNCTION.search(dimensions)
    return (found[1] or found[2].lower()) if found else "balancer"
