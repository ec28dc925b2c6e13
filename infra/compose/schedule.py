"""Invokes a function over Lambda's Invoke API again and again: `schedule.py URL SECONDS`. SIGTERM ends it."""

import signal
import sys
import threading
import urllib.error
import urllib.request

# A run of `pacing` ends by itself after 40 s.
_RUN_SECONDS_MAX = 60.0


def main(url: str, seconds: float) -> None:
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    worker = threading.Thread(target=_work, args=(url, seconds, stopped), daemon=True)
    worker.start()
    stopped.wait()


def _work(url: str, seconds: float, stopped: threading.Event) -> None:
    while not stopped.wait(seconds):
        request = urllib.request.Request(url, b"{}", method="POST")  # noqa: S310 (compose.yaml names it)
        try:
            with urllib.request.urlopen(request, timeout=_RUN_SECONDS_MAX) as answer:  # noqa: S310
                answer.read()
        except urllib.error.HTTPError as error:
            print(f"schedule: the function answered {error.code}", flush=True)
        except OSError as error:
            # The next run does the work of one that failed.
            print(f"schedule: the function was not reached: {error}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
