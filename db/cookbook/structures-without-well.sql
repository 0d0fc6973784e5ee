-- Which structures have no well, and why?
-- Every structure without a well and every file that gave no structure, with the reason; a full listing.
SELECT reason, status, file, block, message, structure_id
FROM v_failures
ORDER BY reason, file, block
