-- Which structures have wells of two heights?
-- Structures of a family with an alpha and a beta well, the highest difference first: here the papers choose which well
-- sets Tc.
-- :family text = cuprate | cuprate, nickelate or iron
SELECT c.name AS compound, s.block, a.height_angstrom AS h_alpha_angstrom, b.height_angstrom AS h_beta_angstrom,
       b.height_angstrom - a.height_angstrom AS difference_angstrom, s.origin, s.source, s.id AS structure_id
FROM structure AS s
JOIN compound AS c ON c.id = s.compound_id
JOIN well AS a ON a.structure_id = s.id AND a.phase = 'alpha'
JOIN well AS b ON b.structure_id = s.id AND b.phase = 'beta'
WHERE s.family = :family AND s.superseded_by IS NULL
ORDER BY difference_angstrom DESC, compound, block
