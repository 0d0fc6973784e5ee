"""The Coulomb field of a test electron in the wells."""
