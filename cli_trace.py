"""The command line's part that needs no branch: `lobby simulate` and `lobby forecast`."""

from __future__ import annotations

from pathlib import Path

import click

import arguments
from arguments import Command, answer, place
from lobby.branch.config import read_scenario
from lobby.calling.discipline import DEFAULT, POLICIES


@click.command(cls=Command)
@click.argument("scenario", type=place, metavar="SCENARIO.toml")
@click.option(
    "--policy", type=click.Choice([*POLICIES]), default=DEFAULT, help="Who is called next."
)
@click.option("--days", type=arguments.days, default=1, metavar="N")
@click.option("--seed", type=int, metavar="S", help="Instead of the scenario's.")
@click.option(
    "--trace", type=place, metavar="OUT.csv", help="Write each ticket, with what it was told."
)
@arguments.as_json
def simulate(scenario: Path, policy: str, days: int, seed: int | None, trace: Path | None) -> None:
    """Rehearse days of a scenario on a virtual clock. Shows figures per tier."""
    from lobby.simulation.figures import as_text
    from lobby.simulation.simulate import simulate as rehearse
    from lobby.trace.told import rehearse_and_tell

    plan = read_scenario(scenario)
    how = plan, policy, days, plan.seed if seed is None else seed
    figures = rehearse_and_tell(trace, *how) if trace else rehearse(*how)
    answer(figures, as_text(figures))


@click.command(cls=Command)
@click.argument("trace", type=place, metavar="TRACE.csv")
@click.option("--out", type=place, required=True, metavar="PRED.csv")
@click.option("--train", type=place, metavar="TRACE.csv", help="The past before the trace.")
def forecast(trace: Path, out: Path, train: Path | None) -> None:
    """Forecast each customer of a recorded trace. At arrival, and from the past alone."""
    from lobby.trace.offline import forecast as predict
    from lobby.trace.records import read_trace, write_forecasts

    rows = read_trace(trace)
    write_forecasts(out, rows, predict(rows, read_trace(train) if train else ()))
