-- What happens to a compound under pressure?
-- Heights at the pressure of each structure, Tc at the pressure it was found at, and the windows of pressure that the
-- papers speak of. An empty pressure means that none is stated, not that it is ambient.
-- :compound text = HgBa2Ca2Cu3O8+d | compound, as the papers print it
SELECT s.pressure_gpa AS pressure_from_gpa, s.pressure_gpa AS pressure_to_gpa, 'height' AS what, w.phase,
       w.height_angstrom, NULL AS tc_kelvin, s.origin AS evidence, s.source, s.id AS structure_id
FROM compound AS c
JOIN structure AS s ON s.compound_id = c.id OR s.table_row = c.name
JOIN well AS w ON w.structure_id = s.id
WHERE c.name = :compound AND coalesce(s.superseded_by, 0) = 0
UNION ALL
SELECT t.pressure_gpa, t.pressure_gpa, 'Tc', NULL, NULL, t.tc_kelvin, t.kind, t.source, t.structure_id
FROM compound AS c
JOIN transition AS t ON t.compound_id = c.id
WHERE c.name = :compound
UNION ALL
SELECT q.pressure_from_gpa, q.pressure_to_gpa, 'window', q.phase, NULL, q.tc_kelvin, q.state, r.key, NULL
FROM compound AS c
JOIN pressure_point AS q ON q.compound_id = c.id
JOIN reference AS r ON r.id = q.experiment_id
WHERE c.name = :compound
ORDER BY 1 NULLS LAST, 3, 4 NULLS LAST, 5 NULLS LAST, 6 NULLS LAST
