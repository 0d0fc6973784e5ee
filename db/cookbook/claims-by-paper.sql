-- How do the claims of each paper fare?
-- Claims by paper and verdict, as last computed by polyqw claims or polyqw report.
SELECT substr(source, 1, 10) AS paper, verdict, count(*) AS n_claims
FROM v_claims
WHERE verdict IS NOT NULL
GROUP BY substr(source, 1, 10), verdict
ORDER BY paper, n_claims DESC, verdict
