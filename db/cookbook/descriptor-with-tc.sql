-- Does another length or angle go with Tc?
-- One descriptor of the same planes (polyqw query "SELECT DISTINCT name FROM descriptor" lists them) beside Tc.
-- :descriptor text = t_x_apical_angstrom | name of the descriptor
SELECT c.name AS compound, s.family, d.name AS descriptor, d.value, d.unit, t.tc_kelvin, t.tc_kind,
       t.tc_pressure_gpa, s.origin, s.source, s.id AS structure_id
FROM descriptor AS d
JOIN structure AS s ON s.id = d.structure_id
JOIN compound AS c ON c.id = s.compound_id
JOIN v_tc AS t ON t.structure_id = s.id
WHERE d.name = :descriptor AND s.superseded_by IS NULL AND t.tc_kelvin IS NOT NULL
ORDER BY d.value, compound, s.source, t.tc_kelvin
