"""Fermi-surface sketches that the papers read off the wells."""
