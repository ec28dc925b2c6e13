"""Deadlines leave out the time in which programs waited for a processor."""

import multiprocessing
import os
import time
from pathlib import Path

import pytest

from lockfill.stopwatch import Stopwatch

SECONDS = 0.2
PRESSURE = Path("/proc/pressure/cpu")


def write(pressure: Path, waited_seconds: float) -> Path:
    waited = round(waited_seconds * 1_000_000)
    full = "full avg10=0.00 avg60=0.00 avg300=0.00 total=0"
    pressure.write_text(f"some avg10=1.00 avg60=2.00 avg300=3.00 total={waited}\n{full}\n")
    return pressure


def test_what_programs_waited_is_left_out(tmp_path: Path) -> None:
    pressure = write(tmp_path / "cpu", 7.0)
    begun = time.monotonic()
    stopwatch = Stopwatch(pressure)
    time.sleep(SECONDS)
    write(pressure, 7.0 + SECONDS / 2)
    counted, elapsed = stopwatch.seconds(), time.monotonic() - begun
    assert SECONDS / 2 <= counted <= elapsed - SECONDS / 2


def test_a_tenth_counts_however_long_programs_waited(tmp_path: Path) -> None:
    pressure = write(tmp_path / "cpu", 7.0)
    begun = time.monotonic()
    stopwatch = Stopwatch(pressure)
    time.sleep(SECONDS)
    write(pressure, 99.0)
    counted, elapsed = stopwatch.seconds(), time.monotonic() - begun
    assert SECONDS / 10 <= counted <= elapsed / 10 + 1e-6


@pytest.mark.parametrize("text", [None, "", "some total=none\n"], ids=["missing", "empty", "another"])
def test_all_time_counts_where_the_system_says_nothing(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "cpu").write_text(text)
    stopwatch = Stopwatch(tmp_path / "cpu")
    time.sleep(SECONDS)
    assert stopwatch.seconds() >= SECONDS


def spin(seconds: float) -> None:
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass


def test_a_machine_with_more_to_do_than_processors_is_seen() -> None:
    try:
        PRESSURE.read_text()
    except OSError:
        pytest.skip("SKIPPED: the kernel does not measure who waits")
    count = 2 * (os.cpu_count() or 1)
    processes = [multiprocessing.Process(target=spin, args=(SECONDS,)) for _ in range(count)]
    begun = time.monotonic()
    stopwatch = Stopwatch()
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    counted, elapsed = stopwatch.seconds(), time.monotonic() - begun
    assert counted < elapsed - SECONDS / 2
