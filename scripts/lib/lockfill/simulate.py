"""The command line of `scripts/simulate`."""

import os
import sys

from . import ROOT
from .build import build
from .command_line import CommandLine, new_file, whole_number
from .console import Failure, complain
from .processes import Stopped, run_shown, stop_on_signals

PROGRAM = "simulator"
# Optimized as what is deployed, and built in a fraction of the time.
PROFILE = "bench-stack"
PLOTS = ROOT / "target" / "simulate"
HELP = """\
Simulates days of serving in virtual time, and measures how well budgets, goals and caps are held. The
decision, the gates, the tokens, the events, the roll-up and the pacing are the code that is deployed, over
stores in memory.

Phones of three markets ask by the hour of their week; New York's clocks go back on the fourth day. Some
phones are offline for hours and report late, some with a wrong clock, some users limit ad tracking, some
clients are bots, and links are prefetched. Reports are repeated. For an hour there are five times as many
requests, Redis loses everything once and is made anew within a minute, the pacing stands still for a quarter
of an hour, and one campaign is paused for two days.

Before the days that are measured is one (--warm-up-days) of requests that meet no budget and no goal: a
server is not switched on in the second in which all of its campaigns begin. With 0 it is.

The error of an hour is the sum of |delivered - planned| over all hours of all even and front-loaded targets,
by the sum of what was planned: each impression weighs alike. The plan of an hour is what is left at its
beginning, times the share that the pacing gives the hour. Two figures beside it say what is possible: the
best pacer with whole impressions, and one that opens its gates exactly right and meets people by chance.

What budgets below 10,000 impressions are overspent by is compared with the slots that were in flight when
the pacing last left the budget open, and those that were handed out until its next table.

With --forecasts RUNS it measures forecasts instead. A simulation has two periods of --days. In the first,
requests are sampled as in production; at its end drafts are forecast from them by the code that answers
forecasts in the admin, and published. Printed is what was predicted for the second period and what was
delivered in it, and the error that half and nine tenths of the drafts do not exceed, as a part of what was
delivered. Each run has the next seed and other drafts: one for all markets, or one for each market. 28 runs
have ten drafts of each of seven kinds.

Prints a table. A bar that is not held makes the exit code 1. The error of an hour has one from a million
impressions on: of fewer, chance alone makes a larger error. target/simulate has delivery.svg and error.svg,
and hours.csv with each hour of each target. A simulation of 7 days and 5,000 users takes a minute of one
processor.
"""


def main(arguments: list[str]) -> int:
    parser = CommandLine("./scripts/simulate", description=HELP)
    parser.add_argument("--days", type=whole_number(1, 28), default=7, help="default 7")
    parser.add_argument("--warm-up-days", type=whole_number(0, 7), default=1, help="default 1")
    parser.add_argument("--users", type=whole_number(100, 1_000_000), default=5_000, help="default 5,000")
    parser.add_argument("--seed", type=whole_number(0, 2**63 - 1), default=1, help="default 1")
    parser.add_argument("--json", type=new_file, help="a file for the figures")
    parser.add_argument(
        "--forecasts",
        type=whole_number(1, 100),
        metavar="RUNS",
        help="measures forecasts instead, in so many simulations",
    )
    parser.add_argument("--list", action="store_true", help="budgets and goals one by one")
    chosen = parser.parse_args(arguments)
    stop_on_signals()
    program = build(PROFILE, (PROGRAM,)) / PROGRAM
    command = [program, "--days", chosen.days, "--users", chosen.users, "--seed", chosen.seed]
    command += ["--warm-up-days", chosen.warm_up_days, "--plots", PLOTS]
    command += ["--json", chosen.json] if chosen.json else []
    command += ["--list"] if chosen.list else []
    command += ["--forecasts", chosen.forecasts] if chosen.forecasts else []
    return run_shown([str(part) for part in command], os.environ)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failure as failure:
        complain(str(failure))
        sys.exit(1)
    except Stopped as stopped:
        sys.exit(128 + int(stopped.args[0]))
