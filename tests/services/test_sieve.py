"""What SQL lets through of a condition holds all that meets it, on both databases."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from polyqw.services.place.database import reading
from polyqw.services.structures.conditions import read_condition
from polyqw.services.structures.records import _fields, find_structures, structure_summary
from polyqw.services.structures.sieve import sieve_of
from polyqw.services.structures.stored import current_structures, each_current

pytestmark = pytest.mark.xdist_group("sieve")
"""What these tests share is made once."""

EXACT = (
    "family=cuprate", "family!=iron", "NOT family=iron", "id<20", "pressure_gpa>1", "NOT pressure_gpa>1",
    "source IS UNKNOWN", "temperature_kelvin IS KNOWN", "status=ok AND (family=iron OR origin=constructed)",
)  # fmt: skip
PARTS = (
    *EXACT, "Cu>=2", "Cu<2", "Fe", "NOT O", 'elements HAS ANY "As","Se"', 'elements HAS ONLY "Cu","O"', "O!=8",
    "tc_kelvin>90", "tc_kelvin=26", "tc_max_kelvin<40", "tc_kelvin IS KNOWN", "h_alpha_angstrom>3.5",
    "3.2<h_beta_angstrom<3.6", "h_alpha_angstrom=3.6..3.7", "h_gamma_angstrom!=3.4", "n_planes=2", "formula=FeAsLaO",
    "formula_written!=LaFeAsO", "compound=YBa2Cu3O7-d", 'source CONTAINS "cod"', 'name STARTS WITH "hg"', "name<m",
    "tc_kind=measured", "n_tc>1", "volume_angstrom3<200", "trust=reference", "space_group_number=139",
)  # fmt: skip


@pytest.fixture(scope="module")
def looked_at(reference_template):
    with reading(reference_template) as session:
        yield session, [structure_summary(s) for s in current_structures(session)]


def of_python(session, records, expression):
    holds = read_condition(expression, _fields(session))
    return [record for record in records if holds(record)]


@pytest.mark.parametrize("part", PARTS)
def test_a_condition_finds_what_python_finds(looked_at, part):
    session, records = looked_at
    assert find_structures(session, part) == of_python(session, records, part)


@pytest.mark.parametrize("part", EXACT)
def test_what_is_exact_lets_nothing_else_through(looked_at, part):
    session, records = looked_at
    sieve = sieve_of(part)
    assert sieve.is_exact
    through = [structure.id for structure in each_current(session, sieve.sql)]
    assert through == [record["id"] for record in of_python(session, records, part)]


def joined(parts):
    return st.one_of(
        st.tuples(parts, st.sampled_from(["AND", "OR"]), parts).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        parts.map(lambda part: f"NOT ({part})"),
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(expression=st.recursive(st.sampled_from(PARTS), joined, max_leaves=5))
def test_nothing_is_lost(looked_at, expression):
    session, records = looked_at
    assert find_structures(session, expression) == of_python(session, records, expression)


def test_a_sieve_narrows_what_is_looked_at(looked_at):
    session, records = looked_at
    for expression in ("Cu>=2", "tc_kelvin>90", "h_alpha_angstrom<3", "formula=LaFeAsO", 'name STARTS WITH "hg"'):
        through = sum(1 for _ in each_current(session, sieve_of(expression).sql))
        assert through < len(records) / 2


@pytest.mark.parametrize("sort", ["tc_kelvin", "-tc_kelvin", "name", "-h_alpha_angstrom"])
@pytest.mark.parametrize("limit", [None, 0, 3, 40, 1000])
def test_the_first_of_many_are_those_of_all_in_order(looked_at, sort, limit):
    session, records = looked_at
    name = sort.removeprefix("-")
    known = [r for r in records if r.get(name) is not None]
    ordered = sorted(known, key=lambda r: r[name], reverse=sort[0] == "-") + [
        r for r in records if r.get(name) is None
    ]
    assert find_structures(session, "", sort=sort, limit=limit) == ordered[:limit]
