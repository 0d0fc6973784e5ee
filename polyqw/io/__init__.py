"""Structures in and out: CIF files, pymatgen, ASE."""
