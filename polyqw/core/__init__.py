"""Geometry of the wells: pure functions of a cell, no files, no clock, no global state."""
