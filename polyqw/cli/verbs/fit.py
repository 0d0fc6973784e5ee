"""``polyqw fit``: λ and its uncertainty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from polyqw.cli.options import db_option
from polyqw.cli.output import Format, Table, format_options, write
from polyqw.cli.saving import save_option, say_saved
from polyqw.services.drawing.columns import LAW_ROW, OF_WELL, columns_of

if TYPE_CHECKING:
    from collections.abc import Iterator

INFLUENCE = ("lambda_without_kelvin_angstrom2", "cook_distance")
RANKING = ("model", "title", "n", "rmse_kelvin", "low", "high", "spearman")


@click.command(epilog="Example: polyqw fit --family cuprate --wells chosen --json")
@click.option("--family", type=click.Choice(["cuprate", "iron"]), help="Only this family [default: both].")
@click.option(
    "--wells",
    type=click.Choice(["chosen", "alpha", "beta", "best"]),
    default="chosen",
    show_default=True,
    help="Which well of each compound: printed bold in the papers, always alpha, always beta, or the best for a "
    "common λ.",
)
@click.option("--paper", type=click.Choice(["001", "002", "004"]), help="Only the rows that this paper prints.")
@click.option(
    "--height-su",
    type=float,
    help="Standard uncertainty of every printed height (Å), for the exponent; with --tc-su, 0.01 unless given.",
)
@click.option("--tc-su", type=float, help="Standard uncertainty of every printed Tc (K), for the exponent.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the bootstrap and the permutations.")
@save_option("Append the fit to the database.")
@format_options
@db_option
def command(
    family: str | None,
    wells: str,
    paper: str | None,
    height_su: float | None,
    tc_su: float | None,
    seed: int,
    save: bool,
    output: Format,
    database: str | None,
) -> None:
    """Fit Tc = λ/h² to the tables that the papers print, and hold it against rivals.

    Errors are those of leaving one compound out at a time, its well having been chosen with its Tc; the nested error
    chooses wells without it. The permutation test tells how often Tc shuffled over the
    compounds agree as well, when each order may choose its own best wells and λ as the papers did.
    """
    from polyqw.core.wells import Family
    from polyqw.services.law.fit import Paper, WellChoice, fit_family, fit_row
    from polyqw.services.law.history import save_fits
    from polyqw.services.place.database import reading

    families = [Family(family)] if family else [Family.CUPRATE, Family.IRON]
    with reading(database) as session:
        fits = [
            fit_row(
                fit_family(
                    session,
                    f,
                    WellChoice(wells),
                    paper=Paper(paper) if paper else None,
                    height_su_angstrom=height_su,
                    tc_su_kelvin=tc_su,
                    seed=seed,
                )
            )
            for f in families
        ]
    if save:
        say_saved(save_fits(database, fits), "fit", database)
    rows = [{"family": f["family"], **row} for f in fits for row in f["rows"]]
    text = (part for fit in fits for part in _parts(fit))
    write(output, fits[0] if family else fits, text, (rows, ["family", *LAW_ROW, *INFLUENCE, "source"]))


def _parts(fit: dict[str, Any]) -> Iterator[str | Table]:
    from polyqw.services.law.evidence_words import bound_sentence, choice_sentence, slopes_sentence
    from polyqw.services.law.fit_tests import with_ends

    yield (
        f"{fit['family']}, {fit['wells']} wells, {fit['n']} rows\n"
        f"λ = {fit['lambda_mean']:.1f} ± {fit['lambda_sd']:.1f} K Å² (mean ± sd; least squares "
        f"{fit['lambda_least_squares']:.1f}; 95 % of the mean {fit['lambda_ci95'][0]:.0f} to "
        f"{fit['lambda_ci95'][1]:.0f})\n"
        f"exponent {fit['exponent']:.2f} (95 % {fit['exponent_ci95'][0]:.2f} to {fit['exponent_ci95'][1]:.2f}); "
        f"r(Tc, h) = {fit['correlation']:.2f}\n"
        f"leave-one-out error {fit['loo_rmse_kelvin']:.1f} K, the wells chosen with the Tc that is left out; of a "
        f"constant Tc {fit['baseline_rmse_kelvin']:.1f} K"
    )
    if fit["exponent_reduced_chi2"] is not None:
        yield f"with errors in h and Tc: reduced χ² {fit['exponent_reduced_chi2']:.2f}"
    for test in fit["choice_tests"]:
        yield (
            f"choice of wells, {test['rows']} rows ({test['n']}): shuffled Tc agree as well with p = "
            f"{test['p_value']:.4f} ({test['n_permutations']} permutations, seed {test['seed']})"
        )
    yield choice_sentence(fit["family"], fit["choice_share"])
    yield slopes_sentence(fit["slopes"])
    yield bound_sentence(fit["upper_bound"])
    yield Table(fit["rows"], columns_of((*LAW_ROW, *INFLUENCE), OF_WELL))
    yield ""
    yield Table([with_ends(row) for row in fit["ranking"]], RANKING)
    yield ""
