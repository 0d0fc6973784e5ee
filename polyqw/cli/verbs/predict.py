"""``polyqw predict``: Tc = λ/h² with an interval."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from polyqw.cli.exit_codes import ExitCode
from polyqw.cli.options import analysis_options, db_option
from polyqw.cli.output import Format, Table, format_options, write
from polyqw.cli.over_files import OverFiles
from polyqw.cli.reading import Reading, reading_options
from polyqw.cli.saving import save_option, say_saved
from polyqw.errors import UsageError
from polyqw.services.drawing.columns import Column

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from polyqw.core.options import AnalysisOptions
    from polyqw.services.law.predict import Predicted

SHOWN = (
    "target", "phase", "height_from", "height_angstrom", "height_su_angstrom", "lambda_used", "lambda_from",
    "tc_kelvin", "tc_low_kelvin", "tc_high_kelvin", Column("n_measured_inside", "measured inside", decimals=0),
    Column("n_measured", "of", decimals=0), "published_kelvin", "observed_kelvin", "note",
)  # fmt: skip
CALIBRATED = (
    Column("calibrated_low_kelvin", "calibrated from", "K", 1), Column("calibrated_high_kelvin", "to", "K", 1),
    Column("calibrated_level", "level", decimals=3),
)  # fmt: skip
INTERVAL = (
    "The interval from low to high holds one more row of the same printed table with 95 % probability, if its rows\n"
    "were a random sample of compounds; they were chosen. Beside it: of how many measured structures of the family\n"
    "with such a well in this database it holds the Tc."
)
CARD = (
    "target", "observed_kelvin", "observed_kind", "observed_pressure_gpa", Column("phases", "wells"),
    Column("tc_least_kelvin", "predicted from", "K", 1), Column("tc_most_kelvin", "to", "K", 1),
    Column("n_inside", "inside", decimals=0), Column("n_predictions", "of", decimals=0), "verdict",
    Column("predicted_first_at", "predicted at", "UTC"), Column("observed_date", "measured"),
    Column("observed_doi", "DOI"),
)  # fmt: skip
SCORES = (
    "prediction_id", "predicted_at", "target", "phase", "tc_kelvin", "tc_low_kelvin", "tc_high_kelvin",
    "observed_kelvin", "observed_kind", "observed_pressure_gpa", "observed_source", "error_kelvin", "outcome",
)  # fmt: skip


@click.command(epilog="Example: polyqw predict nickelates --json, or polyqw predict my_structure.cif")
@click.argument("targets", nargs=-1, metavar="[SET|FILE]...")
@click.option("--score", is_flag=True, help="Hold recorded predictions against the Tc that the database knows now.")
@click.option(
    "--any", "any_structure", is_flag=True, help="Predict for wells without layers (3-D) too, e.g. of perovskites."
)
@click.option(
    "--calibration", type=click.Path(path_type=Path, dir_okay=False, exists=True), metavar="JSON",
    help="Also give intervals calibrated on a corpus of one's own, from 'polyqw validate DATASET --json > JSON'.",
)  # fmt: skip
@save_option("Append the predictions to the database.")
@reading_options
@analysis_options
@format_options
@db_option
def command(
    targets: tuple[str, ...],
    score: bool,
    save: bool,
    how: Reading,
    output: Format,
    database: str | None,
    any_structure: bool,
    calibration: Path | None,
    options: AnalysisOptions,
) -> ExitCode:
    """Predict Tc for the papers' sets (nickelates, k08feyse2, bkfa, fese; default all) or for structure FILEs.

    The interval is that in which one more row of the same printed table would fall with 95 % probability, if its
    rows were a random sample, given their scatter of λ and, where the structure file states it, the standard
    uncertainty of the height; beside it stands how many measured structures it holds. With --calibration, also an
    interval that holds a structure of a new parent as often as said, if it comes as those of the corpus did.

    Predictions are kept with date and digest and never changed; --score holds them against the measurements of the
    database. Without a database λ is that of the papers or of their printed rows, as lambda_from says;
    nothing is recorded then.
    """
    if score:
        if targets:
            raise UsageError("--score is of all recorded predictions; leave SET or FILE out")
        _write_scores(output, database)
        return ExitCode.DONE
    from polyqw.services.law.coverage import MeasuredHeights, read_calibration, with_coverage
    from polyqw.services.law.history import save_predictions
    from polyqw.services.place.database import reading_or_printed

    over = OverFiles("predict", how)
    with reading_or_printed(database) as (session, is_database):
        predicted = _predict(session, targets, options, over, any_structure)
        measured = MeasuredHeights.read(session)
        calibrations = read_calibration(calibration) if calibration else {}
        rows = [with_coverage(p, measured, calibrations) for p in predicted]
    if save and is_database:
        say_saved(save_predictions(database, predicted), "prediction", database)
    shown = (*SHOWN, *CALIBRATED) if calibration else SHOWN
    write(output, rows, [Table(rows, shown, ["sources"]), *([f"\n{INTERVAL}"] if rows else [])])
    return over.exit_code


def _predict(
    session: Session, targets: tuple[str, ...], options: AnalysisOptions, over: OverFiles, any_structure: bool
) -> list[Predicted]:
    from polyqw.services.law.predict import ALL_SETS, predict_set, predict_structure, prediction_set
    from polyqw.services.law.scope import no_layers
    from polyqw.suggest import or_else

    predicted = []
    for target in targets or ALL_SETS:
        if not (target == "-" or Path(target).exists() or any(sign in target for sign in "*?/.")):
            if target not in ALL_SETS:
                stored = f"; polyqw describe {target} tells what the law gives for a structure of the database"
                meant = or_else(target, ALL_SETS, stored)
                raise UsageError(f"{target!r} is neither a set ({', '.join(ALL_SETS)}) nor a file{meant}")
            predicted += predict_set(session, prediction_set(target))
            over.n_done += 1
            continue
        for analysed in over.analyse([target], options):
            if not analysed.is_done:
                continue
            why = analysed.message if analysed.reason else "" if any_structure else no_layers(analysed)
            if why:
                click.echo(f"polyqw: {analysed.file}: no prediction, {why}", err=True)
            else:
                predicted += predict_structure(session, analysed)
    return predicted


def _write_scores(output: Format, database: str | None) -> None:
    from polyqw.services.law.score import score_predictions
    from polyqw.services.place.database import reading

    with reading(database) as session:
        found = score_predictions(session)
    in_sum = (
        f"\n{found['n_predictions']} predictions: {found['n_hit']} measured values inside their interval, "
        f"{found['n_miss']} outside, {found['n_open']} open; {found['n_in_advance']} of them measured later"
    )
    write(
        output,
        found,
        [Table(found["scorecard"], CARD), "", Table(found["rows"], SCORES, ("input_sha256", "level")), in_sum],
    )
