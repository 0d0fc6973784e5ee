"""What the verbs that read tables of Tc know of their columns."""

from polyqw.io.tables.tc_headers import TcField, field_of

__all__ = ["TcField", "field_of"]
