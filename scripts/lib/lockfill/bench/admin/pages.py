"""Asks Django for pages, in turns, and says how long each took: a program that runs with Django's Python.

It sends no requests over sockets: all of Django answers in this process, from the middleware to the bytes of
the page. Standard input has the pages as JSON: names and paths. Standard output has a line of JSON for each
turn.
"""

import json
import random
import sys
import time
from typing import Any


def main() -> int:
    asked: dict[str, Any] = json.load(sys.stdin)
    sys.path.insert(0, asked["monolith"])
    import django

    django.setup()
    from django.contrib.auth.models import User
    from django.test import Client

    user, _ = User.objects.get_or_create(username="bench", is_staff=True, is_superuser=True)
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user)
    pages: list[tuple[str, str]] = [(name, path) for name, path in asked["pages"].items()]
    chance = random.Random(1)  # noqa: S311 (an order of turns)
    # The first turn warms templates and the database's cache up.
    for turn in range(asked["rounds"] + 1):
        chance.shuffle(pages)
        for name, path in pages:
            wall, cpu = time.perf_counter(), time.process_time()
            answer = client.get(path)
            size = len(answer.getvalue() if answer.streaming else answer.content)
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            if answer.status_code != 200:
                sys.stderr.write(f"{path}: {answer.status_code}\n")
                return 1
            if turn:
                line = {"page": name, "wall_ms": wall * 1e3, "cpu_ms": cpu * 1e3, "bytes": size}
                sys.stdout.write(json.dumps(line) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
