"""Write formulae as the field does, gather compounds by parent, and give SQL the answers a question looks like

Revision ID: 0007
Revises: 0006
"""
# ruff: noqa: S608 - what is put into a statement stands in this file; values are bound

import sqlalchemy as sa
from alembic import op

from polyqw.core.formula import amounts_in, parent_formula, written_formula

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ROWS_AT_ONCE = 1000

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

# A structure stands beside a printed row by the name of the compound, or by name and Tc where two rows have one name.
ROW = """FROM published_height AS p JOIN compound AS r ON r.id = p.compound_id
                WHERE p.phase = w.phase AND (s.table_row = r.name
                   OR s.table_row = r.name || ' (' || CAST(CAST(p.tc_kelvin AS INTEGER) AS TEXT) || ')')"""

LAW = """
    SELECT s.id AS structure_id, w.id AS well_id, t.id AS transition_id, c.name AS compound, c.parent, s.block,
           s.formula_written, s.family, s.origin, s.source, w.kind, w.phase, w.layered,
           s.pressure_gpa AS structure_pressure_gpa, t.pressure_gpa AS tc_pressure_gpa, t.kind AS tc_kind,{columns},
           w.height_angstrom, w.height_su_angstrom,
           CASE WHEN {is_value} AND {is_own}
                THEN t.tc_kelvin * w.height_angstrom * w.height_angstrom END AS lambda_kelvin_angstrom2,
           s.table_row AS printed,
           (SELECT min(p.height_angstrom) {row}) AS printed_height_angstrom,
           EXISTS (SELECT 1 {row} AND p.chosen) AS chosen
    FROM well AS w
    JOIN structure AS s ON s.id = w.structure_id
    JOIN compound AS c ON c.id = s.compound_id
    JOIN transition AS t ON t.structure_id = s.id
    WHERE s.superseded_by IS NULL AND w.phase <> 'mu'
"""

OF_PARENT = "WHERE o.parent = k.parent AND s.superseded_by IS NULL"
STRUCTURES = f"FROM structure AS s JOIN compound AS o ON o.id = s.compound_id {OF_PARENT}"
HEIGHTS = f"""FROM well AS w JOIN structure AS s ON s.id = w.structure_id
              JOIN compound AS o ON o.id = s.compound_id {OF_PARENT}"""
TRANSITIONS = (
    """FROM transition AS t JOIN compound AS o ON o.id = t.compound_id
              LEFT JOIN structure AS s ON s.id = t.structure_id """
    + OF_PARENT
)

# A file that was predicted before it was stored is known by the digest of its cell.
READ_LATER = """(
            SELECT min(x.id) FROM structure AS x
            WHERE x.structure_sha256 = __DIGEST__ AND x.superseded_by IS NULL)"""
DIGEST = {
    "sqlite": "json_extract(p.inputs, '$.structure_sha256')",
    "postgresql": "(p.inputs ->> 'structure_sha256')",
}

