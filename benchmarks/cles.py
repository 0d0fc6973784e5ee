"""Time the CLES solver on one core: run ``python benchmarks/cles.py`` from the root of the repository.

The yardstick is the loop one would write first: Brent's method, point by point, on the same equations.
"""

import math
import os
import sys
import time
from collections.abc import Callable

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from scipy.optimize import brentq

from polyqw.cles import Parameters, find_optimum, make_max_tc_map, make_tc_map, solve_temperatures
from polyqw.constants import BOLTZMANN_EV_PER_K

GRID = np.linspace(0.01, 0.3, 200)
MU = 0.21
REPEATS = 5
LOOP_POINTS = 1000


def scalar_temperatures(mu: float, g: float, j: float) -> tuple[float, float, float]:
    """Return Tc, T* and the node curve [K] of the paper's set with other couplings."""
    a, delta, above = j * j / 0.804, 0.2 - mu, 1.0 - mu

    def gap_equation(ln_chi: float) -> float:
        chi = math.exp(ln_chi)
        log = math.asinh(above / chi) + math.asinh(mu / chi)
        return (a / (2 * math.hypot(0.5 * j * chi * log, delta)) + g) * log / 2 - 1

    ln_chi = brentq(gap_equation, -300.0, 5.0, xtol=1e-14, rtol=1e-14)
    chi = math.exp(ln_chi)
    delta_j = 0.5 * j * chi * (math.asinh(above / chi) + math.asinh(mu / chi))

    def temperature(gap: float, k: float) -> float:
        def ratio(ln_t: float) -> float:
            t = math.exp(ln_t)
            k0 = a / (2 * delta) * math.tanh(delta / (2 * t)) + g
            return ln_t - math.log(2 * gap / 3.51) + 2 / k0 - 2 / k

        return math.exp(brentq(ratio, -320.0, 5.0, xtol=1e-14, rtol=1e-14)) / BOLTZMANN_EV_PER_K

    e_d = math.hypot(delta_j, delta)
    k = a / (2 * e_d) + g
    node = temperature(abs(delta), a / (2 * abs(delta)) + g)
    return temperature(chi, k), temperature(e_d, k), node


def best_time(function: Callable[[], object], repeats: int = REPEATS) -> float:
    """Return the shortest processor time of several runs [s]."""
    times = []
    for _ in range(repeats):
        start = time.process_time()
        function()
        times.append(time.process_time() - start)
    return min(times)


def main() -> None:
    """Print times, their aims and the ratio to the loop."""
    paper, points = Parameters(), GRID.size**2
    couplings = paper.replace(g=GRID[:, None], j=GRID)
    vector = best_time(lambda: solve_temperatures(MU, couplings)) / points
    some = np.random.default_rng(0).choice(GRID, (LOOP_POINTS, 2))
    loop = best_time(lambda: [scalar_temperatures(MU, g, j) for g, j in some], 1) / LOOP_POINTS
    ours = solve_temperatures(MU, paper.replace(g=some[:, 0], j=some[:, 1])).tc_kelvin
    theirs = np.array([scalar_temperatures(MU, g, j)[0] for g, j in some])
    lines = [
        f"Tc, T*, node       {1e6 * vector:8.2f} µs per point",
        f"  scalar loop      {1e6 * loop:8.2f} µs per point, {loop / vector:.0f} times as long",
        f"  largest difference of Tc {np.abs(ours / theirs - 1).max():.1e}",
    ]
    for mu in (MU, 0.2):
        seconds = best_time(lambda mu=mu: make_tc_map(GRID, GRID, mu, paper))
        lines.append(f"Tc map, mu = {mu:4.2f}  {seconds:8.3f} s for 200 × 200 (aim 0.15)")
    for exponent in (1, 2):
        model = paper.replace(exponent=exponent)
        seconds = best_time(lambda model=model: make_max_tc_map(GRID, GRID, model), 3)
        lines.append(f"max over mu, n = {exponent} {seconds:8.3f} s for 200 × 200 (aim 1)")
    thorough = best_time(lambda: find_optimum(couplings), 1)
    lines.append(f"  200 even points  {thorough:8.3f} s")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
