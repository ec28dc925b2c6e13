"""The arithmetic of `scripts/cost`, against examples that were computed by hand."""

import json
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from lockfill import ROOT
from lockfill.console import Failure
from lockfill.cost import inputs, model, report
from lockfill.cost.model import Load

PRICES = inputs.read("us-east-1").prices
LOAD = Load(1_000, 1_000_000, 0, memory_mb=128)
MEASURED = {
    # At 128 MB a function has 7.2 % of a processor: 70 us take 0.97 ms, and 1 ms is billed.
    "lambda_cpu_us": 70.0,
    "container_cpu_us": 500.0,
    "django_cpu_us": 20_000.0,
    "allocation_wait_ms": 0.0,
    "event_wait_ms": 0.0,
    "allocation_bytes": 2_000.0,
    "event_bytes": 500.0,
    "event_item_bytes": 900.0,
    "allocation_redis_commands": 1.0,
    "event_redis_commands": 2.0,
    "redis_bytes_per_user": 1_000.0,
    "redis_bytes_per_event": 0.0,
    "log_bytes_per_request": 300.0,
    "metric_line_bytes": 1_000.0,
    "environment_hours": 2.0,
    "nat_gb": 10.0,
}


def test_lambda_costs_requests_and_billed_milliseconds() -> None:
    # 2,628 million requests: 525.60 for requests, and 2,628,000 s x 0.125 GB at 1.33334e-5 = 4.38.
    assert model.lambda_functions(LOAD, MEASURED, PRICES) == pytest.approx(529.98, abs=0.01)


def test_a_begun_millisecond_is_billed_whole() -> None:
    slower = {**MEASURED, "allocation_wait_ms": 0.1}
    assert model.lambda_functions(LOAD, slower, PRICES) == pytest.approx(534.36, abs=0.01)


def test_two_containers_run_at_least() -> None:
    # 1,000 x 0.5 ms are half a processor, one at half use; two run: 2 x (0.03238 + 2 x 0.00356) x 730 h.
    assert model.vcpus(LOAD, 500) == 2
    assert model.fargate(LOAD, 500, PRICES) == pytest.approx(57.67, abs=0.01)


def test_django_needs_forty_processors() -> None:
    assert model.vcpus(LOAD, 20_000) == 40
    assert model.fargate(LOAD, 20_000, PRICES) == pytest.approx(1_153.4, abs=0.1)
    # Twenty machines of two processors each.
    assert model.ec2(LOAD, 20_000, PRICES) == pytest.approx(20 * 0.0725 * 730)


def test_bytes_to_functions_cost_two_and_a_half_times_as_much_as_to_containers() -> None:
    # 7.2 GB an hour are 18 units to functions and 7.2 to others, at 0.008 x 730; the balancer itself 16.425.
    assert model.balancer(LOAD, MEASURED, PRICES, to_functions=True) == pytest.approx(121.545)
    assert model.balancer(LOAD, MEASURED, PRICES, to_functions=False) == pytest.approx(58.473)


def test_an_event_is_two_writes_and_is_kept() -> None:
    load = replace(LOAD, events_per_request=1, ledger_days=10)
    # 5,256 million units at 0.625, and 1,000 x 864,000 x 2 x 900 bytes = 1,555.2 GB at 0.25.
    assert model.ledger(load, MEASURED, PRICES) == pytest.approx(3_285 + 388.8)
    larger = {**MEASURED, "event_item_bytes": 1_025.0}
    assert model.ledger(replace(load, ledger_days=0), larger, PRICES) == pytest.approx(6_570)


def test_the_cache_costs_commands_and_what_it_keeps() -> None:
    # 2,628 million commands at 0.0023, and 1 GB at 0.084 x 730.
    assert model.cache(LOAD, MEASURED, PRICES) == pytest.approx(6.0444 + 61.32)
    # A tenth of a GB is billed at least.
    assert model.cache(replace(LOAD, users=1), MEASURED, PRICES) == pytest.approx(6.0444 + 6.132)


def test_an_environment_logs_a_hundred_requests_a_second_and_metrics_every_ten_seconds() -> None:
    # Six environments write metrics: 600 bytes a second. Three serve allocations: 300 lines of 300 bytes.
    gb = 2_628_000 * (300 * 300 + 600) / 1e9
    assert model.logs(LOAD, MEASURED, PRICES) == pytest.approx(gb * 0.5)
    # Twenty environments serve allocations and write all lines; with those of events and the others, 23.
    slower = {**MEASURED, "allocation_wait_ms": 10.0}
    gb = 2_628_000 * (1_000 * 300 + 2_300) / 1e9
    assert model.logs(LOAD, slower, PRICES) == pytest.approx(gb * 0.5)


