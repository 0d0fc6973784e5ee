"""What all tables share: names of constraints, units of columns, checks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, DateTime, Double, MetaData, Text, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, MappedColumn, mapped_column

if TYPE_CHECKING:
    from enum import StrEnum

    from sqlalchemy import Dialect, Table

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

_UNITS = {
    "kelvin_angstrom2": "K Å²",
    "angstrom": "Å",
    "angstrom2": "Å²",
    "angstrom3": "Å³",
    "degrees": "°",
    "kelvin": "K",
    "gpa": "GPa",
    "mev": "meV",
    "ev": "eV",
    "seconds": "s",
}


def unit_of(name: str) -> str | None:
    """Return the unit at the end of a name, e.g. Å for ``height_angstrom``, or None if it has none."""
    for suffix, unit in _UNITS.items():
        if name.endswith(f"_{suffix}"):
            return unit
    return None


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, kept in UTC on every engine."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the moment in UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the moment with its time zone, which SQLite does not keep."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class StorableText(TypeDecorator[str]):
    """Text of any file or path; what UTF-8 or PostgreSQL cannot hold is kept as a backslash escape."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Return the text with NUL and half characters escaped."""
        if value is None or (value.isascii() and "\x00" not in value):
            return value
        return storable(value)


def storable(text: str) -> str:
    """Return a text as a database keeps it: what is no Unicode, and null bytes, as escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\x00", "\\x00")


class Base(DeclarativeBase):
    """Base of all tables; ``SOURCE`` says where the values of a table come from."""

    SOURCE: ClassVar[str] = ""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: StorableText(),
        float: Double(),
        datetime: UtcDateTime(),
        dict[str, Any]: JSON(none_as_null=True),
        list[Any]: JSON(none_as_null=True),
    }


def table_of(model: type[Base]) -> Table:
    """Return the table of a model."""
    return Base.metadata.tables[model.__tablename__]


def column(
    doc: str, *args: Any, unit: str | None = None, source: str | None = None, **options: Any
) -> MappedColumn[Any]:
    """Make a column that carries its description, unit and source.

    Parameters
    ----------
    doc : str
        What the column holds.
    *args : object
        Passed on to `sqlalchemy.orm.mapped_column`.
    unit : str, optional
        Unit, where the name does not end in one.
    source : str, optional
        Where the value comes from, where it differs from the ``SOURCE`` of the table.
    **options : object
        Passed on to `sqlalchemy.orm.mapped_column`.
    """
    return mapped_column(*args, doc=doc, info={"unit": unit, "source": source}, **options)


def identity() -> MappedColumn[int]:
    """Make the integer key of a table."""
    return column(
        "Key of the row in this database; another database has another.", source="database", primary_key=True
    )


def one_of(name: str, kinds: type[StrEnum]) -> CheckConstraint:
    """Make the check that a text column holds one of an enumeration's values."""
    values = ", ".join(f"'{kind.value}'" for kind in kinds)
    return CheckConstraint(f"{name} IN ({values})", name=name)


def positive(name: str) -> CheckConstraint:
    """Make the check that a number is above zero."""
    return CheckConstraint(f"{name} > 0", name=name)


def not_negative(name: str) -> CheckConstraint:
    """Make the check that a number is zero or above."""
    return CheckConstraint(f"{name} >= 0", name=name)


def digest(name: str) -> CheckConstraint:
    """Make the check that a text column holds a SHA-256 in hexadecimal."""
    return CheckConstraint(f"length({name}) = 64", name=name)
