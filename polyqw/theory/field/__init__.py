"""The Coulomb field of a test electron inside a well (papers/001 Fig. 4b, papers/002 Fig. 2b).

U(r) = -K Σ q_j/|r - r_j| for an electron (charge -1) among ions of formal charge q_j [e]; K = e²/(4π ε0).
"""

from polyqw.theory.field.charges import FormalCharges, assign_charges
from polyqw.theory.field.cluster import ClusterField, make_cluster
from polyqw.theory.field.critical_points import CriticalPoint, PlaneSurvey, survey_plane
from polyqw.theory.field.ewald import EwaldField, make_ewald
from polyqw.theory.field.frame import Frame, make_frame
from polyqw.theory.field.values import CoulombField, FieldValues
from polyqw.theory.field.verdict import state_verdict

__all__ = [
    "ClusterField",
    "CoulombField",
    "CriticalPoint",
    "EwaldField",
    "FieldValues",
    "FormalCharges",
    "Frame",
    "PlaneSurvey",
    "assign_charges",
    "make_cluster",
    "make_ewald",
    "make_frame",
    "state_verdict",
    "survey_plane",
]
