-- How constant is lambda within one compound?
-- Number, mean and standard deviation of lambda = Tc h^2 over the measured structures of each parent compound and phase
-- of a family; a law for the family asks for one value everywhere. Wells without layers (3-D) are left out.
-- :family text = cuprate | cuprate, nickelate or iron
SELECT parent, phase, count(*) AS n_rows, avg(height_angstrom) AS mean_height_angstrom, avg(tc_kelvin) AS mean_tc_kelvin,
       avg(lambda_kelvin_angstrom2) AS mean_lambda_kelvin_angstrom2,
       stddev(lambda_kelvin_angstrom2) AS sd_lambda_kelvin_angstrom2
FROM v_law
WHERE family = :family AND origin = 'measured' AND lambda_kelvin_angstrom2 IS NOT NULL AND layered
GROUP BY parent, phase
ORDER BY mean_lambda_kelvin_angstrom2, parent, phase
