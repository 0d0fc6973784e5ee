-- Which structures contain an element?
-- Structures with the element as the main one of a site, with the heights of their wells.
-- :element text = Hg | symbol
SELECT DISTINCT c.name AS compound, s.block, s.family, s.status, s.reason, w.phase, w.kind, w.height_angstrom, s.origin,
       s.source, s.id AS structure_id
FROM site AS a
JOIN structure AS s ON s.id = a.structure_id
JOIN compound AS c ON c.id = s.compound_id
LEFT JOIN well AS w ON w.structure_id = s.id
WHERE a.element = :element AND s.superseded_by IS NULL
ORDER BY compound, block, phase NULLS LAST, height_angstrom NULLS LAST
