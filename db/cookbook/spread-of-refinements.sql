-- How much do refinements of one compound differ?
-- Lowest, highest and mean height of each well over the measured structures that stand for one row of the papers at one
-- stated pressure, where there are two or more; a full listing. Their compositions may differ. Compare with
-- height_su_angstrom, which is what one refinement claims.
SELECT s.table_row AS compound, s.pressure_gpa, w.phase, count(DISTINCT s.id) AS n_structures,
       min(w.height_angstrom) AS lowest_angstrom, max(w.height_angstrom) AS highest_angstrom,
       avg(w.height_angstrom) AS mean_angstrom, max(w.height_angstrom) - min(w.height_angstrom) AS spread_angstrom,
       max(w.height_su_angstrom) AS largest_su_angstrom
FROM structure AS s
JOIN well AS w ON w.structure_id = s.id
WHERE s.table_row IS NOT NULL AND s.origin = 'measured' AND s.superseded_by IS NULL
GROUP BY s.table_row, s.pressure_gpa, w.phase
HAVING count(DISTINCT s.id) > 1
ORDER BY spread_angstrom DESC, compound, w.phase
