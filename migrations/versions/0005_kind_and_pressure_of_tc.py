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
# are the same: polyqw.core.structure_tc has this rule too. The views join tables and not each other, so that a search
# for one structure stays a look into an index.
IS_VALUE = "t.kind IN ('measured', 'reported') AND t.tc_kelvin > 0"
IS_OWN = """abs(coalesce(t.pressure_gpa, 0) - coalesce(s.pressure_gpa, 0))
                 <= CASE WHEN 0.05 * coalesce(s.pressure_gpa, 0) > 0.1
                         THEN 0.05 * coalesce(s.pressure_gpa, 0) ELSE 0.1 END"""
COLUMNS = f"""
           CASE WHEN {IS_VALUE} AND {IS_OWN} THEN t.tc_kelvin END AS tc_kelvin,
           CASE WHEN {IS_VALUE} AND {IS_OWN} THEN t.tc_su_kelvin END AS tc_su_kelvin,
           CASE WHEN t.kind = 'upper_bound' AND {IS_OWN} THEN t.tc_kelvin END AS tc_upper_bound_kelvin,
           CASE WHEN t.kind = 'not_observed' AND {IS_OWN} THEN t.tc_kelvin END AS tc_not_observed_kelvin,
           CASE WHEN {IS_VALUE} AND NOT {IS_OWN} THEN t.tc_kelvin END AS tc_other_pressure_kelvin"""

V_TC = f"""
    SELECT t.id AS transition_id, t.structure_id, c.name AS compound, s.source,
           s.pressure_gpa AS structure_pressure_gpa, t.pressure_gpa AS tc_pressure_gpa, t.kind AS tc_kind,{COLUMNS}
    FROM transition AS t
    JOIN compound AS c ON c.id = t.compound_id
    LEFT JOIN structure AS s ON s.id = t.structure_id
    WHERE s.superseded_by IS NULL
"""  # noqa: S608 - of the constants above

V_LAW = f"""
    SELECT s.id AS structure_id, w.id AS well_id, t.id AS transition_id, c.name AS compound, s.family, s.origin,
           s.source, w.phase, s.pressure_gpa AS structure_pressure_gpa, t.pressure_gpa AS tc_pressure_gpa,
           t.kind AS tc_kind,{COLUMNS}, w.height_angstrom,
           CASE WHEN {IS_VALUE} AND {IS_OWN}
                THEN t.tc_kelvin * w.height_angstrom * w.height_angstrom END AS lambda_kelvin_angstrom2
    FROM well AS w
    JOIN structure AS s ON s.id = w.structure_id
    JOIN compound AS c ON c.id = s.compound_id
    JOIN transition AS t ON t.structure_id = s.id
    WHERE s.superseded_by IS NULL AND w.phase <> 'mu'
"""  # noqa: S608 - of the constants above

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
