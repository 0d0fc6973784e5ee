"""Damaged files: for a fixed time, and cut off at every byte. ``make fuzz`` goes on for longer."""

import time
from itertools import islice

import pytest

from polyqw.core.options import AnalysisOptions
from polyqw.core.wells import Status
from polyqw.io.inputs import Source
from polyqw.services.structures.analyse import analyse_source
from tests import fuzz_browse, fuzz_optimade, fuzz_tables, fuzzing
from tests.conftest import structure_path
from tests.fuzzing import cases, fault

BUDGET_SECONDS = 6.0
OPTIMADE_SECONDS = 2.0
SEED = 20_261_121


def test_damaged_files_come_to_a_status():
    end = time.monotonic() + BUDGET_SECONDS
    statuses = set()
    for case in cases(SEED):
        told, worked = fault(case.data)
        assert told is None, f"seed {case.seed}: {told}"
        statuses |= {found.status for found in worked.found}
        if time.monotonic() > end:
            break
    assert statuses == {Status.OK, Status.NO_WELL, Status.REJECTED}


def test_hostile_providers_get_an_answer():
    end = time.monotonic() + OPTIMADE_SECONDS
    for case in fuzz_optimade.cases(SEED):
        told, _ = fuzz_optimade.fault(case)
        assert told is None, f"seed {case.seed}: {told}"
        if time.monotonic() > end:
            break


def test_damaged_tables_of_tc_are_read_or_refused():
    for case in islice(fuzz_tables.cases(SEED), 400):
        told, _ = fuzz_tables.fault(case)
        assert told is None, f"seed {case.seed}: {told}"


@pytest.mark.parametrize("door", [fuzzing, fuzz_tables, fuzz_optimade, fuzz_browse])
def test_a_seed_gives_the_same_cases(door):
    assert [c.data for c in islice(door.cases(7), 50)] == [c.data for c in islice(door.cases(7), 50)]


def wells(data):
    return [
        (a.status, [(w.phase, w.height) for w in a.analysis.wells] if a.analysis else [], set(a.warnings))
        for a in analyse_source(Source("cut.cif", data), AnalysisOptions())
    ]


@pytest.mark.parametrize("name", ["lafeaso_cod", "lbco_htt"])
def test_cut_off_at_every_byte(name):
    """A file that is cut short is refused, or its heights are those of the whole, or a warning says what is odd."""
    data = structure_path(name).read_bytes()
    ((_, heights, warnings),) = wells(data)
    for k in range(len(data)):
        told, _ = fault(data[:k])
        assert told is None, f"cut at {k}: {told}"
        for status, found, said in wells(data[:k]):
            assert status is not Status.OK or found == heights or said - warnings, f"cut at {k}"