VIEWS = {
    "v_law": LAW.format(columns=COLUMNS, is_value=IS_VALUE, is_own=IS_OWN, row=ROW),
    "v_printed": """
    SELECT p.id AS published_height_id, c.name AS compound, c.parent, c.family, p.table_name, p.row_number, p.phase,
           p.height_angstrom, p.tc_kelvin,
           p.tc_kelvin * p.height_angstrom * p.height_angstrom AS lambda_kelvin_angstrom2,
           p.lambda_printed_kelvin_angstrom2, p.in_001, p.in_002, p.in_004
    FROM published_height AS p
    JOIN compound AS c ON c.id = p.compound_id
    WHERE p.chosen AND p.use = 'fit'
""",
    "v_scores": f"""
    WITH seen AS (
        SELECT p.id AS prediction_id, CASE t.kind WHEN 'reported' THEN 2 ELSE 1 END AS place, t.tc_kelvin, t.kind,
               t.pressure_gpa
        FROM prediction AS p
        JOIN structure AS s ON s.id = coalesce(p.structure_id, {READ_LATER})
        JOIN transition AS t ON t.structure_id = s.id
        WHERE p.compound_id IS NULL AND {IS_OWN}
        UNION ALL
        SELECT p.id, 1, x.tc_kelvin, 'reported', x.pressure_of_tc_gpa
        FROM prediction AS p
        JOIN pressure_point AS x ON x.compound_id = p.compound_id AND x.phase = p.phase
        WHERE x.tc_kelvin IS NOT NULL
        UNION ALL
        SELECT p.id, CASE t.kind WHEN 'reported' THEN 3 ELSE 2 END, t.tc_kelvin, t.kind, t.pressure_gpa
        FROM prediction AS p
        JOIN transition AS t ON t.compound_id = p.compound_id
        UNION ALL
        SELECT p.id, 4, q.observed_kelvin, 'reported', NULL
        FROM prediction AS p
        JOIN published_prediction AS q
          ON q.compound_id = p.compound_id AND (q.phase = p.phase OR q.phase IS NULL)
        WHERE q.observed_kelvin IS NOT NULL
    )
    SELECT p.id AS prediction_id, p.structure_id, p.target, c.name AS compound, p.phase, p.height_angstrom,
           p.lambda_kelvin_angstrom2, p.tc_kelvin, p.tc_low_kelvin, p.tc_high_kelvin, p.level, p.predicted_at,
           o.tc_kelvin AS observed_kelvin, o.kind AS observed_kind, o.pressure_gpa AS observed_pressure_gpa,
           p.tc_kelvin - o.tc_kelvin AS error_kelvin,
           CASE WHEN o.tc_kelvin IS NULL THEN 'open'
                WHEN o.kind IN ('upper_bound', 'not_observed')
                THEN CASE WHEN p.tc_low_kelvin > o.tc_kelvin THEN 'miss' ELSE 'open' END
                WHEN o.tc_kelvin BETWEEN p.tc_low_kelvin AND p.tc_high_kelvin THEN 'hit'
                ELSE 'miss' END AS outcome
    FROM prediction AS p
    LEFT JOIN compound AS c ON c.id = p.compound_id
    LEFT JOIN seen AS o ON o.prediction_id = p.id
         AND o.place = (SELECT min(e.place) FROM seen AS e WHERE e.prediction_id = p.id)
""",
    "v_compound": f"""
    SELECT k.parent, max(k.family) AS family, count(*) AS n_compositions,
           (SELECT count(*) {STRUCTURES}) AS n_structures,
           (SELECT count(*) {STRUCTURES} AND s.status = 'ok') AS n_with_wells,
           (SELECT min(w.height_angstrom) {HEIGHTS} AND w.phase = 'alpha') AS h_alpha_min_angstrom,
           (SELECT max(w.height_angstrom) {HEIGHTS} AND w.phase = 'alpha') AS h_alpha_max_angstrom,
           (SELECT min(w.height_angstrom) {HEIGHTS} AND w.phase = 'beta') AS h_beta_min_angstrom,
           (SELECT max(w.height_angstrom) {HEIGHTS} AND w.phase = 'beta') AS h_beta_max_angstrom,
           (SELECT max(t.tc_kelvin) {TRANSITIONS} AND t.kind = 'measured') AS tc_measured_max_kelvin,
           (SELECT max(t.tc_kelvin) {TRANSITIONS} AND t.kind = 'reported') AS tc_reported_max_kelvin,
           (SELECT count(*) {TRANSITIONS}) AS n_tc,
           (SELECT count(*) FROM published_height AS p JOIN compound AS o ON o.id = p.compound_id
            WHERE o.parent = k.parent) AS n_printed_heights
    FROM compound AS k
    GROUP BY k.parent
""",
}

LAW_BEFORE = f"""
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
"""

