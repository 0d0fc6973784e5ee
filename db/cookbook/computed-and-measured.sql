-- How far are computed cells from measured ones?
-- Heights of one compound by origin (measured, dft, idealised, constructed ...), each against the mean of the measured
-- structures for the same well. Null where none is measured.
-- :compound text = YBa2Cu3O7-d | compound, as the papers print it or as the formula of a structure
WITH found AS (
    SELECT s.id AS structure_id, s.block, s.origin, s.method, s.source, w.phase, w.height_angstrom
    FROM compound AS c
    JOIN structure AS s ON s.compound_id = c.id OR s.table_row = c.name
    JOIN well AS w ON w.structure_id = s.id
    WHERE c.name = :compound AND coalesce(s.superseded_by, 0) = 0
),
measured AS (
    SELECT phase, avg(height_angstrom) AS mean_angstrom, count(*) AS n FROM found WHERE origin = 'measured' GROUP BY phase
)
SELECT f.phase, f.origin, f.block, f.method, f.height_angstrom, m.mean_angstrom AS measured_mean_angstrom,
       m.n AS n_measured, 100 * (f.height_angstrom - m.mean_angstrom) / m.mean_angstrom AS difference_percent,
       f.source, f.structure_id
FROM found AS f
LEFT JOIN measured AS m ON m.phase = f.phase
ORDER BY f.phase, f.origin, f.block
