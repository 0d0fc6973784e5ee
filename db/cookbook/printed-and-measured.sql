-- How far are printed heights from structures of the same compound?
-- Each height that the papers print beside the same well of every structure that stands for the compound.
-- :compound text = HgBa2CuO4+d | compound, as the papers print it
SELECT c.name AS compound, p.phase, p.height_angstrom AS height_printed_angstrom,
       w.height_angstrom AS height_structure_angstrom,
       w.height_angstrom - p.height_angstrom AS difference_angstrom,
       100 * (w.height_angstrom - p.height_angstrom) / p.height_angstrom AS difference_percent,
       s.block, s.origin, s.source, r.key AS printed_in, p.source AS printed_where, s.id AS structure_id
FROM compound AS c
JOIN published_height AS p ON p.compound_id = c.id
JOIN reference AS r ON r.id = p.reference_id
JOIN structure AS s ON s.compound_id = c.id OR s.table_row = c.name
JOIN well AS w ON w.structure_id = s.id AND w.phase = p.phase
WHERE c.name = :compound AND coalesce(s.superseded_by, 0) = 0
ORDER BY p.phase, s.block
