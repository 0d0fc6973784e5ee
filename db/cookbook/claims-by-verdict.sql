-- Which statements of the papers did not come out?
-- Claims with one verdict. Verdicts stand in the database after a run of polyqw claims.
-- :verdict text = not_reproduced | reproduced, approximate, not_reproduced, contradiction, ambiguous or input
SELECT key, source, place, statement, stated, unit, tolerance, CAST(recomputed AS TEXT) AS recomputed, note
FROM v_claims
WHERE verdict = :verdict
ORDER BY claim_id
