"""Heights, volumes and topology of crystals whose every length is chosen."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyqw.core.analysis import find_wells
from polyqw.core.wells import Family, Kind, Phase
from tests.core.checks import assert_well
from tests.core.crystals import cuprate_block, iron_1144, iron_block

lengths = lambda low, high: st.floats(low, high).map(lambda x: round(x, 4))  # noqa: E731


@settings(max_examples=40, deadline=None)
@given(a=lengths(3.7, 4.0), b=lengths(3.7, 4.0), apex=lengths(1.6, 2.4), spacing=lengths(3.0, 3.6))
def test_two_planes_of_a_cuprate(a, b, apex, spacing):
    cell = cuprate_block(a, [spacing], apex, 5.0, b=b)
    (well,) = find_wells(cell).wells
    assert_well(cell, well)
    assert (well.kind, well.phase, well.apices) == (Kind.OCTAHEDRON, Phase.ALPHA, ("Ba", "Ca"))
    h = apex + spacing / 2
    assert well.height == pytest.approx(h, abs=1e-9)
    assert well.volume == pytest.approx(a * b * h / 3, rel=1e-9)
    assert (well.n_faces, well.n_edges, well.multiplicity) == (8, 12, 2)


@settings(max_examples=40, deadline=None)
@given(a=lengths(3.75, 4.0), inner=lengths(3.0, 3.6), outer=lengths(3.0, 3.6), apex=lengths(1.6, 2.4))
def test_phases_follow_the_layer_not_the_size(a, inner, outer, apex):
    wells = find_wells(cuprate_block(a, [outer, inner, outer], apex, 5.0)).wells
    heights = {w.phase: w.height for w in wells}
    assert heights[Phase.ALPHA] == pytest.approx((inner + outer) / 2)
    assert heights[Phase.BETA] == pytest.approx(outer / 2 + apex)
    assert len(wells) == 2


@pytest.mark.parametrize(("n", "phases"), [(1, "a"), (2, "aa"), (3, "abb"), (4, "aabb"), (5, "abbgg"), (6, "aabbgg")])
def test_number_of_planes(n, phases):
    spacings = [3.1 + 0.07 * min(k, n - 2 - k) for k in range(n - 1)]
    analysis = find_wells(cuprate_block(3.86, spacings, 2.2, 5.0))
    names = {"a": Phase.ALPHA, "b": Phase.BETA, "g": Phase.GAMMA}
    for letter, phase in names.items():
        assert sum(w.multiplicity for w in analysis.wells if w.phase is phase) == phases.count(letter)
    assert analysis.descriptors["n_planes"] == n


@settings(max_examples=40, deadline=None)
@given(a=lengths(3.85, 4.05), anion=lengths(1.25, 1.5), more=lengths(1.2, 2.0))
def test_iron_wells_of_a_symmetric_layer(a, anion, more):
    spacer = anion + more
    cell = iron_block(a, anion, spacer, 2.4)
    analysis = find_wells(cell)
    assert analysis.family is Family.IRON
    wells = {w.kind: w for w in analysis.wells}
    for well in wells.values():
        assert_well(cell, well)
    alpha, beta, mu = wells[Kind.NONAHEDRON], wells[Kind.TRIDECAHEDRON], wells[Kind.TETRAHEDRON]
    h_alpha, h_beta, h_mu = 2 * anion, spacer, spacer - anion
    assert (alpha.height, beta.height, mu.height) == pytest.approx((h_alpha, h_beta, h_mu))
    assert alpha.volume == pytest.approx(a * a * h_alpha / 2)
    assert beta.volume == pytest.approx(5 / 12 * a * a * h_alpha + a * a * (h_beta - h_alpha / 2) / 3)
    assert mu.volume == pytest.approx(a * a * h_mu / 6)
    assert (alpha.n_faces, alpha.n_edges, alpha.n_vertices) == (9, 16, 9)
    assert (beta.n_faces, beta.n_edges, beta.n_vertices) == (13, 20, 9)
    assert (mu.n_faces, mu.n_edges, mu.n_vertices) == (4, 6, 4)
    assert alpha.max_fold == pytest.approx(0, abs=1e-6)
    # the papers' eight electron states per two Fe
    assert (alpha.multiplicity, beta.multiplicity, mu.multiplicity) == (2, 2, 4)


@settings(max_examples=40, deadline=None)
@given(x1=lengths(1.28, 1.34), x2=lengths(1.38, 1.45), near=lengths(2.85, 3.0), far=lengths(3.3, 3.6))
def test_iron_wells_between_two_spacers(x1, x2, near, far):
    cell = iron_1144(3.87, x1, x2, near, far)
    wells = find_wells(cell).wells
    by_phase = {w.phase: w for w in wells if w.phase is not Phase.MU}
    alpha, beta, gamma = by_phase[Phase.ALPHA], by_phase[Phase.BETA], by_phase[Phase.GAMMA]
    assert alpha.height == pytest.approx(x1 + x2)
    assert (beta.height, beta.apices) == (pytest.approx(near), ("Ca",))
    assert (gamma.height, gamma.apices) == (pytest.approx(far), ("K",))
    # without the inversion at the Fe-Fe midpoint the apex and base triangles fold
    assert alpha.n_faces == 13
    assert 0.3 < alpha.max_fold < 5
    tetrahedra = [w for w in wells if w.phase is Phase.MU]
    assert {w.apices: w.multiplicity for w in tetrahedra} == {("Ca", "Ca"): 4, ("K", "K"): 4}


def test_orthorhombic_layer_keeps_nine_faces():
    alpha = find_wells(iron_block(3.98, 1.33, 3.1, 2.4, b=4.06)).wells[0]
    assert alpha.n_faces == 9


@pytest.mark.parametrize(
    ("farther", "phases"),
    [(0.0, {"alpha", "beta"}), (0.008, {"alpha", "beta"}), (0.012, {"alpha", "beta", "gamma"})],
)
def test_of_two_spacers_at_one_height_none_is_the_farther(farther, phases):
    """Ca and K differ, but gamma is the farther spacer: heights within 0.01 Å are one height."""
    analysis = find_wells(iron_1144(3.87, 1.38, 1.38, 3.2, 3.2 + farther))
    assert {str(well.phase) for well in analysis.wells} - {"mu"} == phases
