"""The command line of `scripts/cost`."""

import argparse
import json
import sys

from .. import ROOT
from ..command_line import CommandLine, new_file, number, whole_number
from ..console import Failure, complain, say
from ..processes import Stopped, stop_on_signals
from . import inputs, report
from .model import Load

FOLDER = ROOT / "target" / "cost"
HELP = """\
What serving costs a month, from measured inputs (infra/measurements/cost-inputs.json) and list prices
(infra/aws/prices.json): Lambda, and containers on Fargate and EC2, with the balancer; the ledger, the
histories of users and the logs. Says from which rate on containers cost less than Lambda, and sets what
moving out of Django saves beside a published migration. target/cost has the plot.
"""


def main(words: list[str]) -> int:
    chosen = _parse(words)
    stop_on_signals()
    try:
        if chosen.measure:
            _measure()
        found = inputs.read(chosen.region)
        load = Load(
            chosen.requests_per_second,
            chosen.users,
            chosen.events_per_request,
            memory_mb=chosen.memory_mb,
            architecture=chosen.architecture,
        )
        if chosen.json:
            say(json.dumps(report.document(load, found), indent=1))
        else:
            say("\n".join(report.lines(load, found)))
        plot = chosen.svg or FOLDER / "cost.svg"
        plot.parent.mkdir(parents=True, exist_ok=True)
        plot.write_text(report.svg(load, found))
    except Failure as failure:
        complain(str(failure))
        return 1
    except OSError as error:
        complain(f"{error.filename or 'the output'} cannot be written: {error.strerror}")
        return 1
    except Stopped:
        return 130
    return 0


def _measure() -> None:
    # It needs what a stack needs, unlike the arithmetic.
    from . import measure

    inputs.renew(measure.measure(), measure.UNITS, "./scripts/cost --measure")


def _parse(words: list[str]) -> argparse.Namespace:
    parser = CommandLine("./scripts/cost", description=HELP)
    parser.add_argument(
        "--requests-per-second", type=number(0.001, 1e9), default=1_000.0, metavar="N", help="default 1000"
    )
    parser.add_argument(
        "--users",
        type=whole_number(0, 10_000_000_000),
        default=1_000_000,
        metavar="N",
        help="default 1000000",
    )
    parser.add_argument(
        "--events-per-request", type=number(0, 1_000), default=1.0, metavar="N", help="default 1"
    )
    parser.add_argument(
        "--memory-mb",
        type=whole_number(128, 10_240),
        default=512,
        metavar="MB",
        help="of functions [default: 512]",
    )
    parser.add_argument("--architecture", choices=["arm64", "x86_64"], default="arm64")
    parser.add_argument("--region", default="us-east-1", help="us-east-1 (default) or ap-northeast-2")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument(
        "--svg", type=new_file, metavar="FILE", help="where the plot goes [default: target/cost/cost.svg]"
    )
    parser.add_argument(
        "--measure", action="store_true", help="measure bytes and writes anew on a stack of this machine"
    )
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
