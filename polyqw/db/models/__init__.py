"""The tables of the database, grouped by what they are about."""

from polyqw.db.models.account import ColumnMetadata, CorrectedTable, Correction, IngestIssue, IssueStatus
from polyqw.db.models.base import Base, storable, table_of, unit_of
from polyqw.db.models.claims import Claim, ClaimResult, Verdict
from polyqw.db.models.cles import ClesKind, ClesPoint, ClesRun
from polyqw.db.models.compounds import Compound, Reference, ReferenceKind
from polyqw.db.models.inference import Fit, Prediction, WellChoice
from polyqw.db.models.measurements import Parity, PressurePoint, PressureState, Resonance, Transition
from polyqw.db.models.published import HeightUse, PredictionSet, PublishedHeight, PublishedPrediction
from polyqw.db.models.structures import Composition, Site, SourceBlock, SourceFile, Structure
from polyqw.db.models.wells import Descriptor, Well, WellVertex

__all__ = [
    "Base",
    "Claim",
    "ClaimResult",
    "ClesKind",
    "ClesPoint",
    "ClesRun",
    "ColumnMetadata",
    "Composition",
    "Compound",
    "CorrectedTable",
    "Correction",
    "Descriptor",
    "Fit",
    "HeightUse",
    "IngestIssue",
    "IssueStatus",
    "Parity",
    "Prediction",
    "PredictionSet",
    "PressurePoint",
    "PressureState",
    "PublishedHeight",
    "PublishedPrediction",
    "Reference",
    "ReferenceKind",
    "Resonance",
    "Site",
    "SourceBlock",
    "SourceFile",
    "Structure",
    "Transition",
    "Verdict",
    "Well",
    "WellChoice",
    "WellVertex",
    "storable",
    "table_of",
    "unit_of",
]
