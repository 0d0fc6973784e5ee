"""Wells as features for machine learning, in the manner of matminer; works with and without matminer."""

from __future__ import annotations

from importlib.util import find_spec
from math import nan
from typing import TYPE_CHECKING, Any

from polyqw.api.analysis import find_wells
from polyqw.core.wells import Family, Phase
from polyqw.services.cite.sources import program_bibtex

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from polyqw.api.result import WellAnalysis
    from polyqw.core.tolerances import Tolerances

if find_spec("matminer") is not None:
    from matminer.featurizers.base import BaseFeaturizer
else:

    class BaseFeaturizer:  # type: ignore[no-redef]
        """What is needed of matminer's class of this name where matminer is not installed."""

        def fit(self, structures: Any, targets: Any = None) -> Any:  # noqa: ARG002 - the protocol of scikit-learn
            """Return the featurizer itself; there is nothing to learn."""
            return self

        def transform(self, structures: Iterable[Any]) -> list[list[float]]:
            """Return the features of many structures, one row each."""
            return self.featurize_many(structures)

        def fit_transform(self, structures: Iterable[Any], targets: Any = None) -> list[list[float]]:
            """Return the features of many structures, one row each."""
            return self.fit(structures, targets).transform(structures)  # type: ignore[no-any-return]

        def featurize_many(self, entries: Iterable[Any]) -> list[list[float]]:
            """Return the features of many structures, one row each."""
            return [self.featurize(entry) for entry in entries]  # type: ignore[attr-defined]

        def featurize_dataframe(self, df: pd.DataFrame, col_id: str) -> pd.DataFrame:
            """Return a copy of a table with the features of the structures in one of its columns."""
            import pandas as pd  # noqa: PLC0415 - heavy

            rows = self.featurize_many(df[col_id])
            labels = self.feature_labels()  # type: ignore[attr-defined]
            return df.join(pd.DataFrame(rows, columns=labels, index=df.index))


OPTIONS = (
    "occupancy", "oxide_metals", "bridging_anions", "iron_metals", "iron_anions", "tolerances", "reader",
)  # fmt: skip
"""Options of a `WellFeaturizer`, those of `polyqw.find_wells` that are not about one structure alone."""

_FAMILIES = (Family.CUPRATE, Family.NICKELATE, Family.IRON)
_DESCRIPTORS = (
    "n_planes",
    "t_t_angstrom",
    "plane_spacing_angstrom",
    "block_repeat_angstrom",
    "spacer_thickness_angstrom",
    "t_x_t_angle_degrees",
    "buckling_angstrom",
    "t_x_apical_angstrom",
    "anion_height_angstrom",
    "x_t_x_angle_degrees",
)


class WellFeaturizer(BaseFeaturizer):  # type: ignore[misc] # matminer has no annotations
    """Turn a structure into numbers about its wells and planes.

    It is an estimator of scikit-learn: ``sklearn.base.clone``, pipelines and searches keep its options.

    Lengths are in Å, angles in degrees, volumes in Å³; what a structure does not have is NaN, and what is yes or no
    is 1 or 0. Structures without a well give 0 wells and NaN heights; what cannot be read raises ReadError.

    Parameters
    ----------
    occupancy, oxide_metals, bridging_anions, iron_metals, iron_anions, tolerances, reader
        As those of `polyqw.find_wells`, e.g. ``occupancy="majority"``.
    """

    def __init__(
        self,
        *,
        occupancy: str = "weighted",
        oxide_metals: Iterable[str] | None = None,
        bridging_anions: Iterable[str] | None = None,
        iron_metals: Iterable[str] | None = None,
        iron_anions: Iterable[str] | None = None,
        tolerances: Tolerances | None = None,
        reader: str = "auto",
    ) -> None:
        self.occupancy = occupancy
        self.oxide_metals = oxide_metals
        self.bridging_anions = bridging_anions
        self.iron_metals = iron_metals
        self.iron_anions = iron_anions
        self.tolerances = tolerances
        self.reader = reader

    def get_params(self, deep: bool = True) -> dict[str, Any]:  # noqa: ARG002 - the protocol of scikit-learn
        """Return the options by name."""
        return {name: getattr(self, name) for name in OPTIONS}

    def set_params(self, **options: Any) -> WellFeaturizer:
        """Change options, and return the featurizer itself.

        Raises
        ------
        ValueError
            For an option that is none.
        """
        for name, value in options.items():
            if name not in OPTIONS:
                raise ValueError(f"WellFeaturizer has no option {name!r}; there are {', '.join(OPTIONS)}")
            setattr(self, name, value)
        return self

    def featurize(self, structure: Any) -> list[float]:
        """Return the features of a structure, in the order of `feature_labels`.

        Parameters
        ----------
        structure : pymatgen Structure
            Or whatever else `polyqw.find_wells` takes.
        """
        found = find_wells(structure, **self.get_params())
        wells = found.wells
        values = [float(sum(w.multiplicity for w in wells)), float(len(wells)), _yes(found.status == "ok")]
        values += [_yes(all(w.layered for w in wells)) if wells else nan]
        values += [_yes(found.family == str(family)) for family in _FAMILIES]
        for phase in Phase:
            values += _of_phase(found, phase)
        return values + [found.descriptors.get(name, nan) for name in _DESCRIPTORS]

    def feature_labels(self) -> list[str]:
        """Return the names of the features, with their units."""
        labels = ["wells_per_cell", "distinct_wells", "has_wells", "layered"]
        labels += [f"is_{family}" for family in _FAMILIES]
        for phase in Phase:
            labels += [f"h_{phase}_angstrom", f"wells_{phase}", f"faces_{phase}", f"volume_{phase}_angstrom3"]
        return labels + list(_DESCRIPTORS)

    def citations(self) -> list[str]:
        """Return what to cite, in BibTeX."""
        return [program_bibtex()]

    def implementors(self) -> list[str]:
        """Return who wrote this."""
        return ["The polyqw developers"]


def _yes(condition: bool) -> float:
    return 1.0 if condition else 0.0


def _of_phase(found: WellAnalysis, phase: Phase) -> list[float]:
    """Return mean height, number, faces and mean volume of the wells of a phase."""
    own = [w for w in found.wells if w.phase is phase]
    number = sum(w.multiplicity for w in own)
    if not number:
        return [nan, 0.0, nan, nan]
    return [
        sum(w.height * w.multiplicity for w in own) / number,
        float(number),
        sum(w.n_faces * w.multiplicity for w in own) / number,
        sum(w.volume * w.multiplicity for w in own) / number,
    ]