def test_secrets_cost_by_the_month_and_by_the_start() -> None:
    # Four secrets at 0.40. Six environments start 365 times and read five each: 10,950 readings at 5e-6.
    assert model.secrets(LOAD, MEASURED, PRICES) == pytest.approx(1.6 + 0.05475)
    # 1,000 allocations of 50 ms keep 50 environments busy, and 100 are there at half use, with three others.
    slower = {**MEASURED, "allocation_wait_ms": 50.0}
    assert model.secrets(LOAD, slower, PRICES) == pytest.approx(1.6 + 103 * 365 * 5 * 5e-6)


def test_functions_need_an_endpoint_and_containers_a_nat_gateway() -> None:
    # Two zones at 0.01 an hour; 0.045 + 0.005 an hour and 10 GB at 0.045.
    assert model.endpoint(PRICES) == pytest.approx(14.6)
    assert model.nat_gateway(MEASURED, PRICES) == pytest.approx(36.95)
    found = report.around(LOAD, inputs.Inputs(MEASURED, PRICES, []))
    assert set(found[report.LAMBDA]) == {"secrets", "endpoint of Secrets Manager"}
    assert set(found[report.FARGATE]) == {"secrets", "NAT gateway"}
    lines = "\n".join(report.lines(LOAD, inputs.Inputs(MEASURED, PRICES, [])))
    assert re.search(r"^NAT gateway +36\.95$", lines, re.MULTILINE)


def test_the_break_even_is_where_two_idle_containers_cost_what_lambda_costs() -> None:
    bare = {**MEASURED, "allocation_bytes": 0.0}
    # 57.67 dollars are 108.8 times the 0.53 dollars of one request a second.
    assert model.break_even(LOAD, bare, PRICES) == pytest.approx(108.8, abs=0.1)
    # Where a processor serves one request a second, Lambda never costs more.
    slow = {**bare, "container_cpu_us": 1_000_000.0}
    assert model.break_even(LOAD, slow, PRICES) == float("inf")


def test_the_report_says_how_much_less_processor_is_needed() -> None:
    found = inputs.Inputs(MEASURED, PRICES, [])
    lines = "\n".join(report.lines(LOAD, found))
    assert "Here, Django to Rust: CPU to 1/40.0, processors from 40 to 2 (1/20.0)." in lines
    assert report.svg(LOAD, found).count("<polyline") == 4


def test_every_figure_has_an_origin() -> None:
    found = inputs.read("ap-northeast-2")
    assert len(found.origins) >= len(found.measured)
    assert any("ASSUMED" in origin for origin in found.origins)
    with pytest.raises(Failure, match="no prices of mars-1; it has us-east-1, ap-northeast-2"):
        inputs.read("mars-1")


def test_renewed_figures_take_the_place_of_old_ones(tmp_path: Path) -> None:
    file = tmp_path / "inputs.json"
    file.write_text(inputs.MEASURED_FILE.read_text())
    inputs.renew({"container_cpu_us": 12.345}, {"container_cpu_us": "us"}, "a command", file)
    document = json.loads(file.read_text())
    assert document["measured"]["container_cpu_us"] == {"value": 12.35, "unit": "us", "by": "a command"}
    assert document["assumed"] == json.loads(inputs.MEASURED_FILE.read_text())["assumed"]


def test_the_command_prints_figures_that_programs_read(tmp_path: Path) -> None:
    words = ["--requests-per-second", "50", "--users", "1000", "--json", "--svg", str(tmp_path / "cost.svg")]
    printed = subprocess.run(
        [ROOT / "scripts" / "cost", *words], capture_output=True, text=True, check=True
    ).stdout
    assert json.loads(printed)["load"]["requests_per_second"] == 50
    assert (tmp_path / "cost.svg").read_text().startswith("<svg")


def test_machines_are_those_of_the_architecture() -> None:
    assert model.ec2(LOAD, 500, PRICES) == pytest.approx(2 * 0.0725 * 730)
    assert model.ec2(replace(LOAD, architecture="x86_64"), 500, PRICES) == pytest.approx(2 * 0.085 * 730)


def test_large_figures_are_written_out_and_keep_their_columns() -> None:
    large = replace(LOAD, requests_per_second=1e9, users=7_916_000)
    title, _, *rows = report.lines(large, inputs.Inputs(MEASURED, PRICES, []))
    assert title.startswith("1,000,000,000 allocations a second on average, 7,916,000 users, 0 events")
    ends = {len(row) for row in rows[: rows.index("")]}
    assert len(ends) == 1
    assert all("  " in row for row in rows[: rows.index("")])


def test_allocations_without_events_can_be_reckoned() -> None:
    done = subprocess.run(
        [ROOT / "scripts" / "cost", "--events-per-request", "0"], capture_output=True, text=True, check=True
    )
    assert "0 events an allocation" in done.stdout
