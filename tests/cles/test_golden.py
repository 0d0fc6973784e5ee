"""Numbers of the default set, from a file that names their source and tolerance."""

import csv
from pathlib import Path

import pytest

from polyqw.cles import (
    Parameters,
    find_coupling,
    find_crossings,
    solve_gaps,
    solve_resistivity,
    solve_temperatures,
)

with (Path(__file__).parent / "golden.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))


def compute(row):
    parameters = Parameters(exponent=int(row["exponent"]))
    name = row["quantity"]
    if name in ("p1", "p2", "p_star"):
        return getattr(find_crossings(parameters), name)
    if name == "j_of_93_kelvin":
        return find_coupling(93.0, parameters).j
    mu = float(row["mu_ev"])
    if name == "theta":
        return solve_resistivity(float(row["temperature_kelvin"]), mu, parameters).theta
    solve = solve_temperatures if name.endswith("_kelvin") else solve_gaps
    return getattr(solve(mu, parameters), name)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['quantity']}-{row['mu_ev']}-n{row['exponent']}")
def test_golden(row):
    assert float(compute(row)) == pytest.approx(float(row["value"]), rel=0, abs=float(row["tolerance"]))
