"""What the columns of a well are called in tables for people."""

WELL_COLUMNS = {
    "phase": "phase",
    "kind": "kind",
    "height_angstrom": "h (Å)",
    "height_su_angstrom": "su(h) (Å)",
    "apices": "apices",
    "multiplicity": "per cell",
    "n_faces": "faces",
    "volume_angstrom3": "V (Å³)",
}
