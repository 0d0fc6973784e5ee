"""Resonance energies from printed heights and from structures."""

import pytest

from polyqw.errors import UsageError
from polyqw.services.law import resonance
from polyqw.services.law.resonance import resonance_rows
from polyqw.services.law.resonance_figure import draw_resonance
from tests.conftest import read_golden

GOLDEN = read_golden("resonance")


@pytest.mark.parametrize("row", GOLDEN, ids=[f"{r.name}-{r.quantity}" for r in GOLDEN])
def test_golden(row, session):
    modes = {(m["heights_from"], m["phase"]): m for m in resonance_rows(session)["modes"]}
    assert modes[row.name, row.quantity]["energy_mev"] == pytest.approx(row.value, abs=row.tolerance)


def test_measured_and_printed_stand_beside(session):
    result = resonance_rows(session, "CaKFe4As4")
    assert result["anchor"] == {"phase": "beta", "energy_mev": 13.0}
    text = {m["phase"]: m for m in result["modes"] if m["heights_from"] == "text"}
    assert {p: m["measured_mev"] for p, m in text.items()} == {"alpha": 18.3, "beta": None, "gamma": 9.5}
    assert text["alpha"]["difference_mev"] == pytest.approx(17.77 - 18.3, abs=0.005)
    assert text["beta"]["difference_mev"] is None


def test_structures_give_their_own_heights(session):
    modes = [m for m in resonance_rows(session)["modes"] if m["heights_from"] == "rbcafe4as4"]
    assert {m["phase"]: m["height_angstrom"] for m in modes} == pytest.approx(
        {"alpha": 2.8092, "beta": 2.9442, "gamma": 3.6102}, abs=0.0006
    )
    alpha = next(m for m in modes if m["phase"] == "alpha")
    assert alpha["energy_mev"] == pytest.approx(13 * (2.9442 / 2.8092) ** 2, abs=0.01)


def test_a_structure_without_one_of_the_heights_gives_no_energies(session, monkeypatch):
    """Beta anchors the scale and each mode has a height of its own: with one missing nothing can be compared."""
    assert len({m["heights_from"] for m in resonance_rows(session)["modes"]}) > 2
    of_structure = resonance.phase_height
    monkeypatch.setattr(
        resonance, "phase_height", lambda s, phase: None if phase == "gamma" else of_structure(s, phase)
    )
    found = {m["heights_from"] for m in resonance_rows(session)["modes"]}
    assert found == {"text", "Table II"}


def test_intensities_and_notes(session):
    result = resonance_rows(session)
    text = [m for m in result["modes"] if m["heights_from"] == "text"]
    assert {m["phase"]: m["relative_intensity"] for m in text} == pytest.approx(
        {"alpha": 1.0, "beta": (7.22 / 3.13) ** 2, "gamma": (7.22 / 4.37) ** 2}
    )
    notes = " ".join(result["notes"])
    for number in ("17.77 meV", "16.98 meV", "6.3150", "5.3 and 2.7"):
        assert number in notes


def test_a_structure_has_pair_distances_of_its_own(session):
    """RbCaFe4As4 from its coordinates: As layers on both sides of Ca and of Rb, Fe planes across Rb."""
    c, z_fe, z_as1, z_as2 = 13.104, 0.7754, 0.6664, 0.8807
    modes = [m for m in resonance_rows(session)["modes"] if m["heights_from"] == "rbcafe4as4"]
    by_hand = {"alpha": 2 * (z_fe - 0.5) * c, "beta": 2 * (1 - z_as2) * c, "gamma": 2 * (z_as1 - 0.5) * c}
    assert {m["phase"]: m["pair_distance_angstrom"] for m in modes} == pytest.approx(by_hand, abs=0.005)
    assert {m["phase"]: m["relative_intensity"] for m in modes} == pytest.approx(
        {phase: (by_hand["alpha"] / eta) ** 2 for phase, eta in by_hand.items()}, rel=1e-3
    )
    assert {round(m["spacing_over_c"], 6) for m in modes} == {round(2 * (1 - z_fe), 6)}


def test_figure_has_each_mode_with_its_own_intensity(session):
    result = resonance_rows(session)
    above = draw_resonance(result).axes[: len({m["heights_from"] for m in result["modes"]})]
    drawn = {(a.get_title(), line.get_label()[0]): max(line.get_ydata()) for a in above for line in a.lines}
    letter = {"alpha": "α", "beta": "β", "gamma": "γ"}
    assert drawn == pytest.approx(
        {(m["heights_from"], letter[m["phase"]]): m["relative_intensity"] for m in result["modes"]}, rel=1e-3
    )


def test_compound_without_a_resonance(session):
    with pytest.raises(UsageError, match="CaKFe4As4"):
        resonance_rows(session, "YBa2Cu3O7-d")
    with pytest.raises(UsageError, match="'nothing'"):
        resonance_rows(session, "nothing")
