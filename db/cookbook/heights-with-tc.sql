-- What heights and what Tc has a family?
-- Every well of a family beside each Tc of its structure, highest Tc first. Wells of one structure share its Tc. Tc is
-- measured or reported at the pressure of the structure, and lambda is Tc h^2 with it; bounds and Tc at other pressures
-- stand in columns of their own. The law is of layers: layered is false (0) where the planes run in several orientations.
-- :family text = cuprate | cuprate, nickelate or iron
SELECT compound, phase, layered, height_angstrom, tc_kelvin, tc_kind, lambda_kelvin_angstrom2, tc_upper_bound_kelvin,
       tc_not_observed_kelvin, tc_other_pressure_kelvin, structure_pressure_gpa, tc_pressure_gpa, origin, source, structure_id
FROM v_law
WHERE family = :family
ORDER BY tc_kelvin DESC NULLS LAST, compound, source, height_angstrom
