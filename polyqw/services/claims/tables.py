"""Claims on the two tables: λ row by row, its means, and whether the heights come from one measured structure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polyqw.constants import LAMBDA_CUPRATE_001, LAMBDA_CUPRATE_002, LAMBDA_IRON
from polyqw.core.record import Origin
from polyqw.core.structure_tc import tc_of_structure
from polyqw.core.wells import Family
from polyqw.db.models import Transition, Verdict
from polyqw.services.claims.ledger import Check, Data, MissingData, check, stated_values
from polyqw.services.law.fit import Paper
from polyqw.services.law.heights import SAME_HEIGHT, stands_for
from polyqw.services.structures.phase_height import phase_height
from polyqw.theory.scaling import law_constant, law_tc

if TYPE_CHECKING:
    from polyqw.db.models import Claim, PublishedHeight, Structure

ROWS = {
    Family.CUPRATE: ("ba2cuo4", "ybco", "bi2223", "tl1212", "tl1234", "tl1223", "tl2223", "hg1201", "hg1223"),
    Family.IRON: (
        "lafeaso-f", "smfeaso-f-43", "smfeaso-f-55", "tbfeaso-f", "gdfeaso-f", "prfeaso-f", "ndfeaso-f", "cefeaso-f",
        "lafeaso", "layfeaso", "bakfe2as2", "cakfe4as4", "kca2fe4as4f2", "kfese-beta", "kfese-alpha",
    ),
}  # fmt: skip
"""Short names of the rows of both tables, in their order (papers/001)."""

WELL_ENOUGH = 0.9
"""Share of compounds that "nearly all" asks for."""


def printed_row(data: Data, name: str) -> list[PublishedHeight]:
    """Return the printed heights of a row by its short name."""
    for family, names in ROWS.items():
        if name in names:
            number = names.index(name) + 1
            return next(row for row in data.rows(family) if row[0].row_number == number)
    raise MissingData(f"no row {name} in the tables")


def chosen(row: list[PublishedHeight]) -> PublishedHeight:
    """Return the height that the papers print bold."""
    return next(height for height in row if height.chosen)


@check(*(f"t{1 if f is Family.CUPRATE else 2}-lambda-{name}" for f, names in ROWS.items() for name in names))
def lambda_of_row(data: Data, claim: Claim) -> Check:
    """λ = Tc h² of a row."""
    height = chosen(printed_row(data, claim.key.split("-lambda-")[1]))
    lam = law_constant(height.tc_kelvin, height.height_angstrom)
    return Check((lam,), f"{height.tc_kelvin:g} K × ({height.height_angstrom:.4f} Å)² = {lam:.1f} K Å²")


@check("mean-lambda-cu-001", "mean-lambda-cu-002", "mean-lambda-fe")
def mean_lambda(data: Data, claim: Claim) -> Check:
    """The mean λ of a table."""
    family = Family.IRON if claim.key.endswith("fe") else Family.CUPRATE
    paper = Paper.P002 if claim.key.endswith("cu-002") else None
    law = data.fit(family, paper).law
    return Check((law.lambda_mean,), f"mean of {law.n} rows {law.lambda_mean:.1f} ± {law.lambda_sd:.1f} K Å²")


@check("lambda-ratio-cu-fe")
def lambda_ratio(data: Data, _claim: Claim) -> Check:
    """λ of cuprates over λ of iron compounds."""
    copper, iron = data.fit(Family.CUPRATE, Paper.P002).law, data.fit(Family.IRON).law
    ratios = tuple(lam / LAMBDA_IRON for lam in (LAMBDA_CUPRATE_001, LAMBDA_CUPRATE_002))
    return Check(
        ratios,
        f"{LAMBDA_CUPRATE_001:g} and {LAMBDA_CUPRATE_002:g} over {LAMBDA_IRON:g} are {ratios[0]:.3f} and "
        f"{ratios[1]:.3f}; the rows give {copper.lambda_mean:.1f} / {iron.lambda_mean:.1f} = "
        f"{copper.lambda_mean / iron.lambda_mean:.3f}",
    )


@check("record-tc-ratio")
def record_ratio(data: Data, _claim: Claim) -> Check:
    """The highest Tc of cuprates over that of iron compounds."""
    from sqlalchemy import select  # noqa: PLC0415

    tc = {t.key: t.tc_kelvin for t in data.session.scalars(select(Transition).where(Transition.key.is_not(None)))}
    ratio = tc["hg1223-record"] / tc["smfeaso-f-55-record"]
    return Check(
        (ratio,),
        f"{tc['hg1223-record']:g} K / {tc['smfeaso-f-55-record']:g} K = {ratio:.3f}; the first is under pressure",
    )


def nearest_measured(data: Data, printed: PublishedHeight) -> tuple[Structure, float]:
    """Return the measured structure of a row whose height comes nearest to the printed one, and that height [Å].

    Raises
    ------
    MissingData
        If the database holds none.
    """
    found = [
        (s, h)
        for s in data.structures.values()
        if s.origin == Origin.MEASURED
        and stands_for(s, printed)
        and (h := phase_height(s, printed.phase)) is not None
    ]
    if not found:
        raise MissingData(f"no measured structure of {printed.formula_printed} in the database")
    return min(found, key=lambda pair: abs(pair[1] - printed.height_angstrom))


@check("t1-bi2223-heights", "t1-tl1212-height", "t1-hg1201-height", "t1-ybco-height", "t2-tbfeaso-h-beta")
def height_from_a_structure(data: Data, claim: Claim) -> Check:
    """Printed heights against the nearest measured structure of the row."""
    name = {"t2-tbfeaso-h-beta": "tbfeaso-f"}.get(claim.key, claim.key.split("-")[1])
    row = printed_row(data, name)
    heights = row if len(stated_values(claim)) == len(row) else [chosen(row)]
    pairs = [(h, *nearest_measured(data, h)) for h in heights]
    told = "; ".join(f"{s.block} has {h.phase} {x:.4f} Å, printed {h.height_angstrom:.4f} Å" for h, s, x in pairs)
    return Check(tuple(x for _, _, x in pairs), told)


@check("t1-hg1223-same-conditions")
def same_conditions(data: Data, _claim: Claim) -> Check:
    """Whether the printed heights and the printed Tc of Hg1223 belong together."""
    printed = chosen(printed_row(data, "hg1223"))
    structure, height = nearest_measured(data, printed)
    under_pressure = structure.pressure_gpa is not None and abs(height - printed.height_angstrom) <= SAME_HEIGHT
    others = [
        h
        for s in data.structures.values()
        if stands_for(s, printed) and not s.pressure_gpa and (h := phase_height(s, printed.phase)) is not None
    ]
    told = "".join(
        f"; an ambient structure has {h:.4f} Å, λ {law_constant(printed.tc_kelvin, h):.0f} K Å²" for h in others
    )
    where = f" at {structure.pressure_gpa:g} GPa" if structure.pressure_gpa else ""
    return Check(
        ("no" if under_pressure else "yes",),
        f"{printed.height_angstrom:.4f} Å is the height of {structure.block}{where}, {printed.tc_kelvin:g} K the "
        f"ambient Tc{told}",
    )


@check("t2-bakfe2as2-one-structure")
def one_structure(data: Data, _claim: Claim) -> Check:
    """Whether one structure has both printed heights of (Ba,K)Fe2As2."""
    row = printed_row(data, "bakfe2as2")
    structures = [s for s in data.structures.values() if stands_for(s, row[0]) and s.origin == Origin.MEASURED]
    if not structures:
        raise MissingData("no measured structure of BaKFe2As2 in the database")
    told, both = [], False
    for structure in structures:
        found = {h.phase: phase_height(structure, h.phase) for h in row}
        both |= all(
            x is not None and abs(x - h.height_angstrom) <= SAME_HEIGHT
            for h, x in zip(row, found.values(), strict=True)
        )
        told.append(f"{structure.block} " + " / ".join(f"{x:.4f}" for x in found.values() if x is not None))
    printed = " / ".join(f"{h.height_angstrom:.4f}" for h in row)
    return Check(("yes" if both else "no",), f"printed {printed} Å; {'; '.join(told)} Å")


@check("order-alpha-below-beta")
def alpha_below_beta(data: Data, _claim: Claim) -> Check:
    """Whether alpha is lower than beta in every structure."""
    pairs = {
        name: (a, b)
        for name, s in data.structures.items()
        if s.origin == Origin.MEASURED
        and (a := phase_height(s, "alpha")) is not None
        and (b := phase_height(s, "beta")) is not None
    }
    if not pairs:
        raise MissingData("no measured structure with alpha and beta wells in the database")
    against = [f"{name} {a:.3f} > {b:.3f} Å" for name, (a, b) in pairs.items() if a >= b]
    note = f"{len(pairs) - len(against)} of {len(pairs)} measured structures" + (
        f"; not {', '.join(against)}" if against else ""
    )
    return Check(("no" if against else "yes",), note)


@check("law-nearly-all")
def law_for_nearly_all(data: Data, claim: Claim) -> Check:
    """The share of measured structures with a Tc whose best well comes within the tolerance of the law."""
    printed = {
        Family.CUPRATE: data.fit(Family.CUPRATE).law.lambda_mean,
        Family.IRON: data.fit(Family.IRON).law.lambda_mean,
    }
    margin = float((claim.tolerance or "20 %").rstrip("% ")) / 100
    hits, misses = 0, []
    for name, s in data.structures.items():
        family = Family.IRON if s.family == Family.IRON else Family.CUPRATE
        tc = tc_of_structure(s.transitions, s.pressure_gpa).tc_kelvin
        heights = [h for phase in ("alpha", "beta", "gamma") if (h := phase_height(s, phase)) is not None]
        if s.origin != Origin.MEASURED or tc is None or not heights:
            continue
        error = min(abs(law_tc(h, printed[family]) / tc - 1) for h in heights)
        if error <= margin:
            hits += 1
        else:
            misses.append((error, f"{name} ({tc:g} K)"))
    n = hits + len(misses)
    if n == 0:
        raise MissingData("no measured structure with a Tc in the database")
    worst = ", ".join(text for _, text in sorted(misses, reverse=True)[:3])
    verdict = Verdict.REPRODUCED if hits >= WELL_ENOUGH * n else Verdict.NOT_REPRODUCED
    note = f"with the best of their wells {hits} of {n} measured structures come within {margin:.0%} of λ/h²"
    return Check((hits / n,), note + (f"; worst {worst}" if worst else ""), verdict)
