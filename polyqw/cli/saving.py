"""Verbs that write to the database: the option to leave it, and the line that says what was written where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from polyqw.services.place.location import named_place

if TYPE_CHECKING:
    from collections.abc import Callable

    from polyqw.services.place.saved import Saved


def save_option(text: str, *, default: bool = True) -> Callable[..., Any]:
    """Make ``--save/--no-save``, with what it does."""
    return click.option("--save/--no-save", default=default, show_default=True, help=text)


def say_saved(saved: Saved, noun: str, database: str | None, *, unasked: bool = True) -> None:
    """Write one line on standard error: how many results were recorded where, or why none.

    Parameters
    ----------
    noun : str
        What one result is, e.g. ``prediction``.
    unasked : bool
        Whether it is done without ``--save``; then the line says how to leave it.
    """
    if saved.refusal is not None:
        click.echo(f"polyqw: the {noun}s are not recorded: {saved.refusal}", err=True)
        return
    where = named_place(database)
    known = f"{number_of(saved.n_known, noun)} recorded already" if saved.n_known else ""
    if not saved.n_new:
        if known:
            click.echo(f"polyqw: {known} in {where}, nothing written", err=True)
        return
    hint = f" (--no-save leaves {'it' if saved.n_new == 1 else 'them'} out)" if unasked else ""
    line = f"{number_of(saved.n_new, noun)} recorded in {where}" + (f", {known}" if known else "")
    click.echo(f"polyqw: {line}{hint}", err=True)


def say_stored(n_stored: int, database: str | None) -> None:
    """Write one line on standard error: how many structures went into the database."""
    where = named_place(database)
    line = f"{number_of(n_stored, 'structure')} stored in {where}" if n_stored else f"nothing new to store in {where}"
    click.echo(f"polyqw: {line}", err=True)


def number_of(number: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
