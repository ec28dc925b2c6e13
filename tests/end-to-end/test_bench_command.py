"""`scripts/bench` as a person meets it. What it measures is no matter of right or wrong, so it is not run."""

import subprocess
import unittest

from lockfill import ROOT


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [ROOT / "scripts" / "bench", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


class BenchCommand(unittest.TestCase):
    def test_help_is_for_a_stranger(self) -> None:
        outcome = bench("--help")
        self.assertEqual(outcome.returncode, 0)
        measures = ("load", "frozen-redis", "killed-redis", "cold-start", "frozen-environment", "publish")
        for word in (*measures, "--json", "127.0.0.1"):
            self.assertIn(word, outcome.stdout)

    def test_what_has_no_bounds_is_refused(self) -> None:
        for arguments in (["--seconds", "0"], ["--seconds", "301"], ["--clients", "many"], ["--only", "all"]):
            self.assertEqual(bench(*arguments).returncode, 2, arguments)
