"""One build of all functions is what `sam build` makes of each."""

import json
import subprocess
from pathlib import Path

from lockfill import ROOT
from lockfill.build_functions import FUNCTIONS
from lockfill.processes import clean_environment


def units(folder: Path, *options: str) -> set[str]:
    """What cargo compiles for a release: crates with features and profiles. Nothing is compiled here."""
    command = ["cargo", "build", "--release", "--locked", "--unit-graph", "-Zunstable-options", *options]
    # A stable cargo prints the graph if it is told so.
    env = {**clean_environment(), "RUSTC_BOOTSTRAP": "1"}
    output = subprocess.run(command, cwd=folder, env=env, check=True, capture_output=True).stdout
    parts = ("pkg_id", "target", "features", "profile", "platform", "mode")
    found = json.loads(output)["units"]
    return {json.dumps([unit[part] for part in parts], sort_keys=True) for unit in found}


def test_sam_build_finds_all_that_one_build_of_all_functions_has_made() -> None:
    together = units(ROOT, *(part for name in FUNCTIONS for part in ("--package", name)))
    for name in FUNCTIONS:
        # Where `sam build` runs cargo: the function's CodeUri.
        alone = units(ROOT / "functions" / name)
        assert alone
        assert alone <= together, name


def test_a_build_in_the_workspace_root_has_other_features() -> None:
    # Why a function's CodeUri is its package and not the workspace.
    alone = units(ROOT / "functions" / "ads")
    assert not units(ROOT, "--bin", "ads") <= alone
