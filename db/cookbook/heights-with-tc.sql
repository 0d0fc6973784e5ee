-- What heights and what Tc has a family?
-- Every well of a family beside each Tc that came with its structure, highest Tc first. Wells of one structure share
-- its Tc; lambda is Tc h^2 of each of them, and null for bounds.
-- :family text = cuprate | cuprate, nickelate or iron
SELECT compound, phase, height_angstrom, tc_kelvin, tc_kind, lambda_kelvin_angstrom2, structure_pressure_gpa,
       tc_pressure_gpa, origin, source, structure_id
FROM v_law
WHERE family = :family
ORDER BY tc_kelvin DESC, compound, source, height_angstrom
