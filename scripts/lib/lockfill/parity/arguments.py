"""The command line of `scripts/parity`."""

import argparse
from pathlib import Path

from ..command_line import CommandLine, new_file, server_url, whole_number

HELP = """\
Sends the same allocation requests to two servers and reports where the answers differ. Bodies are compared
byte for byte, apart from request ids and the tokens in links. Status and headers (content-type,
cache-control, x-lockfill-degraded, x-lockfill-gates, x-lockfill-ignored and others) are compared too.

Without URLs the command starts Django's allocation APIs on the left and the functions behind the balancer on
the right, both on one DynamoDB and one Redis. It publishes random catalogs, writes histories of users, and
sends random requests. Then both sides record the same random events, first and again, and what the ledger
holds of them is compared too. With URLs it publishes and writes nothing: it sends random requests about the
units of --unit, or the requests of a file.
"""
AFTER_HELP = """\
examples:
  ./scripts/parity --requests 2000 --catalogs 4
  ./scripts/parity --requests 1 --events 4000
  ./scripts/parity --left http://127.0.0.1:8001 --right http://127.0.0.1:8080 --unit 1001 --requests 500
  ./scripts/parity --left URL --right URL --requests-file access.log.gz --report parity.html

A requests file has one JSON object a line (method, path, query, headers, body), or is an access log of an
Application Load Balancer. Only allocation requests are sent, because they change nothing.

exit status: 0 no difference, 1 differences, 2 the comparison could not be made
"""


def parse() -> argparse.Namespace:
    """The checked arguments; prints help or an error and exits where they are wrong."""
    parser = CommandLine("./scripts/parity", description=HELP, epilog=AFTER_HELP)
    add = parser.add_argument
    add("--left", type=server_url, metavar="URL", help="one server")
    add("--right", type=server_url, metavar="URL", help="the other")
    add(
        "--requests", type=whole_number(1), default=2_000, metavar="N", help="how many requests in all (2000)"
    )
    add(
        "--events",
        type=whole_number(0),
        default=400,
        metavar="N",
        help="how many reports of events in all (400)",
    )
    add("--seed", type=whole_number(0), default=1, metavar="S", help="another seed gives other requests (1)")
    add("--catalogs", type=whole_number(1), default=4, metavar="N", help="how many random catalogs (4)")
    add("--unit", nargs="+", metavar="ID", help="units that requests to your own servers are about")
    add("--requests-file", type=Path, metavar="FILE", help="requests to send to your own servers")
    add("--debug-token-file", type=Path, metavar="FILE", help="where your servers' debug token is")
    add(
        "--ignore",
        action="append",
        default=[],
        metavar="FIELD",
        help="a field that is not compared, such as slots[].title; repeatable",
    )
    add("--catalog", type=whole_number(1), default=0, metavar="K", help="this random catalog alone")
    add("--request-number", type=whole_number(1), default=0, metavar="N", help="this request (or line) alone")
    add("--event-number", type=whole_number(1), default=0, metavar="N", help="this report of events alone")
    add("--at", default="", metavar="TIME", help="the time of requests that name none (RFC 3339)")
    add("--profile", default="dev", choices=["dev", "bench-stack"], help="how the functions are built (dev)")
    add("--json", action="store_true", help="print the result as JSON, and nothing else")
    add("--report", type=new_file, metavar="FILE.html", help="write the result as a page, too")
    arguments = parser.parse_args()
    if bool(arguments.left) != bool(arguments.right):
        parser.error("--left and --right go together")
    if arguments.left and arguments.event_number:
        parser.error("--event-number is for runs of its own: events change what the servers hold")
    if not arguments.left and (arguments.unit or arguments.debug_token_file):
        parser.error("--unit and --debug-token-file are for your own servers: say --left and --right")
    return arguments
