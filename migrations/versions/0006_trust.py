"""Tell what a file claims for itself from what somebody vouches for

Revision ID: 0006
Revises: 0005
"""
# ruff: noqa: S608 - what is put into a statement stands in this file; values are bound

import sqlalchemy as sa
from alembic import op

from polyqw.io.cif.reference_set import reference_digests

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ORIGINS = "'measured', 'idealised', 'constructed', 'synthetic_doped', 'dft', 'unknown'"
TRUSTS = "'reference', 'user', 'none'"
KINDS = "'measured', 'upper_bound', 'not_observed', 'reported'"

# A check belongs to its column, so that SQLite adds and drops both without rebuilding the table under its views. Each
# stands on a line of its own, for SQLAlchemy reads the checks of SQLite line by line.
COLUMNS = {
    "trust": f"TEXT DEFAULT 'none' NOT NULL\nCONSTRAINT ck_structure_trust CHECK (trust IN ({TRUSTS}))",
    "origin_claimed": f"TEXT\nCONSTRAINT ck_structure_origin_claimed CHECK (origin_claimed IN ({ORIGINS}))",
    "table_row_claimed": "TEXT",
    "tc_claimed_kelvin": "{double}\nCONSTRAINT ck_structure_tc_claimed_kelvin CHECK (tc_claimed_kelvin >= 0)",
    "tc_claimed_kind": f"TEXT\nCONSTRAINT ck_structure_tc_claimed_kind CHECK (tc_claimed_kind IN ({KINDS}))",
    "tc_claimed_pressure_gpa": "{double}",
    "tc_claimed_source": "TEXT",
}

# What an OPTIMADE import concluded itself or was given by its user is no claim of the provider; its note says which.
IMPORTED = "parser LIKE '%(OPTIMADE)%'"
NAMED_BY_USER = f"{IMPORTED} AND note LIKE '%as named by the user%'"
NOT_STATED_BY_PROVIDER = f"{IMPORTED} AND coalesce(note, '') NOT LIKE '%origin as the provider states it%'"


def upgrade() -> None:
    double = sa.Double().compile(dialect=op.get_bind().dialect)
    for name, kind in COLUMNS.items():
        op.execute(f"ALTER TABLE structure ADD COLUMN\n{name} {kind.replace('{double}', double)}\n")
    _know_the_reference_set()
    said = _values_before_corrections()
    op.execute(
        f"UPDATE structure SET trust = 'user' WHERE trust = 'none' AND {NOT_STATED_BY_PROVIDER} AND {NAMED_BY_USER}"
    )
    op.execute(
        "UPDATE structure SET origin_claimed = origin, origin = 'unknown' "
        f"WHERE trust = 'none' AND origin <> 'unknown' AND NOT ({NOT_STATED_BY_PROVIDER})"
    )
    op.execute(
        "UPDATE structure "
        "SET note = replace(note, 'origin as the provider states it', 'origin as the provider claims') "
        f"WHERE trust = 'none' AND {IMPORTED}"
    )
    op.execute(
        "UPDATE structure SET table_row_claimed = table_row, table_row = NULL "
        "WHERE trust <> 'reference' AND table_row IS NOT NULL"
    )
    _make_claims_of_transitions()
    _keep_corrections(said)


def downgrade() -> None:
    op.execute("UPDATE structure SET origin = origin_claimed WHERE origin = 'unknown' AND origin_claimed IS NOT NULL")
    op.execute("UPDATE structure SET table_row = table_row_claimed WHERE table_row IS NULL")
    op.execute(
        "INSERT INTO transition (compound_id, structure_id, tc_kelvin, kind, pressure_gpa, source) "
        "SELECT compound_id, id, tc_claimed_kelvin, tc_claimed_kind, tc_claimed_pressure_gpa, tc_claimed_source "
        "FROM structure "
        "WHERE tc_claimed_kelvin IS NOT NULL ORDER BY id"
    )
    for name in COLUMNS:
        op.drop_column("structure", name)


def _know_the_reference_set() -> None:
    digest, trust = sa.column("file_sha256"), sa.column("trust")
    structure = sa.table("structure", digest, trust)
    op.execute(sa.update(structure).where(digest.in_(sorted(reference_digests()))).values(trust="reference"))


def _make_claims_of_transitions() -> None:
    """Move each Tc that came with a file from outside to the claims of its structure."""
    came = "t.structure_id = structure.id AND t.key IS NULL"
    first = f"SELECT min(t.id) FROM transition AS t WHERE {came}"
    values = ", ".join(
        f"{target} = (SELECT c.{source} FROM transition AS c WHERE c.id = ({first}))"
        for target, source in (
            ("tc_claimed_kelvin", "tc_kelvin"),
            ("tc_claimed_kind", "kind"),
            ("tc_claimed_pressure_gpa", "pressure_gpa"),
            ("tc_claimed_source", "source"),
        )
    )
    op.execute(f"UPDATE structure SET {values} WHERE trust <> 'reference'")
    op.execute(
        "DELETE FROM transition WHERE key IS NULL AND structure_id IN "
        "(SELECT id FROM structure WHERE trust <> 'reference')"
    )


def _values_before_corrections() -> dict[tuple[str, str, str], str | None]:
    """Return what the file had said where a person put it right, by digest of the cell, table and column."""
    rows = op.get_bind().execute(
        sa.text(
            "SELECT structure_sha256, table_name, column_name, old_value FROM correction "
            "WHERE table_name = 'structure' AND column_name IN ('origin', 'table_row') "
            "OR table_name = 'transition' AND column_name IN ('tc_kelvin', 'kind', 'source') ORDER BY id DESC"
        )
    )
    return {(row.structure_sha256, row.table_name, row.column_name): row.old_value for row in rows}


def _keep_corrections(said: dict[tuple[str, str, str], str | None]) -> None:
    """Let the word of a person stand on origin and row, and make the claim of what the file itself had said."""
    claimed = {"tc_kelvin": "tc_claimed_kelvin", "kind": "tc_claimed_kind", "source": "tc_claimed_source"}
    for (digest, table, name), text in said.items():
        old: str | float | None = None if (name, text) == ("origin", "unknown") else text
        if name == "tc_kelvin":
            old = None if text is None else float(text)
        target = claimed[name] if table == "transition" else f"{name}_claimed"
        kept = "" if table == "transition" else f"{name} = coalesce({target}, {name}), "
        op.get_bind().execute(
            sa.text(
                f"UPDATE structure SET {kept}{target} = :old "
                "WHERE structure_sha256 = :digest AND trust <> 'reference'"
            ),
            {"digest": digest, "old": old},
        )
