"""Time the CLES solver on one core: run ``python -m benchmarks.cles`` from the root of the repository.

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

from polyqw.cles import Parameters, make_max_tc_map, make_tc_map, solve_temperatures
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


def rows() -> list[tuple[str, str, str]]:
    """Return what was measured: what, its aim, the figure."""
    paper, points = Parameters(), GRID.size**2
    couplings = paper.replace(g=GRID[:, None], j=GRID)
    vector = best_time(lambda: solve_temperatures(MU, couplings)) / points
    some = np.random.default_rng(0).choice(GRID, (LOOP_POINTS, 2))
    loop = best_time(lambda: [scalar_temperatures(MU, g, j) for g, j in some], 1) / LOOP_POINTS
    tc_map = best_time(lambda: make_tc_map(GRID, GRID, MU, paper))
    max_map = best_time(lambda: make_max_tc_map(GRID, GRID, paper), 3)
    return [
        ("CLES: Tc, T* and node of one point, processor time", "2.4 µs", f"{1e6 * vector:.2f} µs"),
        ("CLES: a scalar bracketing loop on the same points, against it", "18 ×", f"{loop / vector:.0f} ×"),
        ("CLES: 200 x 200 map of Tc", "≤ 0.15 s", f"{tc_map:.3f} s"),
        ("CLES: 200 x 200 map of the highest Tc over μ", "≤ 1 s", f"{max_map:.2f} s"),
    ]


if __name__ == "__main__":
    sys.stdout.write("\n".join(" | ".join(row) for row in rows()) + "\n")
