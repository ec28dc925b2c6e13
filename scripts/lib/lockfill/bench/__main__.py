"""The command line of `scripts/bench`."""

import argparse
import json
import sys
from typing import Any

from ..command_line import CommandLine, new_file, whole_number
from ..console import Failure, complain
from ..processes import Stopped, stop_on_signals
from . import cold_command, contents, engine, secrets_command, stack_command, stack_measures
from .admin import command as admin
from .attack import command as attack
from .balancer import command as balancer
from .events import path_command, rebuild_command
from .questions import command as questions

HELP = """\
Measures Lockfill on this machine: the whole stack as scripts/dev starts it, on 127.0.0.1, but optimized and
with the product's deadline of 10 ms for Redis. The figures hold for this machine at this moment: the load
generator, the balancer and the stores share its processors with what is measured.

  load          as many requests as the stack answers in 30 s: rate, latencies, processor time of each program
  frozen-redis  50 requests a second while Redis takes connections and never answers (SIGSTOP) for 10 s:
                latencies, the share of marked answers, and how long answers are marked after SIGCONT
  killed-redis  the same with a Redis that is killed, and started again empty
  cold-start    from a request for which no environment runs to its answer, 20 times
  frozen-environment
                the first answer of an environment that was frozen for 60 s while a catalog was published
  django        allocations in Django and in a function, with 100, 1,000 and 10,000 more line items:
                processor time of a request; takes twelve times as long as the load
  publish       100,000 line items imported into Django and published by the admin's button while clients
                ask all functions: seconds of each step, memory, and whether any answer fails or is of
                the version of before, unmarked; takes some minutes

./scripts/bench balancer measures local-alb in front of an HTTP target, and nginx in its place: throughput,
what each adds to latency, and memory over many requests. (Its --help says how.)
./scripts/bench engine measures how fast ads are found among up to a million line items, against alternatives.
./scripts/bench contents measures the same of contents, and of lock screens.
./scripts/bench attack measures what slow clients and guessers of passwords cost all other clients, and fails
if it is too much.
./scripts/bench stack measures what a request costs with 100 to 100,000 line items, beside functions that
decide nothing and beside Django.
./scripts/bench cold measures how long a new environment takes to its first right answer, and its memory.
./scripts/bench secrets measures what it costs the start of a function to read its secrets.
./scripts/bench events measures what the report of an event costs beside an allocation, and counts its writes.
./scripts/bench rebuild measures how long counters are wrong after Redis has lost a million events.
./scripts/bench admin measures the lists and reports of the admin with 10,000 line items and a month of
delivery.
./scripts/bench questions measures how long an operator waits for why-not, previews and forecasts.
Each of them has its own --help.

Environments are frozen between requests, as on Lambda. The first run builds for some minutes; later ones
take about three minutes. The command needs what scripts/dev needs, and Linux.
"""


def main() -> int:
    arguments = _arguments()
    stop_on_signals()
    try:
        report: Any
        if arguments.command == balancer.NAME:
            report = balancer.run(arguments.seconds, arguments.rounds, arguments.requests)
        elif arguments.command == engine.NAME:
            report = engine.run_engine(arguments.items, arguments.rounds)
        elif arguments.command == contents.NAME:
            report = contents.run_contents(arguments.items, arguments.rounds, arguments.workloads)
        elif arguments.command == attack.NAME:
            report = attack.run(arguments.seconds, arguments.rounds, arguments.profile)
        elif arguments.command == stack_command.NAME:
            report = stack_command.run(
                arguments.sizes,
                arguments.rounds,
                arguments.seconds,
                arguments.clients,
                arguments.profile,
                arguments.output,
            )
        elif arguments.command == path_command.NAME:
            report = path_command.run(
                arguments.workloads,
                arguments.rounds,
                arguments.seconds,
                arguments.clients,
                arguments.profile,
                arguments.output,
            )
        elif arguments.command == rebuild_command.NAME:
            report = rebuild_command.run(
                arguments.events, arguments.rounds, arguments.profile, arguments.output
            )
        elif arguments.command == admin.NAME:
            report = admin.run(arguments.rounds, arguments.line_items, arguments.days, arguments.output)
        elif arguments.command == questions.NAME:
            report = questions.run(
                arguments.rounds, arguments.line_items, arguments.profile, arguments.output
            )
        elif arguments.command == cold_command.NAME:
            report = cold_command.run(arguments.sizes, arguments.rounds, arguments.profile, arguments.output)
        elif arguments.command == secrets_command.NAME:
            report = secrets_command.run(
                arguments.delays_ms, arguments.rounds, arguments.profile, arguments.output
            )
        else:
            names = arguments.only or list(stack_measures.MEASURES)
            report = stack_measures.run(names, arguments.seconds, arguments.clients)
    except Failure as failure:
        complain(f"scripts/bench: {failure}")
        return 1
    except Stopped as stopped:
        complain("\nStopped; nothing is left running.")
        return 128 + int(stopped.args[0])
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=2) + "\n")
    return 0


def _arguments() -> argparse.Namespace:
    parser = CommandLine("./scripts/bench", description=HELP)
    commands = parser.add_subparsers(dest="command", metavar="")
    of_balancer = commands.add_parser(balancer.NAME, description=balancer.HELP)
    balancer.add_arguments(of_balancer)
    of_engine = commands.add_parser(engine.NAME, description=engine.HELP)
    engine.add_arguments(of_engine)
    of_contents = commands.add_parser(contents.NAME, description=contents.HELP)
    contents.add_arguments(of_contents)
    of_attack = commands.add_parser(attack.NAME, description=attack.HELP)
    attack.add_arguments(of_attack)
    of_stack = commands.add_parser(stack_command.NAME, description=stack_command.HELP)
    stack_command.add_arguments(of_stack)
    of_cold = commands.add_parser(cold_command.NAME, description=cold_command.HELP)
    cold_command.add_arguments(of_cold)
    of_secrets = commands.add_parser(secrets_command.NAME, description=secrets_command.HELP)
    secrets_command.add_arguments(of_secrets)
    of_events = commands.add_parser(path_command.NAME, description=path_command.HELP)
    path_command.add_arguments(of_events)
    of_rebuild = commands.add_parser(rebuild_command.NAME, description=rebuild_command.HELP)
    rebuild_command.add_arguments(of_rebuild)
    of_admin = commands.add_parser(admin.NAME, description=admin.HELP)
    admin.add_arguments(of_admin)
    of_questions = commands.add_parser(questions.NAME, description=questions.HELP)
    questions.add_arguments(of_questions)
    parser.add_argument(
        "--only", nargs="+", choices=stack_measures.MEASURES, metavar="MEASURE", help="measure these alone"
    )
    parser.add_argument(
        "--seconds", type=whole_number(1, 300), default=30, help="how long the load lasts (default 30)"
    )
    parser.add_argument(
        "--clients", type=whole_number(1, 256), default=8, help="clients of the load (default 8)"
    )
    commands_of_their_own = (of_balancer, of_engine, of_contents, of_attack, of_stack, of_cold, of_secrets)
    for each in (parser, *commands_of_their_own, of_events, of_rebuild, of_admin, of_questions):
        each.add_argument("--json", type=new_file, metavar="FILE", help="write the figures to a file, too")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
