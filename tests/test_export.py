"""Exports: what networkx, Gephi and spreadsheets read back is what the graph holds, and two exports are the same bytes."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import networkx as nx
import pyoxigraph as ox
import pytest
from conftest import Kg
from hypothesis import given
from hypothesis import strategies as st

from kg.cells import csv_text, safe_cell
from kg.draw import MOST, _Picture, draw
from kg.errors import InputError, StoreError
from kg.export import GRAPH_FORMATS, around, format_of, to_csv, to_gexf, to_graphml, to_json, write_graph, write_rdf
from kg.store import RdfRecord


def small() -> nx.MultiDiGraph[str]:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_node(
        "o", labels=["Organization", "PartyCommittee"], name="=甲镇党委", names=["=甲镇党委", "镇党委"], mentions=[{"article": "a", "text": "镇党委"}]
    )
    graph.add_node("i", labels=["Initiative"], name="“乙”机制", names=["“乙”机制"])
    graph.add_node("p", labels=["Place", "Township"], name="甲镇", names=["甲镇"], code="330523001")
    graph.add_node("q", labels=["Place", "County"], name="丁县", names=["丁县"])
    graph.add_node("s", labels=["Sentence"], name="句", start=1, end=2)
    for source, kind, target in (("o", "RUNS", "i"), ("i", "IMPLEMENTED_IN", "p"), ("o", "LOCATED_IN", "p"), ("p", "WITHIN", "q")):
        graph.add_edge(source, target, key=kind, type=kind, articles=["a", "b"], support=2)
    return graph


def test_json_is_read_by_networkx() -> None:
    data = json.loads(to_json(small()))
    read = nx.node_link_graph(data, edges="edges")
    whole = small()
    for _, node in whole.nodes(data=True):
        node.update({"names": [], "mentions": []} | dict(node))  # each node has both in JSON
    assert nx.utils.graphs_equal(read, whole)
    assert data["nodes"][1] == {"id": "o", **whole.nodes["o"]}
    assert data["edges"][0] == {"source": "i", "target": "p", "key": "IMPLEMENTED_IN", "type": "IMPLEMENTED_IN", "articles": ["a", "b"], "support": 2}


def test_graphml_and_gexf_are_read_by_networkx() -> None:
    graphml = nx.parse_graphml(to_graphml(small()), force_multigraph=True)
    assert graphml.nodes["o"]["labels"] == "Organization; PartyCommittee"
    assert graphml.nodes["o"]["mentions"] == "a: 镇党委"
    assert sorted(kind for _, _, kind in graphml.edges(data="type")) == ["IMPLEMENTED_IN", "LOCATED_IN", "RUNS", "WITHIN"]
    text = to_gexf(small())
    gexf = nx.read_gexf(io.BytesIO(text.encode()))
    assert gexf.nodes["p"]["label"] == "甲镇"
    assert set(gexf) == set(small())
    assert "dynamic" not in text
    assert "lastmodifieddate" not in text


def test_csv_holds_no_formula() -> None:
    nodes, edges = (list(csv.DictReader(io.StringIO(text))) for text in to_csv(small()))
    assert [row["name"] for row in nodes if row["id"] == "o"] == ["'=甲镇党委"]
    assert [(row["source"], row["type"], row["target"], row["articles"]) for row in edges][-1] == ("p", "WITHIN", "q", "a; b")


@given(st.text(st.characters(codec=None), max_size=8))
def test_xml_is_well_formed_whatever_the_raw_text_holds(text: str) -> None:
    graph = small()
    graph.nodes["s"].update(raw=text, names=[text, "句"], mentions=[{"article": "a", "text": text}])
    nx.parse_graphml(to_graphml(graph), force_multigraph=True)
    nx.read_gexf(io.BytesIO(to_gexf(graph).encode()))


def test_what_xml_can_not_hold_becomes_a_replacement_character() -> None:
    graph = small()
    graph.nodes["s"]["raw"] = "甲\x0b乙\x00\t\uffff"
    assert nx.parse_graphml(to_graphml(graph), force_multigraph=True).nodes["s"]["raw"] == "甲\ufffd乙\ufffd\t\ufffd"


@given(st.text(max_size=8))
def test_no_cell_starts_as_a_formula(text: str) -> None:
    cell = str(safe_cell(text))
    assert cell == text or cell == f"'{text}"
    assert not cell.lstrip().startswith(("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"))
    if "\0" not in text and "\r" not in text:
        assert list(csv.reader(io.StringIO(csv_text(["a"], [[text]]))))[1:] == ([[cell]] if cell else [[""]])


def test_numbers_stay_numbers() -> None:
    assert [safe_cell(value) for value in (-3, 2.5, None, ["-a", 1], {"b": "甲"})] == [-3, 2.5, "", "'-a; 1", '{"b": "甲"}']


def test_around_goes_both_ways_and_leaves_sentences_out() -> None:
    assert sorted(around(small(), "甲镇", 0)) == ["p"]
    assert sorted(around(small(), "甲镇", 1)) == ["i", "o", "p", "q"]
    assert sorted(around(small(), "q", 1)) == ["p", "q"]
    assert sorted(around(small(), "镇党委", 9)) == ["i", "o", "p", "q"]
    with pytest.raises(InputError, match="nothing in the graph is called 甲; there are"):
        around(small(), "甲", 1)


def test_the_ending_names_the_format() -> None:
    assert [format_of(Path(name), None) for name in ("a.ttl", "a.NQ", "a.json", "a.png")] == ["turtle", "nquads", "json", "png"]
    assert format_of(Path("a.txt"), "gexf") == "gexf"
    for name, form in (("a.txt", None), ("a.ttl", "docx")):
        with pytest.raises(InputError, match="one of turtle, trig"):
            format_of(Path(name), form)


def test_the_picture_shows_all_names_and_none_covers_another(tmp_path: Path) -> None:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for number in range(40):
        graph.add_node(f"o{number:02}", labels=["Organization"], name=f"天荒坪镇竹坞湾村第{number}党支部" * (1 + number % 2))
        if number:
            graph.add_edge(f"o{number:02}", f"o{number // 3:02}", key="SUBUNIT_OF", type="SUBUNIT_OF")
    picture = _Picture(graph)
    for one in range(40):
        for other in range(one):
            apart = abs(picture.places[one] - picture.places[other])
            assert (apart >= (picture.boxes[one] + picture.boxes[other]) / 2).any(), (one, other)
    draw(graph, tmp_path / "a.png", "甲")
    draw(graph, tmp_path / "b.png", "甲")
    assert (tmp_path / "a.png").read_bytes()[:4] == b"\x89PNG"
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


@pytest.mark.parametrize("name", ["pic", "pic.jpg", "pic.xyz", "pic.png"])
def test_a_picture_goes_to_the_file_that_is_named(tmp_path: Path, name: str) -> None:
    assert write_graph(around(small(), "q", 1), tmp_path / name, "png") == [tmp_path / name]
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_bytes()[:4] == b"\x89PNG"


@pytest.mark.parametrize("form", GRAPH_FORMATS)
def test_a_folder_is_not_written_over(tmp_path: Path, form: str) -> None:
    (tmp_path / "d").mkdir()
    with pytest.raises(StoreError, match=r"d can't be written \(Is a directory\): name another file"):
        write_graph(around(small(), "q", 1), tmp_path / "d", form)
    assert [path.name for path in tmp_path.iterdir()] == ["d"]


def test_an_export_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    out = tmp_path / "a.nq"
    out.write_text("before", "utf-8")
    record = RdfRecord(tmp_path / "record", write=True)
    with pytest.raises(InputError, match="rdfxml is no RDF format"):
        write_rdf(record, out, "rdfxml")
    assert out.read_text("utf-8") == "before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.nq", "record"]


@pytest.mark.parametrize("number", [0, MOST + 1])
def test_nothing_and_too_much_are_not_drawn(tmp_path: Path, number: int) -> None:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_nodes_from((str(i), {"labels": ["Person"], "name": "甲"}) for i in range(number))
    with pytest.raises(InputError, match=f"{number} things to draw, a picture holds 1 to 80"):
        draw(graph, tmp_path / "x.png")


@pytest.mark.parametrize("ending", ["ttl", "trig", "nq", "jsonld", "json", "graphml", "gexf", "csv"])
def test_every_format_of_the_sample_store_is_the_same_twice(kg: Kg, sample_store: Path, tmp_path: Path, ending: str) -> None:
    for name in "ab":
        done = kg("export", tmp_path / f"{name}.{ending}", "--store", sample_store)
        assert (done.code, done.err) == (0, "")
        for path in done.out.splitlines():
            assert Path(path).stat().st_size > 1000
    assert (tmp_path / f"a.{ending}").read_bytes() == (tmp_path / f"b.{ending}").read_bytes()
    forms = {"ttl": ox.RdfFormat.TURTLE, "trig": ox.RdfFormat.TRIG, "nq": ox.RdfFormat.N_QUADS, "jsonld": ox.RdfFormat.JSON_LD}
    if ending in forms:
        assert len(list(ox.parse(path=tmp_path / f"a.{ending}", format=forms[ending]))) > 5000


def test_json_of_the_sample_store_has_the_form_that_is_promised(kg: Kg, sample_store: Path, tmp_path: Path) -> None:
    kg("export", tmp_path / "a.json", "--store", sample_store)
    data = json.loads((tmp_path / "a.json").read_bytes())
    body = next(node for node in data["nodes"] if node["name"] == "西来镇党委")
    assert {"id", "labels", "name", "names", "mentions"} <= body.keys()
    assert {"article", "text"} == body["mentions"][0].keys()
    ids = {node["id"] for node in data["nodes"]}
    assert all({"source", "target", "type"} <= edge.keys() and {edge["source"], edge["target"]} <= ids for edge in data["edges"])
