"""What `scripts/parity` draws, and a run of it over random catalogs."""

import json
import subprocess

from lockfill import LOCAL, ROOT
from lockfill.parity.catalogs import catalog
from lockfill.parity.dimensions import DIMENSIONS
from lockfill.parity.questions import Questions
from parity_runs import COMMAND

SCHEMAS = ROOT / "tests" / "fixtures" / "schemas"


def test_every_condition_that_a_catalog_may_have_is_drawn() -> None:
    schema = json.loads((SCHEMAS / "catalog.schema.json").read_text())
    drawn = {dimension.condition for dimension in DIMENSIONS}
    assert drawn == set(schema["$defs"]["targeting"]["properties"])


def test_every_parameter_is_asked_with() -> None:
    schema = json.loads((SCHEMAS / "allocation-request.schema.json").read_text())
    questions = Questions(1, 1, ["unit-1"])
    asked = {name for number in range(500) for name in questions.question(number).parameters}
    assert asked - {"unknown_parameter"} == set(schema["properties"])


def test_the_same_numbers_give_the_same_whatever_was_drawn_before() -> None:
    assert catalog(3, 2) == catalog(3, 2)
    assert catalog(3, 2) != catalog(4, 2)
    first, second = Questions(3, 2, ["unit-1"]), Questions(3, 2, ["unit-1"])
    second.question(41)
    dated = next(number for number in range(1, 99) if "now" in first.question(number).parameters)
    assert first.question(dated) == second.question(dated)


def test_django_and_the_functions_answer_alike_over_random_catalogs() -> None:
    command = [COMMAND, "--requests", "400", "--catalogs", "4", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        output, errors = process.communicate(timeout=300)
    assert process.returncode == 0, output + errors
    coverage = json.loads(output)["coverage"]
    assert sum(coverage["slots"].values()) > 400
    assert len(coverage["rules_explained"]) > 10
    assert sum(coverage["no_fill_reasons"].values()) == coverage["unfilled"] > 0
    assert "not_reached" not in coverage["no_fill_reasons"], "an answer is never empty for want of a turn"
    assert list(LOCAL.glob(f"parity-{process.pid}-*")) == [], "it leaves nothing behind"
