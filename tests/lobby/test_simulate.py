"""Rehearsed days: the same seed the same figures, queueing theory met, bad scenarios refused in one line."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from conftest import ROOT

from cli import main
from lobby.branch.config import ConfigError, read_scenario
from lobby.branch.scenario import Scenario
from lobby.calling.discipline import POLICIES
from lobby.simulation.simulate import simulate

SCENARIOS = sorted((ROOT / "benchmarks" / "scenarios").glob("*.toml"))
MM2 = """
opens = "00:00"
closes = "23:59"
[[tier]]
id = "standard"
target_wait_s = 600
[[service]]
id = "cash"
mean_s = 300
cv = 1.0
[[arrivals]]
tier = "standard"
service = "cash"
from = "00:00"
to = "23:59"
per_hour = 18
[[counter]]
id = "1"
from = "00:00"
to = "23:59"
serves = ["cash"]
[[counter]]
id = "2"
from = "00:00"
to = "23:59"
serves = ["cash"]
"""


def plan_from(tmp_path: Path, text: str) -> Scenario:
    path = tmp_path / "scenario.toml"
    path.write_text(text)
    return read_scenario(path)


@pytest.mark.parametrize("policy", POLICIES)
def test_the_same_seed_gives_the_same_figures(policy: str) -> None:
    plan = read_scenario(SCENARIOS[0])
    assert simulate(plan, policy, 2, 7) == simulate(plan, policy, 2, 7)
    assert simulate(plan, policy, 2, 7) != simulate(plan, policy, 2, 8)


@pytest.mark.long
def test_a_plain_line_waits_as_long_as_queueing_theory_says(tmp_path: Path) -> None:
    """M/G/2 by the approximation of Lee & Longton: (1 + cv^2) / 2 times the wait of Erlang's C formula."""
    found = simulate(plan_from(tmp_path, MM2), "fcfs", 150, 3)["tiers"]["standard"]
    load = 18 / 3600 * 300
    erlang_c = load**2 / 2 / (1 - load / 2) / (1 + load + load**2 / 2 / (1 - load / 2))
    theory_s = erlang_c * 300 / (2 - load)
    assert math.isclose(found["mean_wait_s"], theory_s, rel_tol=0.12)
    assert found["served"] == found["tickets"]


def test_every_customer_is_accounted_for(tmp_path: Path) -> None:
    text = MM2.replace("per_hour = 18", "per_hour = 30\nno_show = 0.2\npatience_s = 900")
    found = simulate(plan_from(tmp_path, text), "default", 5, 1)["tiers"]["standard"]
    assert found["served"] + found["no_show"] + found["abandoned"] == found["tickets"]
    assert found["no_show"] > 0.1 * found["tickets"]
    assert found["abandoned"] > 0


def test_order_of_arrival_overtakes_nobody_and_tiers_do() -> None:
    plan = read_scenario(ROOT / "benchmarks" / "scenarios" / "lunch_peak.toml")
    assert simulate(plan, "fcfs", 1, 1)["overtakes"] == 0
    assert simulate(plan, "default", 1, 1)["overtakes"] > 0


@pytest.mark.long
@pytest.mark.parametrize("name", ["lunch_peak", "no_shows"])
def test_the_default_keeps_more_promises_than_any_other(name: str) -> None:
    plan = read_scenario(ROOT / "benchmarks" / "scenarios" / f"{name}.toml")
    found = {policy: simulate(plan, policy, 12, 1) for policy in POLICIES}
    assert found["default"]["score"] < min(found[p]["score"] for p in POLICIES if p != "default")
    longest = {p: f["tiers"]["standard"]["max_wait_s"] for p, f in found.items()}
    assert longest["default"] <= 1.5 * longest["fcfs"]


def test_the_command_prints_the_contract_s_figures(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", str(SCENARIOS[0]), "--json", "--policy", "edf", "--seed", "5"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["policy"], found["days"], found["seed"]) == ("edf", 1, 5)
    assert set(found["tiers"]["gold"]) == {
        "tickets", "served", "no_show", "abandoned", "mean_wait_s", "p50_wait_s", "p90_wait_s", "max_wait_s",
        "over_target_share", "mean_excess_s",
    }  # fmt: skip
    assert 0 < found["counters"]["1"]["busy_share"] <= 1
    assert main(["simulate", str(SCENARIOS[0])]) == 0
    assert "gold" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ('tier = "standard"', 'tier = "gold"', "arrivals.tier"),
        ("per_hour = 18", "per_hour = -1", "arrivals.per_hour"),
        ('closes = "23:59"', 'closes = "24:59"', "closes"),
        ("cv = 1.0", "cv = 1.0\nsd = 3", "service.sd"),
        ('to = "23:59"\nper_hour', 'to = "00:00"\nper_hour', "arrivals.to"),
    ],
)
def test_a_bad_scenario_is_refused_by_table_and_key(
    tmp_path: Path, was: str, becomes: str, said: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        plan_from(tmp_path, MM2.replace(was, becomes, 1))
    assert any(c.where == said for c in refused.value.complaints), refused.value


def test_a_missing_scenario_is_one_line_and_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "nowhere.toml"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
