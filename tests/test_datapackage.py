"""The data describe themselves: `datapackage.json` is complete, true and readable elsewhere."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator

import frictionless
import pytest

from partnership import data

PACKAGE = json.loads((data.FOLDER / data.PACKAGE).read_text(encoding="utf-8"))
RESOURCES = {resource["name"]: resource for resource in PACKAGE["resources"]}
FIELDS = [
    (name, field) for name, resource in RESOURCES.items() for field in resource["schema"]["fields"]
]


@pytest.fixture(autouse=True)
def same_csv() -> Iterator[None]:
    """Undo what frictionless sets for all who read CSV in this process."""
    limit = csv.field_size_limit()
    yield
    csv.field_size_limit(limit)


@pytest.fixture(scope="module")
def codes() -> dict[tuple[str, str], list[str]]:
    """Return the codes that codebook and vocabulary define, by table and column."""
    book, words = data.load("codebook"), data.load("vocabulary")
    groups = {
        ("codebook", variable): rows for variable, rows in book.groupby("variable")["code"]
    } | dict(iter(words.groupby(["table", "column"])["code"]))
    return {place: rows.tolist() for place, rows in groups.items()}


def defined_in(field: dict) -> tuple[str, str]:
    place = field["definedIn"]
    if place["resource"] == "codebook":
        return "codebook", place["variable"]
    return place["table"], place["column"]


def test_frictionless_finds_the_package_valid():
    report = frictionless.validate(str(data.FOLDER / data.PACKAGE))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "note"])


def test_each_csv_file_is_described_and_each_description_has_its_file():
    files = {path.name for path in data.FOLDER.glob("*.csv")}
    assert {resource["path"] for resource in RESOURCES.values()} == files
    assert all(resource["path"] == f"{name}.csv" for name, resource in RESOURCES.items())


def test_the_package_says_whose_it_is_and_what_may_be_done_with_it():
    assert PACKAGE["licenses"][0]["name"] == "CC-BY-4.0"
    assert PACKAGE["contributors"][0]["title"] == "Co-producing Patient Safety contributors"
    assert PACKAGE["title"] and PACKAGE["description"] and PACKAGE["keywords"]
    # The version is written once, in the package `partnership`.
    assert "version" not in PACKAGE


@pytest.mark.parametrize("name", RESOURCES)
def test_each_table_is_described(name):
    resource = RESOURCES[name]
    assert resource["title"] and resource["description"].startswith("One row ")
    assert resource["licenses"] == PACKAGE["licenses"]
    assert resource["schema"]["missingValues"] == [""]
    for source in resource["sources"]:
        assert (data.FOLDER / source["path"]).is_file()


@pytest.mark.parametrize("name", RESOURCES)
def test_each_column_is_described_in_the_order_of_the_file(name):
    fields = RESOURCES[name]["schema"]["fields"]
    assert [field["name"] for field in fields] == list(data.load(name).columns)
    for field in fields:
        assert field["title"] and field["description"].endswith(".")
        assert field["type"] in ("string", "integer", "number")


def test_each_closed_list_of_codes_is_the_one_defined_in_codebook_or_vocabulary(codes):
    for name, field in FIELDS:
        limits = field.get("constraints", {})
        listed = field.get("list", {}).get("enum")
        plain = limits.get("enum") == ["yes", "no"] and "definedIn" not in field
        if ("enum" in limits or listed) and not plain:
            assert (limits.get("enum") or listed) == codes[defined_in(field)], (name, field["name"])
        else:
            assert "definedIn" not in field, (name, field["name"])


def test_each_definition_of_a_code_is_used_by_a_column(codes):
    used = {defined_in(field) for _, field in FIELDS if "definedIn" in field}
    assert set(codes) == used


def test_the_pattern_of_a_closed_list_allows_its_codes_and_no_other():
    for name, field in FIELDS:
        if listed := field.get("list", {}).get("enum"):
            pattern = re.compile(field["constraints"]["pattern"])
            assert pattern.fullmatch("; ".join(listed)), (name, field["name"])
            assert all(pattern.fullmatch(code) for code in listed)
            assert not pattern.fullmatch(listed[0] + "x")
            assert not pattern.fullmatch(";".join(listed))


def test_each_example_fits_its_pattern():
    for name, field in FIELDS:
        pattern = field.get("constraints", {}).get("pattern")
        if pattern and "example" in field:
            assert re.fullmatch(pattern, field["example"]), (name, field["name"])


def keys() -> set[tuple[str, tuple[str, ...], str]]:
    found = {
        (name, tuple(key["fields"]), key["reference"]["resource"])
        for name, resource in RESOURCES.items()
        for key in resource["schema"].get("foreignKeys", [])
    }
    found |= {
        (name, (field["name"],), field["list"]["resource"])
        for name, field in FIELDS
        if "resource" in field.get("list", {})
    }
    return found


def test_each_column_that_names_a_row_of_another_table_is_a_key_to_it():
    homes = {"key": "literature", "keys": "literature", "sources": "literature"}
    homes |= {"issue": "safety_issues", "form": "partnership_forms", "scale": "scales"}
    own = {("literature", "key"), ("literature", "issue"), ("sources_other", "key")}
    # These point to one of two tables: a rule of the loader, beyond what a key can say.
    own |= {("harm_figures", "key"), ("statements", "key")}
    for name, field in FIELDS:
        column = field["name"]
        home = homes.get(column)
        if column == "id" and "strateg" in name:
            home = "own_strategies"
        if home and home != name and (name, column) not in own:
            targets = {target for table, columns, target in keys()
                       if table == name and column in columns}  # fmt: skip
            assert targets & {home, "own_strategy_sources"}, (name, column)


def test_each_key_points_to_columns_that_exist():
    for name, resource in RESOURCES.items():
        for key in resource["schema"].get("foreignKeys", []):
            target = RESOURCES[key["reference"]["resource"]]["schema"]["fields"]
            assert set(key["reference"]["fields"]) <= {field["name"] for field in target}, name


def test_lists_are_joined_by_the_separator_the_loader_splits_at():
    separators = {field["list"]["separator"] for _, field in FIELDS if "list" in field}
    assert separators == {data.SEPARATOR}


def test_the_rules_of_adjudication_cover_what_was_settled():
    rules = set(data.load("adjudication")["variable"])
    assert rules == set(data.load("adjudication_counts")["variable"])


def test_the_guide_to_the_data_names_every_file():
    guide = (data.FOLDER / "README.md").read_text(encoding="utf-8")
    for path in data.FOLDER.iterdir():
        if path.name != "README.md" and not path.name.startswith("."):
            assert f"`{path.name}`" in guide, path.name
