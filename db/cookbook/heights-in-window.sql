-- Which compounds have a well of this height?
-- Wells of one phase with h in a window, lowest first.
-- :phase text = alpha | alpha, beta, gamma or mu
-- :h_from number = 3.3 | lower end of the window (Å)
-- :h_to number = 3.7 | upper end of the window (Å)
SELECT compound, phase, kind, height_angstrom, height_su_angstrom, origin, source, block, structure_id
FROM v_wells
WHERE phase = :phase
  AND height_angstrom BETWEEN CAST(:h_from AS DOUBLE PRECISION) AND CAST(:h_to AS DOUBLE PRECISION)
ORDER BY height_angstrom, compound, block
