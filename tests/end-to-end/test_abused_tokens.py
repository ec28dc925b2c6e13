"""Links that are used again or made up: each counts once or not at all, and each shows in a metric."""

import time
from pathlib import Path

import metrics
from device import Device
from lockfill import web
from lockfill.parity.tokens import Signer
from lockfill.ports import free_port
from lockfill.stack import Stack
from plain_functions import Server, serve

CLASSES = "lockfill_event_classes_total"
DAY_SECONDS = 86_400


def report(events: Server, token: str, kind: str = "impression") -> int:
    return web.request("GET", f"{events.url}/api/v1/events/{kind}/{token}").status


def test_a_forged_an_expired_a_swapped_and_a_replayed_token_shows_in_a_metric(
    device: Device, stack: Stack, tmp_path: Path
) -> None:
    tokens = [
        slot["tracking"]["impression_url"].rpartition("/")[2] for slot in device.ask("ads")["slots"][:2]
    ]
    signer = Signer(stack.function_variables()["LOCKFILL_SIGNING_KEYS"].split(",")[0])
    now, randomness = int(time.time()), bytes(range(10))
    address = f"127.0.0.1:{free_port()}"
    with serve(stack, "events", tmp_path, {"LOCKFILL_METRICS_ADDRESS": address}) as events:

        def counted(wanted: int, tokens: list[str], *names: str) -> None:
            """Holds the answers to that status; each is one more in the metrics of these names."""
            before, classes = metrics.read(address), metrics.samples(address)
            assert [report(events, token) for token in tokens] == [wanted] * len(tokens)
            after, later = metrics.read(address), metrics.samples(address)
            for name in names:
                grown = after[name] - before[name] if name in after else None
                if grown is None:
                    grown = later[CLASSES, name] - classes.get((CLASSES, name), 0)
                assert grown == len(tokens), name
            recorded = {name: after[name] - before[name] for name in ("EventsValid", "EventsRepeated")}
            assert recorded == {name: len(tokens) * (name in names) for name in recorded}

        counted(200, tokens, "EventsValid")
        counted(200, [*tokens, *tokens], "EventsRepeated")
        first, second = tokens
        end = "B" if first.endswith("A") else "A"
        counted(400, [first[:-1] + end, f"other.{first.partition('.')[2]}"], "EventsRefused", "forged")
        # What one token says, under the tag of the other.
        counted(400, [first[:-22] + second[-22:]], "EventsRefused", "forged")
        old = signer.again(first, now - 10 * DAY_SECONDS, randomness)
        counted(410, [old], "EventsInvalid", "expired")
        older = signer.again(first, now - 30 * DAY_SECONDS, randomness)
        counted(410, [older], "EventsRefused", "expired")
