"""Help and versions."""

import re
from importlib.metadata import version

import click
import pytest

from polyqw.cli.main import VERBS, main
from polyqw.db.open.revision import HEAD
from polyqw.version import __version__


def all_words():
    """Return every verb, and every verb of a verb."""
    context = click.Context(main)
    for verb in VERBS:
        yield (verb,)
        command = main.get_command(context, verb)
        if isinstance(command, click.Group):
            yield from ((verb, name) for name in command.list_commands(context))


WORDS = [(), *all_words()]


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_help_has_an_example(run, words):
    done = run(*words, "--help")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"Usage: polyqw {' '.join(words)}".rstrip())
    example = re.search(r"Example: (polyqw\b.*)", done.out)
    assert example, "no example"
    if words:
        assert example[1].startswith(f"polyqw {words[0]}")


def test_exit_codes_are_documented(run):
    text = " ".join(run("-h").out.split())
    for phrase in (
        "0 done",
        "1 failed",
        "2 usage",
        "3 some inputs failed",
        "4 schema",
        "5 computed",
        "130 interrupted",
    ):
        assert phrase in text


def test_help_lists_every_verb(run):
    listed = run("--help").out
    for verb, told in VERBS.items():
        assert re.search(rf"^  {verb} +{re.escape(told[:20])}", listed, re.MULTILINE)


def test_version(run):
    done = run("--version")
    assert (done.code, done.err) == (0, "")
    shown = dict(line.split(" ", 1) for line in done.out.splitlines())
    expected = {"polyqw": __version__, "schema": HEAD}
    expected |= {name: version(name) for name in ("pymatgen", "ase", "numpy")}
    assert expected.items() <= shown.items()


@pytest.mark.parametrize("words", [(), ("db",)])
def test_no_words_show_the_help_on_standard_error(run, words):
    done = run(*words)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("Usage: polyqw")
    assert len(done.err.splitlines()) > 5
