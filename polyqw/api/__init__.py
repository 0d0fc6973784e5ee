"""The public face of polyqw for Python programs and notebooks; ``import polyqw`` hands it on."""

from polyqw.api.analysis import find_wells, read_cif
from polyqw.api.database import Database, open_database
from polyqw.api.many import find_wells_many
from polyqw.api.prediction import LawTc, law, predict
from polyqw.api.result import WellAnalysis

__all__ = [
    "Database",
    "LawTc",
    "WellAnalysis",
    "find_wells",
    "find_wells_many",
    "law",
    "open_database",
    "predict",
    "read_cif",
]
