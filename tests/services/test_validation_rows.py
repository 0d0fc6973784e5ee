"""Which structures and Tc belong together, and which row of a parent speaks for it."""

import pytest

from polyqw.core.options import AnalysisOptions
from polyqw.core.record import Origin, TransitionKind
from polyqw.db.models import WellChoice
from polyqw.io.tables.tc_rows import Subject, TcRow
from polyqw.services.structures.analyse import analyse_inputs
from polyqw.services.validation.rows import COMPUTED, choose_phase, gather_rows, same_composition
from polyqw.services.validation.study import FEWEST_ROWS, best_of_each_group, rows_for_ranking
from polyqw.theory.evidence.rows import EvidenceRow
from tests.conftest import structure_path

YBCO = {"Y": 1, "Ba": 2, "Cu": 3, "O": 7}


def row(name, group, tc, *, is_bound=False, **descriptors):
    return EvidenceRow(name, "cuprate", group, tc, {"alpha": 3.5}, "alpha", is_bound, descriptors)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ({"Y": 2, "Ba": 4, "Cu": 6, "O": 14}, True),
        ({**YBCO, "O": 6.9}, True),
        ({**YBCO, "O": 6.0}, False),
        ({**YBCO, "F": 0.05}, True),
        ({**YBCO, "F": 1.0}, False),
        ({"Y": 1, "Ba": 2, "Cu": 3}, False),
    ],
)
def test_compositions_are_the_same_but_for_a_hundredth_of_the_atoms(other, same):
    """An element that only one of them holds counts as much as one that both hold."""
    assert same_composition(YBCO, other) is same
    assert same_composition(other, YBCO) is same


def test_an_element_of_one_alone_counts_even_where_it_hardly_moves_the_others():
    """1.5 % of fluorine takes less than 0.8 % from each of two others."""
    assert not same_composition({"La": 50, "O": 50}, {"La": 50, "O": 50, "F": 1.5})
    assert not same_composition({"La": 50, "O": 50, "F": 1.5}, {"La": 50, "O": 50})


@pytest.mark.parametrize(("percent", "same"), [(0.98, True), (1.02, False)])
def test_a_hundredth_of_the_atoms_is_the_limit(percent, same):
    assert same_composition({"O": 1}, {"O": 100 - percent, "F": percent}) is same


def test_the_law_takes_the_well_nearest_to_tc_or_always_the_same():
    heights = {"alpha": 3.8, "beta": 3.2}  # λ/h² is 91 and 129 K with the printed λ of cuprates
    assert choose_phase(heights, 93.0, 1320.0, WellChoice.BEST) == "alpha"
    assert choose_phase(heights, 125.0, 1320.0, WellChoice.BEST) == "beta"
    assert choose_phase(heights, 125.0, 1320.0, WellChoice.ALPHA) == "alpha"
    assert choose_phase({"beta": 3.2}, 125.0, 1320.0, WellChoice.ALPHA) is None
    assert choose_phase({}, 125.0, 1320.0, WellChoice.BEST) is None


def test_a_bound_never_stands_for_a_parent_that_was_measured():
    """No transition down to 60 K says nothing of the highest Tc where another sample has one at 40 K."""
    rows = [row("a", "p", 40.0), row("b", "p", 60.0, is_bound=True), row("c", "p", 35.0), row("d", "q", 20.0)]
    assert [found.name for found in best_of_each_group(rows)] == ["a", "d"]
    assert [found.name for found in best_of_each_group(rows[::-1])] == ["d", "a"]


def test_where_there_are_bounds_alone_they_are_all_kept():
    rows = [row("a", "p", 4.2, is_bound=True), row("b", "p", 2.0, is_bound=True)]
    assert best_of_each_group(rows) == rows


def test_rivals_are_compared_on_rows_that_the_usual_ones_can_predict():
    """A quantity that four rows of five have is asked of all; with fewer than three rows left nothing is ranked."""
    full = [row(str(k), str(k), 50.0 + k, t_t_angstrom=3.8, n_planes=1.0) for k in range(4)]
    without = row("4", "4", 60.0)
    assert rows_for_ranking([*full, without]) == full
    assert rows_for_ranking([*full[:3], without, without]) == [*full[:3], without, without]
    assert len(rows_for_ranking(full[:FEWEST_ROWS])) == FEWEST_ROWS
    assert rows_for_ranking(full[: FEWEST_ROWS - 1]) == []


def test_cells_doped_by_computer_are_computed():
    assert {origin for origin in Origin if origin in COMPUTED} == {Origin.DFT, Origin.SYNTHETIC_DOPED}


def test_a_computed_cell_has_wells():
    found = analyse_inputs([str(structure_path(name)) for name in ("nacl", "tl1212")], AnalysisOptions())
    gathered = gather_rows(found, lambda _: [], WellChoice.BEST, Origin.DFT)
    assert (gathered.n_files, gathered.n_with_well, len(gathered.computed)) == (2, 1, 0)


def test_a_row_with_a_tc_knows_the_field_at_the_centre_of_its_well():
    found = analyse_inputs([str(structure_path("lafeaso_cod"))], AnalysisOptions())
    entry = TcRow(2, Subject(), 26.0, None, TransitionKind.MEASURED)
    row = gather_rows(found, lambda _: [entry], WellChoice.BEST).rows[0].evidence
    assert row.descriptors["field_force_ev_per_angstrom"] > 1
    assert "field_curvature_ev_per_angstrom2" in row.descriptors
