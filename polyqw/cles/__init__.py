"""The CLES model of papers/000 solved: gaps, critical temperatures, binding, carriers, resistivity."""
