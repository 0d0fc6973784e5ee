"""Every file of the 3DSC corpus, where it is at hand: no crash, and never silent."""

from polyqw.core.options import AnalysisOptions
from polyqw.core.wells import Status
from polyqw.services.structures.analyse import analyse_inputs, analysed_row
from tests.core.checks import assert_well


def test_every_file_has_an_outcome(corpus):
    paths = sorted((corpus / "cifs").glob("*.cif"))
    outcomes = dict.fromkeys(Status, 0)
    seen = set()
    checked = 0
    for k, path in enumerate(paths):
        (found,) = analyse_inputs([str(path)], AnalysisOptions())
        outcomes[found.status] += 1
        seen.add(found.file)
        row = analysed_row(found)
        assert row["status"] in {"ok", "no_well", "rejected"}, path.name
        if found.status is Status.OK:
            assert row["wells"], path.name
            assert row["reason"] is None, path.name
            if k % 5 == 0:
                for well in found.analysis.wells:
                    assert_well(found.record.cell, well)
                    checked += 1
        else:
            assert row["reason"], path.name
            assert row["message"], path.name
            assert row["wells"] == [], path.name
    assert len(seen) == len(paths)
    assert outcomes[Status.OK] > len(paths) // 4, "a third of this corpus are cuprates and iron superconductors"
    assert checked > 100
    assert outcomes[Status.REJECTED] < 0.02 * len(paths)