MEDIAN = """
    CREATE FUNCTION polyqw_median(double precision[]) RETURNS double precision LANGUAGE sql IMMUTABLE AS
    $$ SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY x) FROM unnest($1) AS x $$;
    CREATE AGGREGATE median(double precision)
        (SFUNC = array_append, STYPE = double precision[], FINALFUNC = polyqw_median, INITCOND = '{}')
"""


def upgrade() -> None:
    op.execute("DROP VIEW v_law")
    op.create_table(
        "composition",
        sa.Column("structure_id", sa.Integer(), nullable=False),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("amount", sa.Double(), nullable=False),
        sa.Column("fraction", sa.Double(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_composition_amount")),
        sa.CheckConstraint("fraction > 0", name=op.f("ck_composition_fraction")),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_composition_structure_id_structure"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("structure_id", "element", name=op.f("pk_composition")),
    )
    op.create_index("ix_composition_element", "composition", ["element", "amount"])
    op.execute("ALTER TABLE structure ADD COLUMN formula_written TEXT DEFAULT '' NOT NULL")
    op.execute("ALTER TABLE compound ADD COLUMN parent TEXT DEFAULT '' NOT NULL")
    op.create_index(op.f("ix_compound_parent"), "compound", ["parent"])
    _fill_structures()
    _fill_compounds()
    for name, body in VIEWS.items():
        op.execute(f"CREATE VIEW {name} AS {body.replace('__DIGEST__', DIGEST[op.get_bind().dialect.name])}")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(MEDIAN)


def downgrade() -> None:
    for name in VIEWS:
        op.execute(f"DROP VIEW {name}")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP AGGREGATE median(double precision); DROP FUNCTION polyqw_median(double precision[])")
    op.drop_index(op.f("ix_compound_parent"), "compound")
    op.execute(
        "UPDATE compound SET name = formula WHERE id IN (SELECT compound_id FROM structure) AND note IS NULL "
        "AND formula IS NOT NULL AND id NOT IN (SELECT compound_id FROM published_height)"
    )
    op.drop_column("compound", "parent")
    op.drop_column("structure", "formula_written")
    op.drop_table("composition")
    op.execute(f"CREATE VIEW v_law AS {LAW_BEFORE}")


def _fill_structures() -> None:
    """Write the formula of each structure anew, and the amounts of its elements."""
    bind = op.get_bind()
    composition = sa.table("composition", *(sa.column(c) for c in ("structure_id", "element", "amount", "fraction")))
    rows = bind.execute(sa.text("SELECT id, formula FROM structure ORDER BY id")).all()
    for start in range(0, len(rows), ROWS_AT_ONCE):
        parts, names = [], []
        for row in rows[start : start + ROWS_AT_ONCE]:
            amounts = {element: amount for element, amount in amounts_in(row.formula).items() if amount > 0}
            total = sum(amounts.values())
            names.append({"key": row.id, "name": written_formula(amounts)})
            parts += [
                {"structure_id": row.id, "element": e, "amount": x, "fraction": x / total} for e, x in amounts.items()
            ]
        bind.execute(sa.text("UPDATE structure SET formula_written = :name WHERE id = :key"), names)
        if parts:
            bind.execute(sa.insert(composition), parts)


def _fill_compounds() -> None:
    """Name the compounds that structures brought as the field does, and give every formula its parent."""
    bind = op.get_bind()
    rows = bind.execute(sa.text("SELECT id, name, formula FROM compound ORDER BY id")).all()
    taken = {row.name for row in rows}
    for row in rows:
        if row.formula is None:
            continue  # the seed names its parent
        amounts = amounts_in(row.formula)
        written = written_formula(amounts)
        name = written if row.name == row.formula and written not in taken else row.name
        taken.add(name)
        bind.execute(
            sa.text("UPDATE compound SET name = :name, parent = :parent WHERE id = :key"),
            {"name": name, "parent": parent_formula(amounts), "key": row.id},
        )
