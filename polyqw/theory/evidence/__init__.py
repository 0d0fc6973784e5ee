"""Statistics that hold Tc = λ/h² against data: choice of wells, rivals, bounds, intervals."""
