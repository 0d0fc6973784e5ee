"""Cite the program, the papers, and the determinations and measurements behind the numbers."""
