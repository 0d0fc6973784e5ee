-- What do heights say of the neutron resonance?
-- Modes of one compound: printed and measured energies, and the energy that scales as 1/h^2 from the anchor, once with
-- the heights of the text and once with those of the table.
-- :compound text = CaKFe4As4 | compound, as the papers print it
SELECT c.name AS compound, m.phase, m.parity, m.is_anchor, m.height_text_angstrom, m.height_table_angstrom,
       m.energy_published_mev, m.energy_measured_mev,
       a.energy_published_mev * (a.height_text_angstrom * a.height_text_angstrom)
           / (m.height_text_angstrom * m.height_text_angstrom) AS energy_from_text_mev,
       a.energy_published_mev * (a.height_table_angstrom * a.height_table_angstrom)
           / (m.height_table_angstrom * m.height_table_angstrom) AS energy_from_table_mev,
       r.key AS printed_in, m.source AS printed_where, e.key AS measured_in, e.doi
FROM compound AS c
JOIN resonance AS m ON m.compound_id = c.id
JOIN resonance AS a ON a.compound_id = c.id AND a.is_anchor
JOIN reference AS r ON r.id = m.reference_id
JOIN reference AS e ON e.id = m.experiment_id
WHERE c.name = :compound
ORDER BY m.phase
