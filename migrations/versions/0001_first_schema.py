"""Lay the first schema: structures, wells, transitions, published numbers, predictions

Revision ID: 0001
Revises: nothing
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Current structures only. Values of different kinds of Tc, and of different tables, are never merged.
VIEWS = {
    "v_wells": """
        SELECT s.id AS structure_id, w.id AS well_id, c.name AS compound, s.formula, s.family, s.origin,
               s.source, s.block, s.table_row, s.pressure_gpa, s.temperature_kelvin, w.kind, w.phase,
               w.height_angstrom, w.height_su_angstrom, w.plane_metal, w.multiplicity, w.n_faces,
               w.volume_angstrom3, w.layered
        FROM well AS w
        JOIN structure AS s ON s.id = w.structure_id
        JOIN compound AS c ON c.id = s.compound_id
        WHERE s.superseded_by IS NULL
    """,
    "v_law": """
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
    """,
    "v_predictions": """
        SELECT p.id AS prediction_id, p.target, c.name AS compound, p.phase, p.height_angstrom,
               p.lambda_kelvin_angstrom2, p.tc_kelvin, p.tc_low_kelvin, p.tc_high_kelvin, p.level,
               p.code_version, p.predicted_at, f.family AS fit_family, f.wells AS fit_wells,
               f.n_rows AS fit_n_rows
        FROM prediction AS p
        LEFT JOIN compound AS c ON c.id = p.compound_id
        LEFT JOIN fit AS f ON f.id = p.fit_id
    """,
    "v_failures": """
        SELECT i.file, i.block, i.status, i.reason, i.message, NULL AS structure_id FROM ingest_issue AS i
        UNION ALL
        SELECT s.file, s.block, s.status, s.reason, s.message, s.id AS structure_id
        FROM structure AS s
        WHERE s.status <> 'ok' AND s.superseded_by IS NULL
    """,
}

REFUSAL = "predictions are append-only"


def _make_predictions_append_only() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION polyqw_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        op.execute(
            "CREATE TRIGGER prediction_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON prediction "
            "FOR EACH STATEMENT EXECUTE FUNCTION polyqw_refuse_change()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER prediction_refuse_{verb.lower()} BEFORE {verb} ON prediction "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
    # INSERT OR REPLACE deletes a row without a word to the trigger above where recursive_triggers is off.
    op.execute(
        "CREATE TRIGGER prediction_refuse_replace BEFORE INSERT ON prediction "
        "WHEN EXISTS (SELECT 1 FROM prediction WHERE id = NEW.id OR input_sha256 = NEW.input_sha256) "
        "BEGIN SELECT RAISE(ABORT, 'predictions are append-only'); END"
    )


def _drop_append_only() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER prediction_append_only ON prediction")
        op.execute("DROP FUNCTION polyqw_refuse_change()")
        return
    for verb in ("update", "delete", "replace"):
        op.execute(f"DROP TRIGGER prediction_refuse_{verb}")


def upgrade() -> None:
    op.create_table(
        "column_metadata",
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("column_name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("table_name", "column_name", name=op.f("pk_column_metadata")),
    )
    op.create_table(
        "compound",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("formula", sa.Text(), nullable=True),
        sa.Column("family", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "family IN ('cuprate', 'nickelate', 'iron', 'element', 'kagome')", name=op.f("ck_compound_family")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compound")),
        sa.UniqueConstraint("formula", name=op.f("uq_compound_formula")),
        sa.UniqueConstraint("name", name=op.f("uq_compound_name")),
    )
    op.create_table(
        "correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("structure_sha256", sa.Text(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("column_name", sa.Text(), nullable=False),
        sa.Column("old_value", sa.Text(), nullable=True),
        sa.Column("new_value", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("table_name IN ('structure', 'transition')", name=op.f("ck_correction_table_name")),
        sa.CheckConstraint("length(structure_sha256) = 64", name=op.f("ck_correction_structure_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    op.create_index("ix_correction_structure_sha256", "correction", ["structure_sha256"])

    op.create_table(
        "fit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("family", sa.Text(), nullable=False),
        sa.Column("wells", sa.Text(), nullable=False),
        sa.Column("n_rows", sa.Integer(), nullable=False),
        sa.Column("lambda_mean_kelvin_angstrom2", sa.Double(), nullable=False),
        sa.Column("lambda_sd_kelvin_angstrom2", sa.Double(), nullable=True),
        sa.Column("results", sa.JSON(), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("code_version", sa.Text(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=True),
        sa.Column("input_sha256", sa.Text(), nullable=False),
        sa.Column("fitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "family IN ('cuprate', 'nickelate', 'iron', 'element', 'kagome')", name=op.f("ck_fit_family")
        ),
        sa.CheckConstraint("wells IN ('chosen', 'alpha', 'beta', 'best')", name=op.f("ck_fit_wells")),
        sa.CheckConstraint("lambda_mean_kelvin_angstrom2 > 0", name=op.f("ck_fit_lambda_mean_kelvin_angstrom2")),
        sa.CheckConstraint("lambda_sd_kelvin_angstrom2 >= 0", name=op.f("ck_fit_lambda_sd_kelvin_angstrom2")),
        sa.CheckConstraint("length(input_sha256) = 64", name=op.f("ck_fit_input_sha256")),
        sa.CheckConstraint("n_rows > 0", name=op.f("ck_fit_n_rows")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fit")),
        sa.UniqueConstraint("input_sha256", name=op.f("uq_fit_input_sha256")),
    )
    op.create_table(
        "ingest_issue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("block", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('rejected', 'failed')", name=op.f("ck_ingest_issue_status")),
        sa.CheckConstraint("length(file_sha256) = 64", name=op.f("ck_ingest_issue_file_sha256")),
        sa.CheckConstraint("seconds >= 0", name=op.f("ck_ingest_issue_seconds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ingest_issue")),
        sa.UniqueConstraint("file", "block", name=op.f("uq_ingest_issue_file_block")),
    )
    op.create_index("ix_ingest_issue_reason", "ingest_issue", ["reason"])

    op.create_table(
        "reference",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("authors", sa.Text(), nullable=True),
        sa.Column("date", sa.Text(), nullable=True),
        sa.Column("citation", sa.Text(), nullable=True),
        sa.Column("doi", sa.Text(), nullable=True),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('paper', 'experiment', 'theory')", name=op.f("ck_reference_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reference")),
        sa.UniqueConstraint("doi", name=op.f("uq_reference_doi")),
        sa.UniqueConstraint("key", name=op.f("uq_reference_key")),
    )
    op.create_table(
        "source_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.Text(), nullable=False),
        sa.Column("analysis_version", sa.Text(), nullable=False),
        sa.Column("tolerances_sha256", sa.Text(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(file_sha256) = 64", name=op.f("ck_source_file_file_sha256")),
        sa.CheckConstraint("length(tolerances_sha256) = 64", name=op.f("ck_source_file_tolerances_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_file")),
        sa.UniqueConstraint("file", name=op.f("uq_source_file_file")),
    )
    op.create_index(
        "ix_source_file_file_sha256", "source_file", ["file_sha256", "analysis_version", "tolerances_sha256"]
    )

    op.create_table(
        "pressure_point",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("compound_id", sa.Integer(), nullable=False),
        sa.Column("pressure_from_gpa", sa.Double(), nullable=False),
        sa.Column("pressure_to_gpa", sa.Double(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=True),
        sa.Column("tc_kelvin", sa.Double(), nullable=True),
        sa.Column("pressure_of_tc_gpa", sa.Double(), nullable=True),
        sa.Column("reference_id", sa.Integer(), nullable=False),
        sa.Column("experiment_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint("phase IN ('alpha', 'beta', 'gamma', 'mu')", name=op.f("ck_pressure_point_phase")),
        sa.CheckConstraint("state IN ('SC-I', 'SC-II', 'insulating')", name=op.f("ck_pressure_point_state")),
        sa.CheckConstraint("pressure_from_gpa >= 0", name=op.f("ck_pressure_point_pressure_from_gpa")),
        sa.CheckConstraint(
            "pressure_of_tc_gpa BETWEEN pressure_from_gpa AND coalesce(pressure_to_gpa, pressure_of_tc_gpa)",
            name=op.f("ck_pressure_point_pressure_of_tc_gpa"),
        ),
        sa.CheckConstraint("pressure_to_gpa > pressure_from_gpa", name=op.f("ck_pressure_point_pressure_to_gpa")),
        sa.CheckConstraint("tc_kelvin >= 0", name=op.f("ck_pressure_point_tc_kelvin")),
        sa.ForeignKeyConstraint(["compound_id"], ["compound.id"], name=op.f("fk_pressure_point_compound_id")),
        sa.ForeignKeyConstraint(["experiment_id"], ["reference.id"], name=op.f("fk_pressure_point_experiment_id")),
        sa.ForeignKeyConstraint(["reference_id"], ["reference.id"], name=op.f("fk_pressure_point_reference_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pressure_point")),
        sa.UniqueConstraint(
            "compound_id", "pressure_from_gpa", name=op.f("uq_pressure_point_compound_id_pressure_from_gpa")
        ),
    )
    op.create_table(
        "published_height",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("compound_id", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("formula_printed", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("height_angstrom", sa.Double(), nullable=False),
        sa.Column("tc_kelvin", sa.Double(), nullable=False),
        sa.Column("chosen", sa.Boolean(), nullable=False),
        sa.Column("lambda_printed_kelvin_angstrom2", sa.Double(), nullable=True),
        sa.Column("use", sa.Text(), nullable=False),
        sa.Column("in_001", sa.Boolean(), nullable=False),
        sa.Column("in_002", sa.Boolean(), nullable=False),
        sa.Column("in_004", sa.Boolean(), nullable=False),
        sa.Column("reference_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint("phase IN ('alpha', 'beta', 'gamma', 'mu')", name=op.f("ck_published_height_phase")),
        sa.CheckConstraint("table_name IN ('cuprates', 'iron')", name=op.f("ck_published_height_table_name")),
        sa.CheckConstraint("use IN ('fit', 'prediction')", name=op.f("ck_published_height_use")),
        sa.CheckConstraint(
            "(lambda_printed_kelvin_angstrom2 IS NOT NULL) = chosen",
            name=op.f("ck_published_height_lambda_chosen"),
        ),
        sa.CheckConstraint("height_angstrom > 0", name=op.f("ck_published_height_height_angstrom")),
        sa.CheckConstraint(
            "lambda_printed_kelvin_angstrom2 > 0",
            name=op.f("ck_published_height_lambda_printed_kelvin_angstrom2"),
        ),
        sa.CheckConstraint("row_number > 0", name=op.f("ck_published_height_row_number")),
        sa.CheckConstraint("tc_kelvin > 0", name=op.f("ck_published_height_tc_kelvin")),
        sa.ForeignKeyConstraint(["compound_id"], ["compound.id"], name=op.f("fk_published_height_compound_id")),
        sa.ForeignKeyConstraint(["reference_id"], ["reference.id"], name=op.f("fk_published_height_reference_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_height")),
        sa.UniqueConstraint(
            "table_name", "row_number", "phase", name=op.f("uq_published_height_table_name_row_number_phase")
        ),
    )
    op.create_index("ix_published_height_compound_id", "published_height", ["compound_id"])

    op.create_table(
        "published_prediction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("prediction_set", sa.Text(), nullable=False),
        sa.Column("compound_id", sa.Integer(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=True),
        sa.Column("height_angstrom", sa.Double(), nullable=True),
        sa.Column("lambda_kelvin_angstrom2", sa.Double(), nullable=True),
        sa.Column("tc_kelvin", sa.Double(), nullable=True),
        sa.Column("delta_tc_kelvin", sa.Double(), nullable=True),
        sa.Column("observed_kelvin", sa.Double(), nullable=True),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("reference_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint("phase IN ('alpha', 'beta', 'gamma', 'mu')", name=op.f("ck_published_prediction_phase")),
        sa.CheckConstraint(
            "prediction_set IN ('nickelates', 'k08feyse2', 'bkfa', 'fese')",
            name=op.f("ck_published_prediction_prediction_set"),
        ),
        sa.CheckConstraint("delta_tc_kelvin > 0", name=op.f("ck_published_prediction_delta_tc_kelvin")),
        sa.CheckConstraint("height_angstrom > 0", name=op.f("ck_published_prediction_height_angstrom")),
        sa.CheckConstraint(
            "lambda_kelvin_angstrom2 > 0", name=op.f("ck_published_prediction_lambda_kelvin_angstrom2")
        ),
        sa.CheckConstraint("observed_kelvin > 0", name=op.f("ck_published_prediction_observed_kelvin")),
        sa.CheckConstraint("tc_kelvin > 0", name=op.f("ck_published_prediction_tc_kelvin")),
        sa.ForeignKeyConstraint(["compound_id"], ["compound.id"], name=op.f("fk_published_prediction_compound_id")),
        sa.ForeignKeyConstraint(
            ["reference_id"], ["reference.id"], name=op.f("fk_published_prediction_reference_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_prediction")),
        sa.UniqueConstraint("key", name=op.f("uq_published_prediction_key")),
    )
    op.create_index("ix_published_prediction_compound_id", "published_prediction", ["compound_id"])
    op.create_index("ix_published_prediction_prediction_set", "published_prediction", ["prediction_set"])

    op.create_table(
        "resonance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("compound_id", sa.Integer(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("height_text_angstrom", sa.Double(), nullable=False),
        sa.Column("height_table_angstrom", sa.Double(), nullable=False),
        sa.Column("energy_published_mev", sa.Double(), nullable=False),
        sa.Column("energy_measured_mev", sa.Double(), nullable=True),
        sa.Column("is_anchor", sa.Boolean(), nullable=False),
        sa.Column("parity", sa.Text(), nullable=False),
        sa.Column("pair_distance_angstrom", sa.Double(), nullable=False),
        sa.Column("bilayer_angstrom", sa.Double(), nullable=False),
        sa.Column("c_angstrom", sa.Double(), nullable=False),
        sa.Column("reference_id", sa.Integer(), nullable=False),
        sa.Column("experiment_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint("parity IN ('even', 'odd')", name=op.f("ck_resonance_parity")),
        sa.CheckConstraint("phase IN ('alpha', 'beta', 'gamma', 'mu')", name=op.f("ck_resonance_phase")),
        sa.CheckConstraint("bilayer_angstrom > 0", name=op.f("ck_resonance_bilayer_angstrom")),
        sa.CheckConstraint("c_angstrom > 0", name=op.f("ck_resonance_c_angstrom")),
        sa.CheckConstraint("energy_measured_mev > 0", name=op.f("ck_resonance_energy_measured_mev")),
        sa.CheckConstraint("energy_published_mev > 0", name=op.f("ck_resonance_energy_published_mev")),
        sa.CheckConstraint("height_table_angstrom > 0", name=op.f("ck_resonance_height_table_angstrom")),
        sa.CheckConstraint("height_text_angstrom > 0", name=op.f("ck_resonance_height_text_angstrom")),
        sa.CheckConstraint("pair_distance_angstrom > 0", name=op.f("ck_resonance_pair_distance_angstrom")),
        sa.ForeignKeyConstraint(["compound_id"], ["compound.id"], name=op.f("fk_resonance_compound_id")),
        sa.ForeignKeyConstraint(["experiment_id"], ["reference.id"], name=op.f("fk_resonance_experiment_id")),
        sa.ForeignKeyConstraint(["reference_id"], ["reference.id"], name=op.f("fk_resonance_reference_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resonance")),
        sa.UniqueConstraint("compound_id", "phase", name=op.f("uq_resonance_compound_id_phase")),
    )
    op.create_table(
        "structure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("compound_id", sa.Integer(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("block", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.Text(), nullable=False),
        sa.Column("structure_sha256", sa.Text(), nullable=False),
        sa.Column("formula", sa.Text(), nullable=False),
        sa.Column("formula_declared", sa.Text(), nullable=True),
        sa.Column("space_group", sa.Text(), nullable=True),
        sa.Column("space_group_number", sa.Integer(), nullable=True),
        sa.Column("a_angstrom", sa.Double(), nullable=False),
        sa.Column("b_angstrom", sa.Double(), nullable=False),
        sa.Column("c_angstrom", sa.Double(), nullable=False),
        sa.Column("alpha_degrees", sa.Double(), nullable=False),
        sa.Column("beta_degrees", sa.Double(), nullable=False),
        sa.Column("gamma_degrees", sa.Double(), nullable=False),
        sa.Column("volume_angstrom3", sa.Double(), nullable=False),
        sa.Column("lattice_angstrom", sa.JSON(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("doi", sa.Text(), nullable=True),
        sa.Column("citation", sa.Text(), nullable=True),
        sa.Column("temperature_kelvin", sa.Double(), nullable=True),
        sa.Column("pressure_gpa", sa.Double(), nullable=True),
        sa.Column("pressure_note", sa.Text(), nullable=True),
        sa.Column("doping", sa.Double(), nullable=True),
        sa.Column("table_row", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("parser", sa.Text(), nullable=False),
        sa.Column("parser_warnings", sa.JSON(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("family", sa.Text(), nullable=True),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=True),
        sa.Column("analysis_version", sa.Text(), nullable=False),
        sa.Column("tolerances", sa.JSON(), nullable=False),
        sa.Column("superseded_by", sa.Integer(), nullable=True),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "family IN ('cuprate', 'nickelate', 'iron', 'element', 'kagome')",
            name=op.f("ck_structure_family"),
        ),
        sa.CheckConstraint(
            "origin IN ('measured', 'idealised', 'constructed', 'synthetic_doped', 'dft', 'unknown')",
            name=op.f("ck_structure_origin"),
        ),
        sa.CheckConstraint("status = 'ok' OR reason IS NOT NULL", name=op.f("ck_structure_reason")),
        sa.CheckConstraint("status IN ('ok', 'no_well', 'rejected', 'failed')", name=op.f("ck_structure_status")),
        sa.CheckConstraint("a_angstrom > 0", name=op.f("ck_structure_a_angstrom")),
        sa.CheckConstraint("alpha_degrees > 0 AND alpha_degrees < 180", name=op.f("ck_structure_alpha_degrees")),
        sa.CheckConstraint("b_angstrom > 0", name=op.f("ck_structure_b_angstrom")),
        sa.CheckConstraint("beta_degrees > 0 AND beta_degrees < 180", name=op.f("ck_structure_beta_degrees")),
        sa.CheckConstraint("c_angstrom > 0", name=op.f("ck_structure_c_angstrom")),
        sa.CheckConstraint("gamma_degrees > 0 AND gamma_degrees < 180", name=op.f("ck_structure_gamma_degrees")),
        sa.CheckConstraint("length(file_sha256) = 64", name=op.f("ck_structure_file_sha256")),
        sa.CheckConstraint("length(structure_sha256) = 64", name=op.f("ck_structure_structure_sha256")),
        sa.CheckConstraint("space_group_number BETWEEN 1 AND 230", name=op.f("ck_structure_space_group_number")),
        sa.CheckConstraint("superseded_by <> id", name=op.f("ck_structure_superseded_by")),
        sa.CheckConstraint("temperature_kelvin >= 0", name=op.f("ck_structure_temperature_kelvin")),
        sa.CheckConstraint("volume_angstrom3 > 0", name=op.f("ck_structure_volume_angstrom3")),
        sa.ForeignKeyConstraint(["compound_id"], ["compound.id"], name=op.f("fk_structure_compound_id")),
        sa.ForeignKeyConstraint(["superseded_by"], ["structure.id"], name=op.f("fk_structure_superseded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_structure")),
        sa.UniqueConstraint("file_sha256", "block", name=op.f("uq_structure_file_sha256_block")),
    )
    op.create_index("ix_structure_block", "structure", ["block"])
    op.create_index("ix_structure_compound_id", "structure", ["compound_id"])
    op.create_index("ix_structure_family", "structure", ["family"])
    op.create_index("ix_structure_formula", "structure", ["formula"])
    op.create_index("ix_structure_source", "structure", ["source"])
    op.create_index("ix_structure_structure_sha256", "structure", ["structure_sha256"])
    op.create_index("ix_structure_superseded_by", "structure", ["superseded_by"])
    op.create_index("ix_structure_table_row", "structure", ["table_row"])

    op.create_table(
        "descriptor",
        sa.Column("structure_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_descriptor_structure_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("structure_id", "name", name=op.f("pk_descriptor")),
    )
    op.create_index("ix_descriptor_name", "descriptor", ["name", "value"])

    op.create_table(
        "prediction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fit_id", sa.Integer(), nullable=True),
        sa.Column("compound_id", sa.Integer(), nullable=True),
        sa.Column("structure_id", sa.Integer(), nullable=True),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("height_angstrom", sa.Double(), nullable=False),
        sa.Column("height_su_angstrom", sa.Double(), nullable=True),
        sa.Column("lambda_kelvin_angstrom2", sa.Double(), nullable=False),
        sa.Column("tc_kelvin", sa.Double(), nullable=False),
        sa.Column("tc_low_kelvin", sa.Double(), nullable=False),
        sa.Column("tc_high_kelvin", sa.Double(), nullable=False),
        sa.Column("level", sa.Double(), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("code_version", sa.Text(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=True),
        sa.Column("input_sha256", sa.Text(), nullable=False),
        sa.Column("predicted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("height_angstrom > 0", name=op.f("ck_prediction_height_angstrom")),
        sa.CheckConstraint("height_su_angstrom >= 0", name=op.f("ck_prediction_height_su_angstrom")),
        sa.CheckConstraint("lambda_kelvin_angstrom2 > 0", name=op.f("ck_prediction_lambda_kelvin_angstrom2")),
        sa.CheckConstraint("length(input_sha256) = 64", name=op.f("ck_prediction_input_sha256")),
        sa.CheckConstraint("level > 0 AND level < 1", name=op.f("ck_prediction_level")),
        sa.CheckConstraint("tc_high_kelvin >= tc_low_kelvin", name=op.f("ck_prediction_tc_high_kelvin")),
        sa.CheckConstraint("tc_kelvin > 0", name=op.f("ck_prediction_tc_kelvin")),
        sa.CheckConstraint("tc_low_kelvin >= 0", name=op.f("ck_prediction_tc_low_kelvin")),
        sa.ForeignKeyConstraint(["compound_id"], ["compound.id"], name=op.f("fk_prediction_compound_id")),
        sa.ForeignKeyConstraint(["fit_id"], ["fit.id"], name=op.f("fk_prediction_fit_id")),
        sa.ForeignKeyConstraint(["structure_id"], ["structure.id"], name=op.f("fk_prediction_structure_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prediction")),
        sa.UniqueConstraint("input_sha256", name=op.f("uq_prediction_input_sha256")),
    )
    op.create_index("ix_prediction_compound_id", "prediction", ["compound_id"])
    op.create_index("ix_prediction_fit_id", "prediction", ["fit_id"])
    op.create_index("ix_prediction_structure_id", "prediction", ["structure_id"])
    op.create_index("ix_prediction_target", "prediction", ["target"])

    op.create_table(
        "site",
        sa.Column("structure_id", sa.Integer(), nullable=False),
        sa.Column("site_index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("species", sa.JSON(), nullable=False),
        sa.Column("occupancy", sa.Double(), nullable=False),
        sa.Column("frac_x", sa.Double(), nullable=False),
        sa.Column("frac_y", sa.Double(), nullable=False),
        sa.Column("frac_z", sa.Double(), nullable=False),
        sa.CheckConstraint("occupancy > 0", name=op.f("ck_site_occupancy")),
        sa.CheckConstraint("site_index >= 0", name=op.f("ck_site_site_index")),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_site_structure_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("structure_id", "site_index", name=op.f("pk_site")),
    )
    op.create_index("ix_site_element", "site", ["element"])

    op.create_table(
        "source_block",
        sa.Column("source_file_id", sa.Integer(), nullable=False),
        sa.Column("block", sa.Text(), nullable=False),
        sa.Column("structure_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_file_id"],
            ["source_file.id"],
            name=op.f("fk_source_block_source_file_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["structure_id"], ["structure.id"], name=op.f("fk_source_block_structure_id")),
        sa.PrimaryKeyConstraint("source_file_id", "block", name=op.f("pk_source_block")),
    )
    op.create_index("ix_source_block_structure_id", "source_block", ["structure_id"])

    op.create_table(
        "transition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("compound_id", sa.Integer(), nullable=False),
        sa.Column("structure_id", sa.Integer(), nullable=True),
        sa.Column("tc_kelvin", sa.Double(), nullable=False),
        sa.Column("tc_su_kelvin", sa.Double(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=True),
        sa.Column("pressure_gpa", sa.Double(), nullable=True),
        sa.Column("doping", sa.Double(), nullable=True),
        sa.Column("reference_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('measured', 'upper_bound', 'not_observed', 'reported')", name=op.f("ck_transition_kind")
        ),
        sa.CheckConstraint("pressure_gpa >= 0", name=op.f("ck_transition_pressure_gpa")),
        sa.CheckConstraint("tc_kelvin >= 0", name=op.f("ck_transition_tc_kelvin")),
        sa.CheckConstraint("tc_su_kelvin >= 0", name=op.f("ck_transition_tc_su_kelvin")),
        sa.ForeignKeyConstraint(["compound_id"], ["compound.id"], name=op.f("fk_transition_compound_id")),
        sa.ForeignKeyConstraint(["reference_id"], ["reference.id"], name=op.f("fk_transition_reference_id")),
        sa.ForeignKeyConstraint(["structure_id"], ["structure.id"], name=op.f("fk_transition_structure_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transition")),
        sa.UniqueConstraint("key", name=op.f("uq_transition_key")),
    )
    op.create_index("ix_transition_compound_id", "transition", ["compound_id"])
    op.create_index("ix_transition_reference_id", "transition", ["reference_id"])
    op.create_index("ix_transition_structure_id", "transition", ["structure_id"])
    op.create_index("ix_transition_tc_kelvin", "transition", ["tc_kelvin"])

    op.create_table(
        "well",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("structure_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("height_angstrom", sa.Double(), nullable=False),
        sa.Column("height_min_angstrom", sa.Double(), nullable=False),
        sa.Column("height_max_angstrom", sa.Double(), nullable=False),
        sa.Column("height_su_angstrom", sa.Double(), nullable=True),
        sa.Column("apex_distance_angstrom", sa.Double(), nullable=False),
        sa.Column("height_along_c_angstrom", sa.Double(), nullable=False),
        sa.Column("column_spread_angstrom", sa.Double(), nullable=False),
        sa.Column("apices", sa.JSON(), nullable=False),
        sa.Column("plane_metal", sa.Text(), nullable=False),
        sa.Column("multiplicity", sa.Integer(), nullable=False),
        sa.Column("n_vertices", sa.Integer(), nullable=False),
        sa.Column("n_faces", sa.Integer(), nullable=False),
        sa.Column("n_edges", sa.Integer(), nullable=False),
        sa.Column("coplanar_tolerance_degrees", sa.Double(), nullable=False),
        sa.Column("max_fold_degrees", sa.Double(), nullable=True),
        sa.Column("volume_angstrom3", sa.Double(), nullable=False),
        sa.Column("layered", sa.Boolean(), nullable=False),
        sa.Column("normal_x", sa.Double(), nullable=False),
        sa.Column("normal_y", sa.Double(), nullable=False),
        sa.Column("normal_z", sa.Double(), nullable=False),
        sa.Column("electron_x_angstrom", sa.Double(), nullable=False),
        sa.Column("electron_y_angstrom", sa.Double(), nullable=False),
        sa.Column("electron_z_angstrom", sa.Double(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('octahedron', 'nonahedron', 'tridecahedron', 'tetrahedron')", name=op.f("ck_well_kind")
        ),
        sa.CheckConstraint("phase IN ('alpha', 'beta', 'gamma', 'mu')", name=op.f("ck_well_phase")),
        sa.CheckConstraint("height_angstrom > 0", name=op.f("ck_well_height_angstrom")),
        sa.CheckConstraint("height_max_angstrom >= height_min_angstrom", name=op.f("ck_well_height_max_angstrom")),
        sa.CheckConstraint("column_spread_angstrom >= 0", name=op.f("ck_well_column_spread_angstrom")),
        sa.CheckConstraint("height_min_angstrom > 0", name=op.f("ck_well_height_min_angstrom")),
        sa.CheckConstraint("height_su_angstrom >= 0", name=op.f("ck_well_height_su_angstrom")),
        sa.CheckConstraint("multiplicity > 0", name=op.f("ck_well_multiplicity")),
        sa.CheckConstraint("n_edges > 0", name=op.f("ck_well_n_edges")),
        sa.CheckConstraint("n_faces > 0", name=op.f("ck_well_n_faces")),
        sa.CheckConstraint("volume_angstrom3 > 0", name=op.f("ck_well_volume_angstrom3")),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_well_structure_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_well")),
    )
    op.create_index("ix_well_phase", "well", ["phase", "height_angstrom"])
    op.create_index("ix_well_structure_id", "well", ["structure_id"])

    op.create_table(
        "well_vertex",
        sa.Column("well_id", sa.Integer(), nullable=False),
        sa.Column("vertex_index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("structure_id", sa.Integer(), nullable=False),
        sa.Column("site_index", sa.Integer(), nullable=False),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("image_a", sa.Integer(), nullable=False),
        sa.Column("image_b", sa.Integer(), nullable=False),
        sa.Column("image_c", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("cart_x_angstrom", sa.Double(), nullable=False),
        sa.Column("cart_y_angstrom", sa.Double(), nullable=False),
        sa.Column("cart_z_angstrom", sa.Double(), nullable=False),
        sa.CheckConstraint("role IN ('plaquette', 'apex', 'base')", name=op.f("ck_well_vertex_role")),
        sa.ForeignKeyConstraint(
            ["structure_id", "site_index"],
            ["site.structure_id", "site.site_index"],
            name=op.f("fk_well_vertex_structure_id_site_index"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["well_id"], ["well.id"], name=op.f("fk_well_vertex_well_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("well_id", "vertex_index", name=op.f("pk_well_vertex")),
    )
    op.create_index("ix_well_vertex_structure_id_site_index", "well_vertex", ["structure_id", "site_index"])
    _make_predictions_append_only()
    for name, query in VIEWS.items():
        op.execute(f"CREATE VIEW {name} AS {query}")


def downgrade() -> None:
    for view in VIEWS:
        op.execute(f"DROP VIEW {view}")
    _drop_append_only()
    op.drop_table("well_vertex")
    op.drop_table("well")
    op.drop_table("transition")
    op.drop_table("source_block")
    op.drop_table("site")
    op.drop_table("prediction")
    op.drop_table("descriptor")
    op.drop_table("structure")
    op.drop_table("resonance")
    op.drop_table("published_prediction")
    op.drop_table("published_height")
    op.drop_table("pressure_point")
    op.drop_table("source_file")
    op.drop_table("reference")
    op.drop_table("ingest_issue")
    op.drop_table("fit")
    op.drop_table("correction")
    op.drop_table("compound")
    op.drop_table("column_metadata")
