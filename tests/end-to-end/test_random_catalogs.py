"""What `scripts/parity` draws, and a run of it over random catalogs."""

import json
import subprocess
import uuid

from lockfill import LOCAL, ROOT
from lockfill.parity.catalogs import catalog
from lockfill.parity.dimensions import DIMENSIONS
from lockfill.parity.event_questions import EventQuestions, tokens_of
from lockfill.parity.question import EVENTS
from lockfill.parity.questions import Questions
from lockfill.parity.tokens import Signer, request_id_of
from parity_runs import COMMAND

SCHEMAS = ROOT / "tests" / "fixtures" / "schemas"
VECTORS = json.loads((ROOT / "tests" / "fixtures" / "vectors" / "tokens.json").read_text())


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


def test_a_report_of_that_number_is_the_same_every_time_but_for_its_tokens() -> None:
    row = VECTORS["tokens"][0]
    signer, questions = Signer(f"{row['key_id']}:{VECTORS['secret']}"), EventQuestions(3, 2)
    targets, batches, now = set(), 0, int(row["expires_at"])
    for number in range(300):
        reports = [questions.question(number, [row["token"]], now) for _ in range(2)]
        assert reports[0].slots[0].issued_at == reports[1].slots[0].issued_at
        asked = [report.make([str(at) for at in range(9)]) for report in reports]
        assert asked[0] == asked[1]
        targets.add(asked[0].target.partition("/0")[0])
        batches += asked[0].target.rstrip("/") == EVENTS
        own = [tokens_of(report.slots, signer) for report in reports]
        is_whole = reports[0].slots[0].spoil is None
        assert not is_whole or own[0] != own[1]
    assert 50 < batches < 150
    assert {f"{EVENTS}/{kind}" for kind in ("impression", "click")} <= targets


def test_a_token_of_another_answer_is_signed_as_one_that_was_handed_out() -> None:
    for row in VECTORS["tokens"]:
        signer = Signer(f"{row['key_id']}:{VECTORS['secret']}")
        request_id = uuid.UUID(row["request_id"])
        assert request_id_of(row["token"]) == row["request_id"]
        assert signer.of_answer(row["token"], request_id.bytes) == row["token"]
        again = request_id_of(signer.again(row["token"], 1_795_338_000, request_id.bytes[6:]))
        assert (int(again.replace("-", "")[:12], 16), again[14:]) == (
            1_795_338_000_000,
            row["request_id"][14:],
        )


def test_django_and_the_functions_answer_alike_over_random_catalogs() -> None:
    command = [COMMAND, "--requests", "300", "--events", "200", "--catalogs", "1", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        output, errors = process.communicate(timeout=300)
    assert process.returncode == 0, output + errors
    coverage = json.loads(output)["coverage"]
    assert sum(coverage["slots"].values()) > 300
    assert len(coverage["rules_explained"]) > 10
    assert sum(coverage["no_fill_reasons"].values()) == coverage["unfilled"] > 0
    assert "not_reached" not in coverage["no_fill_reasons"], "an answer is never empty for want of a turn"
    assert min(coverage["events"][each] for each in ("yes", "repeated", "invalid", "refused")) > 20
    assert list(LOCAL.glob(f"parity-{process.pid}-*")) == [], "it leaves nothing behind"
