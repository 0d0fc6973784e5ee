-- What did the ingests since a day change?
-- Structures stored since then: new ones, and those that a changed file or a new analysis brought in place of another,
-- with the height of each well before and after.
-- :since text = 2024-01-01 | day or moment, e.g. 2024-06-30 or 2024-06-30 12:00
SELECT s.stored_at, s.block, s.file, CASE WHEN o.id IS NULL THEN 'new' ELSE 'replaces' END AS change,
       o.id AS replaced_structure_id, w.phase, v.height_angstrom AS height_before_angstrom, w.height_angstrom,
       w.height_angstrom - v.height_angstrom AS difference_angstrom, s.status, s.reason, s.analysis_version,
       s.id AS structure_id
FROM structure AS s
LEFT JOIN structure AS o ON o.superseded_by = s.id
LEFT JOIN well AS w ON w.structure_id = s.id
LEFT JOIN well AS v ON v.structure_id = o.id AND v.phase = w.phase AND v.kind = w.kind
WHERE s.stored_at >= :since
ORDER BY s.stored_at DESC, s.id DESC, w.phase NULLS LAST, w.height_angstrom NULLS LAST
