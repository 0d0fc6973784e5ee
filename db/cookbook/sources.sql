-- Where does each number of a compound come from?
-- Printed heights, measured heights and Tc of one compound, each with its text, place and DOI.
-- :compound text = YBa2Cu3O7-d | compound, as the papers print it or as the formula of a structure
SELECT 'printed height' AS what, p.phase, p.height_angstrom, p.tc_kelvin, r.key AS source, p.source AS place, r.doi,
       coalesce(r.citation, r.title) AS citation, p.note
FROM compound AS c
JOIN published_height AS p ON p.compound_id = c.id
JOIN reference AS r ON r.id = p.reference_id
WHERE c.name = :compound
UNION ALL
SELECT s.origin || ' structure', w.phase, w.height_angstrom, NULL, s.source, s.block, s.doi, s.citation, s.note
FROM compound AS c
JOIN structure AS s ON s.compound_id = c.id OR s.table_row = c.name
JOIN well AS w ON w.structure_id = s.id
WHERE c.name = :compound AND coalesce(s.superseded_by, 0) = 0
UNION ALL
SELECT t.kind || ' Tc', NULL, NULL, t.tc_kelvin, r.key, t.source, r.doi, coalesce(r.citation, r.title), t.note
FROM compound AS c
JOIN transition AS t ON t.compound_id = c.id
LEFT JOIN reference AS r ON r.id = t.reference_id
WHERE c.name = :compound
UNION ALL
SELECT t.kind || ' Tc', NULL, NULL, t.tc_kelvin, s.source, t.source, s.doi, s.citation, t.note
FROM compound AS c
JOIN structure AS s ON s.table_row = c.name AND s.compound_id <> c.id
JOIN transition AS t ON t.structure_id = s.id
WHERE c.name = :compound AND coalesce(s.superseded_by, 0) = 0
ORDER BY 1, 5, 6, 2 NULLS LAST, 3 NULLS LAST, 4 NULLS LAST
