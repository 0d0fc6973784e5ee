"""The printed tables, read here without the program's database, and tables made to order."""

import csv

import numpy as np

from polyqw.theory.evidence.rows import EvidenceRow
from tests.conftest import ROOT

TABLES = {"cuprate": "cuprates", "iron": "iron"}


def printed_rows(family):
    """Return (name, {phase: h}, Tc, chosen phase) of the curated rows."""
    rows = {}
    with (ROOT / "db" / "seed" / "published_height.csv").open(encoding="utf-8", newline="") as stream:
        for r in csv.DictReader(stream):
            if r["table_name"] == TABLES[family] and r["use"] == "fit":
                row = rows.setdefault(r["row_number"], [r["formula_printed"], {}, float(r["tc_kelvin"]), None])
                row[1][r["phase"]] = float(r["height_angstrom"])
                if r["chosen"] == "yes":
                    row[3] = r["phase"]
    return list(rows.values())


def evidence(heights, tcs, *, family="iron", groups=None, bounds=None, **descriptors):
    """Return rows with one well each."""
    return [
        EvidenceRow(
            name=f"c{k}",
            family=family if isinstance(family, str) else family[k],
            group=f"g{k}" if groups is None else str(groups[k]),
            tc_kelvin=float(tc),
            heights_angstrom={"alpha": float(h)},
            phase="alpha",
            is_bound=bool(bounds[k]) if bounds is not None else False,
            descriptors={name: float(values[k]) for name, values in descriptors.items()},
        )
        for k, (h, tc) in enumerate(zip(heights, tcs, strict=True))
    ]


def two_wells(rng, n, *, lam=400.0, noise=1.0):
    """Return heights of two wells per compound and Tc that follow the law for one of them, chosen by chance."""
    alpha, beta = rng.uniform(2.6, 2.9, n), rng.uniform(3.0, 3.5, n)
    own = np.where(rng.random(n) < 0.5, alpha, beta)
    heights = [{"alpha": float(a), "beta": float(b)} for a, b in zip(alpha, beta, strict=True)]
    return heights, lam / own**2 + rng.normal(0, noise, n)
