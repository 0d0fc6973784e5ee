"""What the law says of every structure: by hand on a few, and its place in the report."""

from __future__ import annotations

import csv
import math
import statistics

import pytest

from polyqw.core.wells import Family, Phase
from polyqw.db.look.find import published_heights
from polyqw.db.models import HeightUse
from polyqw.services.drawing.numbers import with_su
from polyqw.services.law.answers import Outcome, answer_structures, counted, score_families
from polyqw.services.law.coverage import MeasuredHeights
from polyqw.services.law.predict import fitted_lambda
from polyqw.services.structures.stored import current_structures


@pytest.fixture
def answers(session):
    return {a.structure.block: a for a in answer_structures(session, current_structures(session))}


def test_tc_is_the_mean_lambda_of_the_printed_rows_over_h_squared(session, answers):
    rows = published_heights(session, table_name="iron", use=HeightUse.FIT)
    lam = statistics.mean(r.tc_kelvin * r.height_angstrom**2 for r in rows if r.chosen)
    (alpha, beta) = answers["lafeaso_cod"].wells
    assert (alpha.phase, beta.phase) == (Phase.ALPHA, Phase.BETA)
    for well in (alpha, beta):
        assert well.tc_kelvin == pytest.approx(lam / well.height_angstrom**2)
        assert well.tc_low_kelvin < well.tc_kelvin < well.tc_high_kelvin


def test_needed_height_and_lambda_invert_the_law(answers):
    answer = answers["hg1223_o835"]
    tc = answer.tc.tc_kelvin
    assert answer.needed_height_angstrom == pytest.approx(math.sqrt(answer.lam.value / tc))
    for well in answer.wells:
        assert answer.lambdas[well.phase] / well.height_angstrom**2 == pytest.approx(tc)


def test_outcomes(answers):
    assert answers["tl1212"].outcome is Outcome.INSIDE  # 103 K beside 101 K
    assert answers["bi2201_amaa"].outcome is Outcome.OUTSIDE  # 7.4 K beside 105 K
    assert answers["cacuo2_infinite"].outcome is Outcome.OPEN
    assert answers["nacl"].outcome is Outcome.NO_WELL
    assert answers["nacl"].remarks[0].startswith("no site is at least half")
    for answer in answers.values():
        measured = answer.tc.tc_kelvin
        inside = measured is not None and any(w.tc_low_kelvin <= measured <= w.tc_high_kelvin for w in answer.wells)
        assert (answer.outcome is Outcome.INSIDE) == inside


def test_a_network_in_three_dimensions_gets_no_prediction(session, answers):
    for structure in current_structures(session):
        if structure.wells and not any(w.layered for w in structure.wells):
            assert answers[structure.block].outcome is Outcome.NO_WELL


def test_scores_by_hand(answers):
    scores = {s.family: s for s in score_families(list(answers.values()))}
    own = counted(Family.IRON, list(answers.values()))
    errors = [min((w.tc_kelvin - a.tc.tc_kelvin for w in a.wells), key=abs) for a in own]
    measured = [a.tc.tc_kelvin for a in own]
    score = scores[Family.IRON]
    assert score.n_structures == len(own) > 5
    assert score.rms_law_kelvin == pytest.approx(math.sqrt(statistics.mean(e**2 for e in errors)))
    assert score.rms_constant_kelvin == pytest.approx(statistics.pstdev(measured))
    assert score.inside.n == len(own)
    assert score.inside.n_inside == sum(a.outcome is Outcome.INSIDE for a in own)
    assert all(a.structure.origin == "measured" for a in own)


def test_the_report_counts_as_predict_does(session, answers):
    measured = MeasuredHeights.read(session)
    scores = score_families(list(answers.values()))
    assert {Family.CUPRATE, Family.IRON} <= {s.family for s in scores}
    for score in scores:
        lam = fitted_lambda(session, score.family)
        assert measured.coverage(score.family, "alpha", lam) == score.inside_alpha
        assert len(measured.found[score.family]) == score.n_structures


def test_the_front_says_how_much_is_the_choice(report):
    page = report["report.md"].read_text(encoding="utf-8")
    front = page[: page.index("Before you believe it")]
    assert "Of what the law explains on these rows, 99% is the choice of the well" in front
    assert "Of what the law explains on these rows, nothing is the choice of the well" in front


def test_every_structure_stands_in_the_file_beside_the_report(report, session):
    rows = list(csv.DictReader(report["structures.csv"].read_text(encoding="utf-8").splitlines()))
    assert {int(r["structure_id"]) for r in rows} == {s.id for s in current_structures(session)}
    for row in rows:
        if row["tc_law_kelvin"]:
            law = float(row["lambda_used"]) / float(row["height_angstrom"]) ** 2
            assert float(row["tc_law_kelvin"]) == pytest.approx(law)


@pytest.mark.parametrize(
    ("value", "su", "text"),
    [
        (3.69281, 0.0007, "3.6928(7)"),
        (3.69281, 0.0012, "3.6928(12)"),
        (2.6434, 0.003, "2.643(3)"),
        (2.6434, 0.12, "2.64(12)"),
        (2.6434, None, "2.643"),
        (2.6434, 0.0, "2.643"),
        (3.69281, 0.00096, "3.6928(10)"),
    ],
)
def test_heights_carry_their_uncertainty_as_crystallographers_write_it(value, su, text):
    assert with_su(value, su) == text
