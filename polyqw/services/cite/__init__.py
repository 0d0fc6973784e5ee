"""Cite the program, the papers, and the determinations and measurements behind the numbers."""

from polyqw.services.cite.bibtex import bibtex
from polyqw.services.cite.csl import csl_items
from polyqw.services.cite.entry import Citation
from polyqw.services.cite.plain import plain_text
from polyqw.services.cite.sources import cite_program, cite_read, cite_stored, distinct, program_bibtex

__all__ = [
    "Citation",
    "bibtex",
    "cite_program",
    "cite_read",
    "cite_stored",
    "csl_items",
    "distinct",
    "plain_text",
    "program_bibtex",
]
