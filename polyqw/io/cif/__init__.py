"""CIF: syntax, meaning and structure in separate layers; reading, symmetry, provenance, writing."""
