"""Keep bounds and other pressures apart from the Tc of a structure

Revision ID: 0005
Revises: 0004
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# A pressure that is not stated is taken for ambient. Within 0.1 GPa, or 5 % of the structure's pressure, pressures
# are the same: polyqw.core.structure_tc has this rule too.
V_TC = """
    SELECT k.transition_id, k.structure_id, k.compound, k.source, k.structure_pressure_gpa, k.tc_pressure_gpa,
           k.tc_kind,
           CASE WHEN k.own = 1 AND k.tc_kind IN ('measured', 'reported') AND k.found > 0
                THEN k.found END AS tc_kelvin,
           CASE WHEN k.own = 1 AND k.tc_kind IN ('measured', 'reported') AND k.found > 0
                THEN k.found_su END AS tc_su_kelvin,
           CASE WHEN k.own = 1 AND k.tc_kind = 'upper_bound' THEN k.found END AS tc_upper_bound_kelvin,
           CASE WHEN k.own = 1 AND k.tc_kind = 'not_observed' THEN k.found END AS tc_not_observed_kelvin,
           CASE WHEN k.own = 0 AND k.tc_kind IN ('measured', 'reported') AND k.found > 0
                THEN k.found END AS tc_other_pressure_kelvin
    FROM (
        SELECT t.id AS transition_id, t.structure_id, c.name AS compound, s.source,
               s.pressure_gpa AS structure_pressure_gpa, t.pressure_gpa AS tc_pressure_gpa, t.kind AS tc_kind,
               t.tc_kelvin AS found, t.tc_su_kelvin AS found_su,
               CASE WHEN abs(coalesce(t.pressure_gpa, 0) - coalesce(s.pressure_gpa, 0))
                         <= CASE WHEN 0.05 * coalesce(s.pressure_gpa, 0) > 0.1
                                 THEN 0.05 * coalesce(s.pressure_gpa, 0) ELSE 0.1 END
                    THEN 1 ELSE 0 END AS own
        FROM transition AS t
        JOIN compound AS c ON c.id = t.compound_id
        LEFT JOIN structure AS s ON s.id = t.structure_id
        WHERE s.superseded_by IS NULL
    ) AS k
"""

V_LAW = """
    SELECT s.id AS structure_id, w.id AS well_id, t.transition_id, c.name AS compound, s.family, s.origin, s.source,
           w.phase, s.pressure_gpa AS structure_pressure_gpa, t.tc_pressure_gpa, t.tc_kelvin, t.tc_kind,
           t.tc_upper_bound_kelvin, t.tc_not_observed_kelvin, t.tc_other_pressure_kelvin, w.height_angstrom,
           t.tc_kelvin * w.height_angstrom * w.height_angstrom AS lambda_kelvin_angstrom2
    FROM well AS w
    JOIN structure AS s ON s.id = w.structure_id
    JOIN compound AS c ON c.id = s.compound_id
    JOIN v_tc AS t ON t.structure_id = s.id
    WHERE s.superseded_by IS NULL AND w.phase <> 'mu'
"""

V_LAW_BEFORE = """
    SELECT s.id AS structure_id, w.id AS well_id, t.id AS transition_id, c.name AS compound, s.family,
           s.origin, s.source, w.phase, s.pressure_gpa AS structure_pressure_gpa,
           t.pressure_gpa AS tc_pressure_gpa, t.tc_kelvin, t.kind AS tc_kind, w.height_angstrom,
           CASE WHEN t.kind IN ('measured', 'reported')
                THEN t.tc_kelvin * w.height_angstrom * w.height_angstrom END AS lambda_kelvin_angstrom2
    FROM well AS w
    JOIN structure AS s ON s.id = w.structure_id
    JOIN compound AS c ON c.id = s.compound_id
    JOIN transition AS t ON t.structure_id = s.id
    WHERE s.superseded_by IS NULL AND w.phase <> 'mu'
"""


def upgrade() -> None:
    op.execute("DROP VIEW v_law")
    op.execute(f"CREATE VIEW v_tc AS {V_TC}")
    op.execute(f"CREATE VIEW v_law AS {V_LAW}")


def downgrade() -> None:
    op.execute("DROP VIEW v_law")
    op.execute("DROP VIEW v_tc")
    op.execute(f"CREATE VIEW v_law AS {V_LAW_BEFORE}")
