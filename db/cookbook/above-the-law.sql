-- Which Tc lie above lambda/h^2?
-- The lowest well of a structure gives the highest Tc that the law allows it; listed are measured and reported Tc at the
-- pressure of the structure above that, largest excess first. Wells without layers (3-D) are left out.
-- :family text = cuprate | cuprate, nickelate or iron
-- :lambda number = 1320 | lambda of the law (K Å²); the papers print 1320 for oxides and 400 for iron
WITH lowest AS (
    SELECT structure_id, transition_id, compound, origin, source, tc_kelvin, tc_kind,
           min(height_angstrom) AS lowest_height_angstrom
    FROM v_law
    WHERE family = :family AND tc_kelvin IS NOT NULL AND layered
    GROUP BY structure_id, transition_id, compound, origin, source, tc_kelvin, tc_kind
),
law AS (
    SELECT lowest.*,
           CAST(:lambda AS DOUBLE PRECISION) / (lowest_height_angstrom * lowest_height_angstrom) AS tc_law_kelvin
    FROM lowest
)
SELECT compound, lowest_height_angstrom, tc_kelvin, tc_law_kelvin, tc_kelvin - tc_law_kelvin AS excess_kelvin, tc_kind,
       origin, source, structure_id
FROM law
WHERE tc_kelvin > tc_law_kelvin
ORDER BY excess_kelvin DESC, compound, source
