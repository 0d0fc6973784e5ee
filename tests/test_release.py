"""What a release says of itself is the same in every file that says it, and what its files call is there."""

from __future__ import annotations

import json
import re
import tomllib

import pytest
from ruamel.yaml import YAML

from polyqw.version import __version__
from tests.conftest import ROOT
from tests.test_dependencies import EXTRAS, PROJECT, plain


def load(name: str):
    """Return a YAML or JSON file of the checkout as plain values."""
    return YAML(typ="safe", pure=True).load(ROOT / name)


CITATION = load("CITATION.cff")
CODEMETA = json.loads((ROOT / "codemeta.json").read_text(encoding="utf-8"))
ZENODO = json.loads((ROOT / ".zenodo.json").read_text(encoding="utf-8"))
RECIPE = load("packaging/conda/recipe.yaml")
WORKFLOWS = sorted(path.name for path in (ROOT / ".github" / "workflows").glob("*.yml"))
CONDA_NAMES = {"matplotlib-base": "matplotlib"}


def test_one_version_and_one_date():
    versions = (CITATION["version"], CODEMETA["version"], ZENODO["version"], RECIPE["context"]["version"])
    assert {str(version) for version in versions} == {__version__}
    dates = {str(CITATION["date-released"]), CODEMETA["dateModified"], ZENODO["publication_date"]}
    assert len(dates) == 1


def test_one_author_title_text_and_licence():
    names = [author["name"] for author in CITATION["authors"]]
    assert [author["name"] for author in CODEMETA["author"]] == names
    assert [author["name"] for author in ZENODO["creators"]] == names
    assert [author["name"] for author in PROJECT["authors"]] == names
    assert ZENODO["title"] == CITATION["title"]
    assert ZENODO["description"] == CODEMETA["description"] == CITATION["abstract"]
    assert ZENODO["keywords"] == CODEMETA["keywords"] == CITATION["keywords"]
    licences = {CITATION["license"], ZENODO["license"], PROJECT["license"], RECIPE["about"]["license"]}
    assert licences == {"MIT"}
    assert CODEMETA["license"].endswith("/MIT")


def requirements(lines: list[str]) -> dict[str, str]:
    """Return the ranges of versions by library."""
    parts = [re.fullmatch(r"([\w.-]+)(?:\[[^\]]*\])?\s*(.*)", line).groups() for line in lines]
    return {plain(CONDA_NAMES.get(name, name)): versions for name, versions in parts}


def test_the_conda_recipe_asks_for_what_the_project_asks_for():
    asked = requirements(RECIPE["requirements"]["run"])
    assert asked.pop("python") == PROJECT["requires-python"]
    assert asked == requirements(PROJECT["dependencies"])
    extras = [line for extra in EXTRAS for line in PROJECT["optional-dependencies"][extra]]
    assert requirements(RECIPE["requirements"]["run_constraints"]) == requirements(extras)


def test_constraints_pin_all_that_is_asked_for():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = {plain(line) for line in lines if not line.startswith("#")}
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", line) for line in lines if not line.startswith("#"))
    asked = [*PROJECT["dependencies"], *(line for own in PROJECT["optional-dependencies"].values() for line in own)]
    assert {plain(line) for line in asked} - {"polyqw"} <= pins


@pytest.mark.parametrize("name", WORKFLOWS)
def test_workflows_call_what_make_knows(name):
    targets = set(re.findall(r"^([\w$()/. -]+?):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    known = {word.replace("$(VENV)", ".venv") for line in targets for word in line.split()}
    jobs = load(f".github/workflows/{name}")["jobs"].values()
    steps = [step["run"] for job in jobs for step in job["steps"] if "run" in step]
    lines = [re.sub(r"\$\{\{.*?\}\}", "", run).split() for run in steps]
    called = {word for words in lines if words[0] == "make" for word in words[1:]}
    matrices = [job.get("strategy", {}).get("matrix", {}) for job in jobs]
    called |= {str(word) for one in matrices for word in one.get("versions", [])}
    called |= {row["versions"] for one in matrices for row in one.get("include", [])}
    assert called
    assert called <= known


def test_the_classifiers_are_the_pythons_that_are_tested():
    matrix = load(".github/workflows/check.yml")["jobs"]["library"]["strategy"]["matrix"]
    said = [line.rpartition(" ")[2] for line in PROJECT["classifiers"] if "Python :: 3." in line]
    assert matrix["python"] == said


def test_what_the_container_takes_is_what_the_wheel_is_made_of():
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]
    needed = {*table["wheel"]["packages"], *table["wheel"]["force-include"], "pyproject.toml", "README.md", "LICENSE"}
    kept = (ROOT / "packaging" / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    assert {f"!{place}" for place in needed} <= set(kept)


def test_the_changelog_is_in_the_form_it_names():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert versions[0] == "[Unreleased]"
    assert all(re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}", version) for version in versions[1:])
    for part in text.split("\n## ")[1:]:
        kinds = re.findall(r"^### (.*)$", part, re.MULTILINE)
        assert len(kinds) == len(set(kinds))
        assert set(kinds) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
