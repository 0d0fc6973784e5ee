"""The critical points of the planes of wells, their completeness and what is said of them."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyqw.core.analysis import find_wells
from polyqw.core.wells import Kind
from polyqw.errors import UsageError
from polyqw.theory.field import assign_charges, make_cluster, make_ewald, make_frame, state_verdict, survey_plane
from polyqw.theory.field.critical_points import PointKind, PointPlace
from polyqw.theory.field.frame import find_ions
from tests.conftest import read_golden
from tests.core.crystals import cuprate_block, iron_1144, iron_block, rotations, settings_matrices, supercell, turned
from tests.theory.field.crystals import la2cuo4

GOLDEN = {row.quantity: row for row in read_golden("field") if row.name == "la2cuo4"}


def surveyed(cell, *, given=None, kind=None, cluster=False):
    """Return the first well of a cell (of a kind), its frame and the survey of its plane."""
    well = next(w for w in find_wells(cell).wells if kind in (None, w.kind))
    charges = assign_charges(cell, [well.plane_metal], given).of_sites
    frame = make_frame(cell, well)
    field = make_cluster(cell, charges, well, frame) if cluster else make_ewald(cell.lattice, cell.frac, charges)
    return field, frame, survey_plane(field, frame, find_ions(cell, charges, frame, margin=0.5, reach=2.0))


@cache
def survey_of_la2cuo4():
    """Return the survey that several tests read; it is frozen."""
    return surveyed(la2cuo4())[2]


def saddles(survey):
    return [p for p in survey.points if p.kind is PointKind.SADDLE]


def test_la2cuo4():
    survey = survey_of_la2cuo4()
    for k, name in enumerate(("h_xx", "h_yy", "h_zz")):
        assert survey.hessian[k, k] == pytest.approx(GOLDEN[name].value, abs=GOLDEN[name].tolerance)
    assert [p.kind for p in survey.points] == [PointKind.MINIMUM, *[PointKind.SADDLE] * 4]
    assert [p.index_2d for p in survey.points] == [0, 1, 1, 1, 1]
    assert [p.index_3d for p in survey.points] == [1, 2, 2, 2, 2]
    for saddle in saddles(survey):
        row = GOLDEN["saddle_fraction"]
        assert saddle.fraction_to_metal == pytest.approx(row.value, abs=row.tolerance)
        assert saddle.energy == pytest.approx(GOLDEN["saddle_energy"].value, abs=GOLDEN["saddle_energy"].tolerance)
        assert saddle.place is PointPlace.DIAGONAL
    assert survey.force == pytest.approx([0, 0, 0], abs=1e-9)
    assert survey.completeness.is_complete
    assert (survey.completeness.n_cation_poles, survey.completeness.n_anion_poles) == (1, 2)
    assert state_verdict(survey) == "in-plane minimum at Γ, four diagonal saddles, not bound in 3-D (Earnshaw)"


@pytest.mark.parametrize("given", [{"La": 0}, {"La": 0, "Cu": 2, "O": -0.5}])
@pytest.mark.parametrize("cluster", [False, True])
def test_without_the_charge_of_lanthanum_the_pattern_is_lost(given, cluster):
    _, _, survey = surveyed(la2cuo4(), given=given, cluster=cluster)
    assert survey.points[0].kind is PointKind.MAXIMUM
    assert all(p.place is not PointPlace.DIAGONAL for p in survey.points)
    assert state_verdict(survey).startswith("in-plane maximum at Γ, four saddles off the lines of symmetry")


def test_the_cluster_has_the_ten_nearest_ions():
    field, frame, survey = surveyed(la2cuo4(), cluster=True)
    assert sorted(field.charges) == pytest.approx([-2] * 4 + [2] * 4 + [3] * 2)
    assert np.linalg.norm(field.cart - frame.origin, axis=1).max() == pytest.approx(3.7793 / 2**0.5)
    assert len(saddles(survey)) == 4
    assert survey.completeness.is_complete is None
    # by hand: 4 Cu, 2 La, 4 O
    a, h = 3.7793, (0.5 - 0.36046) * 13.226
    k = 14.3996454784936
    by_hand = -k * (4 * 2 / (a / 2**0.5) + 2 * 3 / h - 4 * 2 / (a / 2))
    assert survey.energy == pytest.approx(by_hand)
    h_zz = -k * (-8 / (a / 2**0.5) ** 3 + 2 * 6 / h**3 + 8 / (a / 2) ** 3)
    assert survey.hessian[2, 2] == pytest.approx(h_zz)


def test_cluster_derivatives_agree_with_finite_differences():
    field, frame, _ = surveyed(la2cuo4(), cluster=True)
    cart, step = frame.origin + np.array([[0.3, -0.2, 0.4]]), 1e-5
    values = field.evaluate(cart)
    for i in range(3):
        ahead, behind = (field.evaluate(cart + s * step * np.eye(3)[i]) for s in (1, -1))
        assert values.gradient[0, i] == pytest.approx((ahead.energy - behind.energy)[0] / (2 * step), rel=1e-6)
        assert values.hessian[0, i] == pytest.approx((ahead.gradient - behind.gradient)[0] / (2 * step), rel=1e-6)


def test_iron_wells():
    cell = iron_block(4.03, 1.32, 3.13, 2.44)
    _, _, alpha = surveyed(cell, kind=Kind.NONAHEDRON)
    assert alpha.points[0].kind is PointKind.MAXIMUM
    assert alpha.points[0].place is PointPlace.GAMMA
    assert alpha.hessian[0, 0] < 0
    assert alpha.force[2] < -1  # away from the anion over the plaquette
    assert {p.place for p in saddles(alpha)} == {PointPlace.EDGE}
    assert alpha.completeness.is_complete
    _, frame, beta = surveyed(cell, kind=Kind.TRIDECAHEDRON)
    assert beta.points[0].kind is PointKind.MINIMUM
    assert beta.hessian[0, 0] > 0
    assert np.linalg.norm(frame.edges, axis=1) == pytest.approx([4.03, 4.03])
    assert beta.completeness.is_complete
    with pytest.raises(UsageError, match="octahedral"):
        surveyed(cell, kind=Kind.NONAHEDRON, cluster=True)
    with pytest.raises(UsageError, match="tetrahedron"):
        surveyed(cell, kind=Kind.TETRAHEDRON)


def test_where_the_plane_does_not_repeat_the_sum_does_not_apply():
    """Between two unlike spacers the Fe plane has no glide, and neighbouring squares differ."""
    _, _, survey = surveyed(iron_1144(3.87, 1.32, 1.45, 2.93, 3.6), kind=Kind.NONAHEDRON)
    assert not survey.completeness.applies
    assert survey.completeness.is_complete is None
    assert len(saddles(survey)) == 4  # one on each edge, none of them another's image


def test_a_buckled_plane_has_points_in_place_of_poles():
    cell = la2cuo4()
    sites = list(cell.sites)
    for k in (1, 2, 8, 9):
        x, y, z = sites[k].frac
        sites[k] = replace(sites[k], frac=(x, y, z + 0.01))
    _, _, survey = surveyed(type(cell)(cell.lattice, tuple(sites)))
    assert survey.completeness.is_complete
    assert (survey.completeness.n_maxima, survey.completeness.n_anion_poles) == (2, 0)
    assert "along" in state_verdict(survey)


def test_a_missing_point_is_told():
    survey = survey_of_la2cuo4()
    torn = replace(survey, completeness=replace(survey.completeness, euler_sum=1), points=survey.points[:-1])
    assert "a critical point is missing" in state_verdict(torn)
    assert "three diagonal saddles" in state_verdict(torn)
    assert "no in-plane critical point" in state_verdict(replace(survey, points=survey.points[1:]))


@settings(max_examples=6, deadline=None)
@given(settings_matrices(), rotations())
def test_no_setting_of_the_cell_matters(matrix, rotation):
    old = survey_of_la2cuo4()
    _, _, new = surveyed(turned(supercell(la2cuo4(), matrix), rotation))
    assert [p.kind for p in new.points] == [p.kind for p in old.points]
    assert [p.fraction_to_metal for p in new.points] == pytest.approx(
        [p.fraction_to_metal for p in old.points], abs=1e-6
    )
    assert np.diag(new.hessian) == pytest.approx(np.diag(old.hessian), abs=1e-5)
    assert state_verdict(new) == state_verdict(old)


@settings(max_examples=10, deadline=None)
@given(st.floats(3.7, 4.0), st.floats(2.8, 3.6), st.floats(1.7, 2.3), st.floats(2.0, 4.0), st.floats(0.97, 1.03))
def test_nothing_is_bound_in_space(a, spacing, apex, gap, ratio):
    cell = cuprate_block(a, [spacing], apex, gap + 1, b=a * ratio)
    _, _, survey = surveyed(cell)
    assert all(p.index_3d in (1, 2) for p in survey.points)
    assert np.trace(survey.hessian) == pytest.approx(0, abs=1e-8)
    assert survey.completeness.is_complete
