"""The OPTIMADE endpoint: filters give what SQL gives, clients read it, the validator passes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from polyqw.core.options import AnalysisOptions
from polyqw.db.open.engine import open_session
from polyqw.errors import DatabaseError
from polyqw.io.optimade.client import ClientLimits, OptimadeClient
from polyqw.services.exchange.optimade_references import related_references
from polyqw.services.exchange.optimade_structures import structure_entry
from polyqw.services.ingest import ingest
from polyqw.services.interfaces.asking import TooSlowError, asking
from polyqw.services.interfaces.optimade.application import make_optimade
from polyqw.services.interfaces.optimade.fields import Value
from polyqw.services.interfaces.optimade.functions import add_functions
from polyqw.services.interfaces.optimade.structures import structure_entries, structure_fields
from polyqw.services.structures.stored import current_structures
from tests.conftest import structure_path
from tests.in_thread import in_thread

N_OF = "(SELECT count(*) FROM {} x WHERE x.structure_id = s.id)"
HAS = "EXISTS (SELECT 1 FROM composition c WHERE c.structure_id = s.id AND c.element {})"
H_ALPHA = (
    "(SELECT sum(height_angstrom * multiplicity) / sum(multiplicity) FROM well w"
    " WHERE w.structure_id = s.id AND w.phase = 'alpha')"
)
N_ELEMENTS, N_SITES = N_OF.format("composition"), N_OF.format("site")
CU, FE, OXYGEN = HAS.format("= 'Cu'"), HAS.format("= 'Fe'"), HAS.format("= 'O'")
T_REPORTED = (
    "(SELECT max(tc_kelvin) FROM \"transition\" t WHERE t.structure_id = s.id AND t.kind = 'reported'"
    " AND abs(coalesce(t.pressure_gpa, 0) - coalesce(s.pressure_gpa, 0)) <= 0.1)"
)

FILTERS = {
    # comparisons
    "nelements=4": f"{N_ELEMENTS} = 4",
    "nelements != 4": f"{N_ELEMENTS} <> 4",
    "nelements>=5": f"{N_ELEMENTS} >= 5",
    "5<nsites": f"{N_SITES} > 5",
    "nsites<=8 AND nsites>4.5": f"{N_SITES} BETWEEN 5 AND 8",
    'chemical_formula_descriptive="As2 Ba1 Fe2"': "s.formula = 'As2 Ba1 Fe2'",
    'chemical_formula_reduced="As2BaFe2"': "s.formula = 'As2 Ba1 Fe2'",
    'chemical_formula_hill="As2BaFe2"': "s.formula = 'As2 Ba1 Fe2'",
    '"A" = chemical_formula_anonymous': f"{N_ELEMENTS} = 1",
    "space_group_it_number=139": "s.space_group_number = 139",
    'last_modified > "2020-01-01T00:00:00Z"': "1",
    'last_modified <= "2020-01-01T00:00:00+05:30"': "0",
    'type = "structures"': "1",
    # strings
    '_polyqw_name STARTS WITH "la"': "substr(s.block, 1, 2) = 'la'",
    '_polyqw_name STARTS "la"': "substr(s.block, 1, 2) = 'la'",
    '_polyqw_name ENDS WITH "_cod"': "substr(s.block, -4) = '_cod'",
    '_polyqw_name CONTAINS "fe"': "instr(s.block, 'fe') > 0",
    '_polyqw_name CONTAINS "%"': "instr(s.block, '%') > 0",
    '_polyqw_name > "m" AND _polyqw_name<"o"': "s.block > 'm' AND s.block < 'o'",
    '_polyqw_name = "a\\"b\\\\c"': "0",
    # lists
    'elements HAS "Cu"': CU,
    'elements HAS ALL "Cu","O"': f"{CU} AND {OXYGEN}",
    'elements HAS ANY "Cu" , "Fe"': f"{CU} OR {FE}",
    'elements HAS ONLY "La","Fe","As","O"': "NOT " + HAS.format("NOT IN ('La', 'Fe', 'As', 'O')"),
    "elements LENGTH 3": f"{N_ELEMENTS} = 3",
    "elements LENGTH >= 6": f"{N_ELEMENTS} >= 6",
    'elements HAS < "B"': HAS.format("< 'B'"),
    "elements_ratios HAS >= 0.6": (
        "EXISTS (SELECT 1 FROM composition c WHERE c.structure_id = s.id AND c.fraction >= 0.6)"
    ),
    'structure_features HAS "disorder"': (
        "EXISTS (SELECT 1 FROM site WHERE site.structure_id = s.id"
        " AND (json_array_length(species) > 1 OR occupancy < 0.999999999))"
    ),
    "structure_features LENGTH 0": (
        "NOT EXISTS (SELECT 1 FROM site WHERE site.structure_id = s.id"
        " AND (json_array_length(species) > 1 OR occupancy < 0.999999999))"
    ),
    "dimension_types HAS 1": "1",
    # known and unknown: a comparison with what is unknown never matches, turned round or not
    "_polyqw_pressure_gpa IS KNOWN": "s.pressure_gpa IS NOT NULL",
    "_polyqw_pressure_gpa IS UNKNOWN": "s.pressure_gpa IS NULL",
    "NOT _polyqw_pressure_gpa IS KNOWN": "s.pressure_gpa IS NULL",
    "_polyqw_temperature_kelvin > 200": "s.temperature_kelvin > 200",
    "NOT _polyqw_temperature_kelvin > 200": "s.temperature_kelvin <= 200",
    "assemblies IS UNKNOWN": "1",
    "_exmpl_gap < 2 OR nelements = 4": f"{N_ELEMENTS} = 4",
    "NOT _exmpl_gap < 2": "0",
    "_exmpl_gap IS UNKNOWN AND nelements = 4": f"{N_ELEMENTS} = 4",
    # NOT before AND before OR
    'NOT elements HAS "Cu" AND nelements = 4 OR nsites = 5': f"((NOT {CU}) AND {N_ELEMENTS} = 4) OR {N_SITES} = 5",
    'nsites = 5 OR elements HAS "Cu" AND NOT nelements < 5': f"{N_SITES} = 5 OR ({CU} AND NOT {N_ELEMENTS} < 5)",
    'NOT (nsites = 5 OR elements HAS "Cu")': f"NOT ({N_SITES} = 5 OR {CU})",
    # properties of polyqw
    '_polyqw_family="iron"': "s.family = 'iron'",
    '_polyqw_status!="ok"': "s.status <> 'ok'",
    "_polyqw_height_alpha_angstrom > 3": f"{H_ALPHA} > 3",
    "NOT _polyqw_height_alpha_angstrom > 3": f"{H_ALPHA} <= 3",
    "_polyqw_height_alpha_su_angstrom IS KNOWN AND _polyqw_wells LENGTH > 1": (
        "EXISTS (SELECT 1 FROM well w WHERE w.structure_id = s.id AND phase = 'alpha')"
        " AND NOT EXISTS (SELECT 1 FROM well w WHERE w.structure_id = s.id AND phase = 'alpha'"
        f" AND height_su_angstrom IS NULL) AND {N_OF.format('well')} > 1"
    ),
    '_polyqw_tc_kelvin>=90 AND _polyqw_tc_kind = "reported"': f"{T_REPORTED} >= 90",
    "_polyqw_n_tc = 0": N_OF.format('"transition"') + " = 0",
    "_polyqw_warnings LENGTH > 0": "json_array_length(s.parser_warnings) + json_array_length(s.warnings) > 0",
    '_polyqw_site_labels HAS "Cu1"': (
        "EXISTS (SELECT 1 FROM site x WHERE x.structure_id = s.id AND x.label = 'Cu1')"
    ),
    '_polyqw_compound = "LaFeAsO"': "s.compound_id = (SELECT id FROM compound WHERE name = 'LaFeAsO')",
}

NUMBERS = ("nelements", "nsites", "space_group_it_number", "_polyqw_tc_kelvin", "_polyqw_height_beta_angstrom")
TEXTS = ("chemical_formula_reduced", "_polyqw_name", "_polyqw_tc_kind", "_polyqw_reason", "id")
LISTS = {
    "elements": ('"Cu"', '"Fe"', '"O"'),
    "elements_ratios": ("0.5", "0.25"),
    "_polyqw_site_labels": ('"O1"', '"La"'),
}
SIGNS = st.sampled_from(["=", "!=", "<", ">", "<=", ">="])


@st.composite
def comparisons(draw):
    """A comparison that the types of properties allow."""
    kind = draw(st.sampled_from(["number", "text", "list", "length", "known", "turned"]))
    if kind == "known":
        return f"{draw(st.sampled_from([*NUMBERS, *TEXTS]))} IS {draw(st.sampled_from(['KNOWN', 'UNKNOWN']))}"
    number = draw(st.one_of(st.integers(-2, 90), st.floats(0, 140, allow_nan=False).map(lambda x: round(x, 3))))
    if kind == "number":
        return f"{draw(st.sampled_from(NUMBERS))} {draw(SIGNS)} {number}"
    if kind == "turned":
        return f"{number} {draw(SIGNS)} {draw(st.sampled_from(NUMBERS))}"
    if kind == "text":
        sign = draw(st.one_of(SIGNS, st.sampled_from(["CONTAINS", "STARTS WITH", "ENDS WITH"])))
        text = draw(st.sampled_from(["", "e", "la", "reported", "O", "Cu", "2", '\\"', "%", "é"]))
        return f'{draw(st.sampled_from(TEXTS))} {sign} "{text}"'
    name = draw(st.sampled_from(sorted(LISTS)))
    if kind == "length":
        return f"{name} LENGTH {draw(SIGNS)} {draw(st.integers(0, 9))}"
    how = draw(st.sampled_from(["HAS", "HAS ALL", "HAS ANY", "HAS ONLY"]))
    values = draw(st.lists(st.sampled_from(LISTS[name]), min_size=1, max_size=1 if how == "HAS" else 3))
    return f"{name} {how} {', '.join(values)}"


QUESTIONS = st.recursive(
    comparisons(),
    lambda inner: st.one_of(
        inner.map("NOT ({})".format),
        st.tuples(inner, inner).map(" AND ".join),
        st.tuples(inner, inner).map(" OR ".join),
    ),
    max_leaves=4,
)

REFUSED = {
    "structures?filter=nelements": 400,
    "structures?filter=nelements=": 400,
    "structures?filter=crazy=2": 400,
    "structures?filter=_polyqw_crazy=2": 400,
    'structures?filter=last_modified>"yesterday"': 400,
    'structures?filter=last_modified>"2020-01-01T00:00:00"': 400,
    'structures?filter=nelements="4"': 501,
    "structures?filter=_polyqw_family=4": 501,
    "structures?filter=nelements=TRUE": 501,
    "structures?filter=nelements=nsites": 501,
    'structures?filter=elements="Cu"': 501,
    'structures?filter=nsites HAS "Cu"': 501,
    "structures?filter=nsites CONTAINS 4": 501,
    'structures?filter=elements:elements_ratios HAS "Cu":0.5': 501,
    'structures?filter=species.name HAS "Cu"': 501,
    "structures?filter=" + "(" * 60 + "nsites=5" + ")" * 60: 400,
    "structures?filter=" + " OR ".join(["nsites=5"] * 2000): 400,
    "structures?filter=" + "nsites=5 OR " * 4000 + "nsites=5": 400,
    "structures?page_limit=0": 400,
    "structures?page_limit=many": 400,
    "structures?page_limit=100000": 403,
    "structures?page_offset=-1": 400,
    "structures?page_above=x": 400,
    "structures?sort=species": 400,
    "structures?response_fields=crazy": 400,
    "structures?response_format=xml": 400,
    "structures?include=calculations": 501,
    "structures?colour=red": 400,
    "calculations": 404,
}


@pytest.fixture(scope="module")
def application(reference_template):
    return Starlette(routes=[Mount("/optimade", app=make_optimade(Path(reference_template)))])


@pytest.fixture(scope="module")
def client(application):
    return TestClient(application, base_url="http://testserver/optimade/")


@pytest.fixture(scope="module")
def server(application):
    with in_thread(application) as url:
        yield f"{url}optimade"


def everything(client, path):
    """Give the entries of all pages."""
    entries, url = [], path
    while url:
        answer = client.get(url)
        assert answer.status_code == 200, answer.text
        document = answer.json()
        entries += document["data"]
        url = document["links"]["next"]
        assert document["meta"]["more_data_available"] == (url is not None)
    assert document["meta"]["data_returned"] == len(entries)
    return entries


@pytest.mark.parametrize("text", FILTERS)
def test_a_filter_gives_what_sql_gives(text, client, reference_template):
    with closing(sqlite3.connect(reference_template)) as connection:
        sql = f"SELECT s.block FROM structure s WHERE s.superseded_by IS NULL AND ({FILTERS[text]})"
        wanted = sorted(row[0] for row in connection.execute(sql))
        n_all = connection.execute("SELECT count(*) FROM structure WHERE superseded_by IS NULL").fetchone()[0]
    found = everything(client, f"v1/structures?response_fields=_polyqw_name&page_limit=500&filter={quote(text)}")
    assert sorted(entry["attributes"]["_polyqw_name"] for entry in found) == wanted
    if FILTERS[text] not in ("0", "1"):
        assert 0 < len(wanted) < n_all or "%" in text


@settings(max_examples=30)
@given(text=QUESTIONS)
def test_nothing_meets_a_filter_and_its_opposite(text, client):
    def found(question):
        answer = client.get(f"v1/structures?response_fields=nelements&page_limit=500&filter={quote(question)}")
        assert answer.status_code == 200, answer.text
        return {entry["id"] for entry in answer.json()["data"]}

    meeting, opposite = found(text), found(f"NOT ({text})")
    assert not meeting & opposite
    assert found(f"NOT (NOT ({text}))") == meeting
    assert found(f"({text}) OR NOT ({text})") == meeting | opposite
    assert not found(f"({text}) AND NOT ({text})")


@pytest.mark.parametrize("question", REFUSED, ids=lambda q: q[:60])
def test_what_cannot_be_answered_says_why(question, client):
    answer = client.get("v1/" + question)
    assert answer.status_code == REFUSED[question], answer.text
    (error,) = answer.json()["errors"]
    assert error["status"] == str(REFUSED[question])
    assert error["detail"]
    assert "\n" not in error["detail"]
    assert answer.json()["meta"]["api_version"].startswith("1.2")


def test_a_single_value_is_the_same_from_sql_and_from_the_entry(reference_template):
    names = [name for name, field in structure_fields().items() if isinstance(field, Value)]
    with asking(Path(reference_template), 30, add_functions) as session:
        structures = current_structures(session)
        keys = [structure.id for structure in structures]
        light = structure_entries(session, keys, names)
        whole = structure_entries(session, keys, None)
    assert len(light) == len(whole) > 40
    for one, other in zip(light, whole, strict=True):
        assert (one["id"], one["relationships"]) == (other["id"], other["relationships"])
        assert {k: v for k, v in one["attributes"].items() if v is not None} == {
            k: v for k, v in other["attributes"].items() if k in names and v is not None
        }


def test_entries_are_those_of_the_export(client, reference_template):
    with open_session(reference_template) as session:
        exported = {
            entry["id"]: entry
            for s in current_structures(session)
            for entry in [structure_entry(session, s, related_references(s))]
        }
    served = {entry["id"]: entry for entry in everything(client, "v1/structures?page_limit=25")}
    assert served == exported


def test_references_are_those_that_structures_relate_to(client):
    entries = everything(client, "v1/structures?response_fields=nsites&page_limit=50")
    related = {one["id"] for entry in entries for one in entry["relationships"].get("references", {}).get("data", [])}
    references = everything(client, "v1/references?page_limit=7")
    assert {one["id"] for one in references} == related
    assert len(related) == len(references) > 10
    first = client.get("v1/structures?page_limit=5").json()
    named = {r["id"] for e in first["data"] for r in e["relationships"]["references"]["data"]}
    assert {one["id"] for one in first["included"]} == named
    assert not client.get("v1/structures?page_limit=5&include=").json()["included"]
    with_doi = everything(client, "v1/references?filter=doi IS KNOWN")
    assert with_doi
    assert all(one["attributes"]["url"].endswith(one["attributes"]["doi"]) for one in with_doi)
    assert client.get(f"v1/references/{with_doi[0]['id']}").json()["data"] == with_doi[0]


@pytest.mark.parametrize("order", ["", "&sort=-nelements,_polyqw_tc_kelvin", "&sort=id"])
def test_pages_hold_every_structure_once(order, client):
    fields = "&response_fields=nelements,_polyqw_tc_kelvin"
    whole = everything(client, f"v1/structures?page_limit=500{order}{fields}")
    paged = everything(client, f"v1/structures?page_limit=7{order}{fields}")
    assert [one["id"] for one in paged] == [one["id"] for one in whole]
    assert len({one["id"] for one in whole}) == len(whole)
    if "nelements" in order:
        numbers = [one["attributes"]["nelements"] for one in whole]
        assert numbers == sorted(numbers, reverse=True)
    if order.endswith("=id"):
        assert [one["id"] for one in whole] == sorted(one["id"] for one in whole)


def test_one_structure_by_its_id(client):
    entry = client.get("v1/structures?page_limit=1").json()["data"][0]
    assert client.get(f"v1/structures/{entry['id']}").json()["data"] == entry
    found = everything(client, f'v1/structures?filter=id="{entry["id"]}"')
    assert found == [entry]
    missing = client.get("v1/structures/there_is-none").json()
    assert missing["data"] is None
    assert missing["meta"]["data_returned"] == 0


def test_versions_and_what_is_served(client):
    assert client.get("versions").text.split() == ["version", "1"]
    info = client.get("v1.2/info").json()["data"]["attributes"]
    assert info["available_api_versions"][0]["url"] == "http://testserver/optimade/v1/"
    assert client.get("info").status_code == 200
    assert client.get("v7/info").status_code == 553
    properties = client.get("v1/info/structures").json()["data"]["properties"]
    assert properties["_polyqw_height_alpha_angstrom"]["unit"] == "Ao"
    entry = client.get("v1/structures?page_limit=1").json()["data"][0]
    assert entry["attributes"].keys() <= properties.keys()


def test_a_property_of_another_provider_is_warned_of(client):
    document = client.get("v1/structures?filter=_exmpl_gap<2").json()
    assert document["data"] == []
    assert "_exmpl_gap" in document["meta"]["warnings"][0]["detail"]


def test_pages_elsewhere_may_ask_only_where_that_is_wanted(client, reference_template):
    origin = {"Origin": "https://example.org"}
    assert "access-control-allow-origin" not in client.get("v1/info", headers=origin).headers
    opened = TestClient(make_optimade(Path(reference_template), origins=["*"]))
    assert opened.get("/v1/info", headers=origin).headers["access-control-allow-origin"] == "*"


def test_a_request_takes_no_longer_than_its_time(reference_template):
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    with (
        pytest.raises(TooSlowError, match=r"stopped after 0\.2 s"),
        asking(Path(reference_template), 0.2) as session,
    ):
        session.connection().exec_driver_sql(endless)


def test_a_request_cannot_write(reference_template):
    with pytest.raises(DatabaseError, match="readonly"), asking(Path(reference_template), 5) as session:
        session.connection().exec_driver_sql("DELETE FROM well")


def test_a_slow_question_is_answered_in_one_line(reference_template):
    slow = TestClient(make_optimade(Path(reference_template), limit_seconds=1e-9))
    answer = slow.get('/v1/structures?page_limit=500&filter=elements HAS "Cu"')
    assert answer.status_code == 503
    assert "ask for less" in answer.json()["errors"][0]["detail"]


@pytest.mark.filterwarnings("ignore")
def test_the_validator_of_optimade_passes(tmp_path):
    validator = pytest.importorskip("optimade.validator", reason="needs optimade[server]")
    path = tmp_path / "few.db"  # it asks 200 times for a whole page
    names = ("lafeaso_cod", "bak122_x030", "ybco_o690_williams", "hg1223_o835", "srtio3", "nio")
    assert len(list(ingest(str(path), [str(structure_path(name)) for name in names], AnalysisOptions()))) == len(
        names
    )
    with in_thread(Starlette(routes=[Mount("/optimade", app=make_optimade(path))])) as url:
        run = validator.ImplementationValidator(base_url=f"{url}optimade", read_timeout=30)
        run.validate_implementation()
    assert run.valid, run.results
    assert run.results.optional_failure_count == 0


@pytest.mark.filterwarnings("ignore")
def test_the_client_of_optimade_reads_it(server):
    module = pytest.importorskip("optimade.client", reason="needs optimade")
    client = module.OptimadeClient(base_urls=[server], use_async=False, silent=True)
    found = client.get('elements HAS ALL "Fe","As"')["structures"]['elements HAS ALL "Fe","As"'][server]
    assert len(found["data"]) == found["meta"]["data_returned"] > 3
    assert not found["errors"]


@pytest.mark.filterwarnings("ignore")
def test_pymatgen_reads_it(server):
    rester = pytest.importorskip("pymatgen.ext.optimade").OptimadeRester(f"{server}/", timeout=20)
    (found,) = rester.get_structures(elements=["Cu", "La"]).values()
    assert found
    assert all({"Cu", "La"} <= {str(e) for e in structure.composition.elements} for structure in found.values())


def test_polyqw_reads_it(server):
    client = OptimadeClient(server, ClientLimits(attempts=2))
    pages = list(client.pages('_polyqw_family="iron"', page_limit=5))
    client.close()
    entries = [entry for page in pages for entry in page.entries]
    assert len(entries) > 5
    assert all(entry["attributes"]["_polyqw_wells"] for entry in entries)
