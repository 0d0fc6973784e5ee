"""Describe structures and their wells in plain English."""

from polyqw.services.describe.describe import (
    Description,
    describe_analysed,
    describe_stored,
    description_row,
)

__all__ = ["Description", "describe_analysed", "describe_stored", "description_row"]
