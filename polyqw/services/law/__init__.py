"""The law Tc = λ/h²: heights, λ, fit, evidence, prediction, score, resonance."""
