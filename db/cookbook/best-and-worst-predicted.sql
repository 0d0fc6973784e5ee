-- Which recorded predictions fit best, and which worst?
-- Predictions of polyqw predict beside what was measured, the largest error first; open ones, of which nothing is
-- known, are left out.
-- :at_most number = 1000 | largest error shown (K)
SELECT target, phase, height_angstrom, lambda_kelvin_angstrom2, tc_kelvin, tc_low_kelvin, tc_high_kelvin,
       observed_kelvin, observed_kind, error_kelvin, outcome, prediction_id
FROM v_scores
WHERE observed_kelvin IS NOT NULL AND abs(error_kelvin) <= :at_most
ORDER BY abs(error_kelvin) DESC, target, phase, prediction_id
