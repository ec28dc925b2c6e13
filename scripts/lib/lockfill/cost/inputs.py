"""The measured inputs and the prices, read from their files."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import ROOT
from ..console import Failure, plain

MEASURED_FILE = ROOT / "infra" / "measurements" / "cost-inputs.json"
PRICES_FILE = ROOT / "infra" / "aws" / "prices.json"


@dataclass(frozen=True)
class Inputs:
    """Figures by name, and one line for each that says where it comes from."""

    measured: dict[str, float]
    prices: dict[str, float]
    origins: list[str]


def read(region: str, measured_file: Path = MEASURED_FILE, prices_file: Path = PRICES_FILE) -> Inputs:
    """Raises Failure where a file cannot be read, or has no prices of the region."""
    document, prices = _document(measured_file), _document(prices_file)
    if region not in prices["regions"]:
        raise Failure(f"{prices_file.name} has no prices of {region}; it has {', '.join(prices['regions'])}")
    figures = {**document["measured"], **document["assumed"]}
    origins = [
        f"{name} = {plain(each['value'])} ({each['unit']}): {each.get('by') or 'ASSUMED, ' + each['because']}"
        for name, each in figures.items()
    ]
    origins.append(f"prices of {region}, read {prices['read_at']}: {', '.join(prices['sources'].values())}")
    unsure = [name for name in prices["not_verified"] if name.startswith(region)]
    if unsure:
        origins.append(f"prices that were not verified: {', '.join(unsure)}")
    return Inputs(
        {name: float(each["value"]) for name, each in figures.items()}, prices["regions"][region], origins
    )


def renew(found: dict[str, float], units: dict[str, str], command: str, file: Path = MEASURED_FILE) -> None:
    """Writes figures that were measured just now into the file, beside the others."""
    document = _document(file)
    for name, value in found.items():
        document["measured"][name] = {"value": round(value, 2), "unit": units[name], "by": command}
    groups = []
    for group in ("measured", "assumed"):
        lines = [f"  {json.dumps(name)}: {json.dumps(each)}" for name, each in document[group].items()]
        groups.append(f" {json.dumps(group)}: {{\n" + ",\n".join(lines) + "\n }")
    file.write_text("{\n" + ",\n".join(groups) + "\n}\n")


def _document(file: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(file.read_text())
        return found
    except (OSError, ValueError) as error:
        raise Failure(f"{file} cannot be read ({type(error).__name__})") from None
