from __future__ import annotations

import re
from dataclasses import replace

import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import InputError, UnknownNameError, UsageError
from kg.identity import PREFIXES
from kg.queries import ask, bind, load_questions, parameters, question, questions_markdown, read_question
from kg.queries.bands import bands_under
from kg.queries.gallery import gallery
from kg.queries.twins import check_twin
from kg.queries.types import TYPES, cypher_value, plain
from kg.stores import Table, open_store
from kg.synthesis.followup import bands_of, scheme_of
from kg.vocabulary import load_vocabulary

GOOD = """\
#+ name = "good"
#+ question = "What is this?"
#+ returns = ["outcome", "n"]
#+ [params.technique]
#+ type = "concept:procedure"
#+ required = true
#+ example = "TFESI"
#+ help = "a technique"
#+ [params.outcome]
#+ type = "concept:outcome"
#+ example = "pain"
#+ help = "an outcome"
#+ [params.since]
#+ type = "year"
#+ example = "2015"
#+ help = "first year"
PREFIX ev: <https://w3id.org/spinekg/vocab#>
PREFIX proc: <https://w3id.org/spinekg/procedure/>

SELECT ?outcome (COUNT(?claim) AS ?n) WHERE {
  VALUES ?technique { proc:vertebroplasty }
  VALUES ?outcome_ { ev:outcomes }
  VALUES ?since { 1990 }
  VALUES (?fixed) { (1) }
  ?claim ev:procedure ?technique ; ev:outcome ?outcome ; ev:year ?year .
  FILTER(?year >= ?since && ?outcome != ?outcome_)
}
GROUP BY ?outcome
ORDER BY ?outcome
"""


def test_a_good_file():
    found = read_question("good.rq", GOOD)
    assert (found.name, found.title, found.note) == ("good", "What is this?", "")
    assert found.returns == ("outcome", "n")
    assert [(p.name, p.type, p.default, p.required, p.example, p.help) for p in found.params] == [
        ("technique", "concept:procedure", None, True, "TFESI", "a technique"),
        ("outcome", "concept:outcome", "any", False, "pain", "an outcome"),
        ("since", "year", "1990", False, "2015", "first year"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "line", "complaint"),
    [
        ('#+ question = "What is this?"\n', "", 1, "the key 'question' is missing"),
        ('#+ question = "What', '#+ summary = "x"\n#+ question = "What', 2, "unknown key 'summary'; allowed are name,"),
        ('question = "What is this?"', "question = 3", 2, "'question' must be of type str"),
        ('question = "What is this?"', "question = What", 2, "the header is not valid TOML"),
        ('name = "good"', 'name = "other"', 1, "the name 'other' is not the file's name"),
        ('"outcome", "n"]', '"outcome"]', 3, "returns ['outcome'], but the query selects ['outcome', 'n']"),
        ('"outcome", "n"]', '"n", "outcome"]', 3, "returns ['n', 'outcome'], but the query selects"),
        ('type = "concept:outcome"', 'type = "concept:drug"', 10, "unknown type 'concept:drug'; allowed are concept:"),
        ('#+ help = "an outcome"\n', "", 9, "the key 'help' is missing for ?outcome"),
        ('#+ help = "an outcome"', '#+ hint = "an outcome"', 12, "unknown key 'hint'; allowed are type, example,"),
        ('#+ help = "an outcome"', "#+ help = true", 12, "'help' must be of type str"),
        ("required = true", 'required = "yes"', 6, "'required' must be of type bool"),
        ('example = "2015"', 'example = "soon"', 15, "the example does not fit the type: 'soon' is not a year"),
        ("  VALUES ?since { 1990 }\n", "", 13, "'since' is declared, but there is no line 'VALUES ?since { … }'"),
        ("  VALUES ?since { 1990 }", "  VALUES ?since { UNDEF }", 23, "UNDEF would drop rows"),
        ("  VALUES ?since { 1990 }", "  VALUES ?since { }", 23, "a parameter has default values"),
        ("VALUES (?fixed) { (1) }", "VALUES ?fixed { 1 }", 24, "the parameter 'fixed' is used but not declared"),
        ("VALUES (?fixed) { (1) }", "VALUES ?since { 1991 }", 24, "'since' has another default than above"),
        ("#+ [params.since]", "#+ [params.until]", 23, "the parameter 'since' is used but not declared"),
        ("PREFIX ev:", "#+ x = 1\nPREFIX ev:", 17, "unknown key 'x'"),
        ("SELECT ?outcome", "#+ x = 1\nSELECT ?outcome", 20, "a header line after the header has ended"),
        ("SELECT ?outcome (COUNT(?claim) AS ?n) WHERE", "CONSTRUCT WHERE", 21, "not valid SPARQL"),
        ("FILTER(?year >= ?since", "FILTER(?year >= >", 26, "not valid SPARQL"),
        ("?claim ev:procedure ?technique", "SERVICE ?x { ?claim ev:p ?technique }", 1, "SERVICE is not allowed"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_file_is_named_with_its_line(old, new, line, complaint):
    assert old in GOOD
    text = GOOD.replace(old, new)
    if complaint == "unknown key 'x'":
        # In TOML the key belongs to the table above it.
        complaint = "unknown key 'x'; allowed are type, example, help, required"
    with pytest.raises(InputError) as caught:
        read_question("good.rq", text)
    place, _, message = str(caught.value).partition(": ")
    assert complaint in message
    assert place == f"good.rq:{line}"


@pytest.mark.parametrize("text", ["", "SELECT * WHERE { ?s ?p ?o }", "# a comment\n" + GOOD])
def test_a_file_without_a_header(text):
    with pytest.raises(InputError, match=r"^good.rq:1: the header is missing"):
        read_question("good.rq", text)


def test_an_ask_query_is_no_question():
    text = '#+ name = "good"\n#+ question = "?"\n#+ returns = []\nASK { ?s ?p ?o }'
    with pytest.raises(InputError, match=r"a question is a SELECT query"):
        read_question("good.rq", text)


#: The questions that go over all comparing claims: their graph says of what publication they are.
GRAPHS = {"comparison-network", "contradictions"}


def test_every_shipped_file_loads_and_is_plain():
    questions = load_questions()
    assert len(questions) >= 30
    names = [each.name for each in questions]
    assert names == sorted(set(names))
    for each in questions:
        assert each.title.endswith("?")
        assert "ORDER BY" in each.sparql
        assert "GRAPH" not in each.sparql or each.name in GRAPHS
        assert "GROUP_CONCAT" not in each.sparql
        assert "ORDER BY" in each.cypher


def test_a_folder_of_ones_own(tmp_path):
    sparql, cypher = tmp_path / "sparql", tmp_path / "cypher"
    sparql.mkdir()
    cypher.mkdir()
    (sparql / "good.rq").write_text(GOOD)
    (cypher / "good.cypher").write_text(TWIN)
    (sparql / "notes.txt").write_text("not a question")
    (found,) = load_questions(tmp_path)
    assert (found.name, found.sparql, found.cypher) == ("good", GOOD, TWIN)
    (sparql / "bad.rq").write_text(GOOD)
    with pytest.raises(InputError, match=r"^bad.rq:1: the question has no twin: cypher/bad.cypher is missing"):
        load_questions(tmp_path)
    (cypher / "bad.cypher").write_text(TWIN)
    with pytest.raises(InputError, match=r"^bad.rq:1: the name 'good' is not the file's name"):
        load_questions(tmp_path)
    (sparql / "bad.rq").unlink()
    with pytest.raises(InputError, match=r"^bad.cypher:1: the question has no twin: bad.rq is missing"):
        load_questions(tmp_path)


TWIN = """\
// $nothing in a comment counts
MATCH (c:Claim)-[:PROCEDURE]->(p:Concept), (c)-[:OUTCOME]->(o:Concept)
WHERE p.iri IN $technique AND NOT o.iri IN $outcome
MATCH (c)-[:SOURCE]->(pub:Publication)
WHERE pub.year >= $since AND pub.title <> 'RETURN $x'
RETURN o.id AS outcome, count(DISTINCT CASE WHEN pub.year > 0 THEN c.id END) AS n
ORDER BY outcome
"""
PARAMS, RETURNS = ("technique", "outcome", "since"), ("outcome", "n")


@pytest.mark.parametrize(
    ("old", "new", "line", "complaint"),
    [
        ("$since", "$until", 5, "the parameter '$until' is not declared; declared are technique, outcome, since"),
        ("$since", "2000", 1, "the parameter 'since' is declared, but there is no $since"),
        ("AS n", "AS claims", 6, "returns ['outcome', 'claims'], but the question's columns are ['outcome', 'n']"),
        ("RETURN o.id", "RETURN c.id AS claim, o.id", 6, "returns ['claim', 'outcome', 'n'], but"),
        ("ORDER BY outcome", "LIMIT 10", 6, "ORDER BY is missing"),
        ("RETURN o", "RETURN 1 AS x UNION MATCH (o) RETURN o", 6, "a question has one RETURN, this one has 2"),
        ("RETURN o", "WITH o", 1, "a question has one RETURN, this one has 0"),
        ("MATCH (c)-[:S", "CREATE (c)-[:S", 1, "CREATE is not allowed"),
    ],
)
def test_a_mistake_in_a_twin_is_named_with_its_line(old, new, line, complaint):
    check_twin("good.cypher", TWIN, PARAMS, RETURNS)
    assert old in TWIN
    with pytest.raises(InputError) as caught:
        check_twin("good.cypher", TWIN.replace(old, new), PARAMS, RETURNS)
    place, _, message = str(caught.value).partition(": ")
    assert message.startswith(complaint)
    assert place == f"good.cypher:{line}"


def test_an_unknown_question_gets_suggestions():
    with pytest.raises(UnknownNameError, match=r"unknown question 'harm'\. Did you mean: harms") as caught:
        question("harm")
    assert caught.value.suggestions[0] == "harms"


# --- values --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "text", "terms"),
    [
        (
            "concept:procedure",
            "TFESI",
            "<https://w3id.org/spinekg/procedure/transforaminal-epidural-steroid-injection>",
        ),
        ("concept:procedure", "any", "<https://w3id.org/spinekg/vocab#procedures>"),
        ("concept:indication", "FBSS", "<https://w3id.org/spinekg/indication/failed-back-surgery-syndrome>"),
        ("concept:outcome", "Pain intensity", "<https://w3id.org/spinekg/outcome/pain-intensity>"),
        ("concept:comparator-class", "sham", "<https://w3id.org/spinekg/comparator-class/sham>"),
        ("design", "randomised-trial", "<https://w3id.org/spinekg/design/randomised-trial>"),
        ("axis", "Guidance", "<https://w3id.org/spinekg/vocab#axis-guidance>"),
        ("concept:follow-up", "asipp", "<https://w3id.org/spinekg/follow-up/asipp>"),
        ("direction", "No difference", "<https://w3id.org/spinekg/vocab#no-difference>"),
        ("basis", "within", "<https://w3id.org/spinekg/vocab#within>"),
        ("year", "2015", '"2015"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("date", "2024-03-31", '"2024-03-31"^^<http://www.w3.org/2001/XMLSchema#date>'),
        ("days", "180", '"180"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("days", "26 weeks", '"182"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("days", "6 Months", '"180"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("days", "1 year", '"365"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("integer", "-3", '"-3"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("number", "0.75", '"0.75"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        ("pmid", "19657122", "<https://pubmed.ncbi.nlm.nih.gov/19657122/>"),
        ("text", 'a "b" } \\', '"a \\"b\\" } \\\\"'),
    ],
)
def test_values_become_terms(kind, text, terms):
    assert " ".join(map(str, TYPES[kind](text))) == terms


@pytest.mark.parametrize(
    ("kind", "text", "complaint"),
    [
        ("concept:procedure", "vertebroplatsy of the moon", "unknown procedure 'vertebroplatsy of the moon'"),
        ("direction", "bettter", "unknown direction 'bettter'. Did you mean: better? Allowed are any, better,"),
        ("basis", "both", "unknown basis 'both'"),
        ("axis", "guidence", "unknown axis 'guidence'. Did you mean: guidance? Allowed are any, approach, device,"),
        ("year", "15", "'15' is not a year from 1800 to 2099"),
        ("year", "2015; DROP", "'2015; DROP' is not a year"),
        ("date", "31.3.2024", "'31.3.2024' is not a date such as 2024-03-31"),
        ("days", "soon", "'soon' is not a length of time such as 180"),
        ("days", "-1", "'-1' is not a length of time"),
        ("integer", "1.5", "'1.5' is not a whole number"),
        ("number", "1e9", "'1e9' is not a number such as 0.75"),
        ("number", "NaN", "'NaN' is not a number"),
        ("pmid", "PMID:1", "'PMID:1' is not a PMID"),
        ("pmid", "0", "'0' is not a PMID"),
    ],
)
def test_values_that_do_not_fit(kind, text, complaint):
    with pytest.raises(UsageError) as caught:
        TYPES[kind](text)
    assert str(caught.value).startswith(complaint)


def test_any_direction_is_every_direction():
    assert len(TYPES["direction"]("any")) == 5
    assert plain(TYPES["direction"]("any")) == plain(TYPES["basis"]("any")) == "any"
    assert plain(TYPES["direction"]("worse")) == "worse"


def test_binding_rewrites_only_the_lines_of_the_parameters():
    good = read_question("good.rq", GOOD)
    bound = bind(good, {"technique": ["TFESI", "vertebroplasty", "TFESI"], "since": 2001})
    tfesi, vertebroplasty = (
        PREFIXES["proc"] + name for name in ("transforaminal-epidural-steroid-injection", "vertebroplasty")
    )
    expected = GOOD.replace("{ proc:vertebroplasty }", f"{{ <{tfesi}> <{vertebroplasty}> }}").replace(
        "{ 1990 }", '{ "2001"^^<http://www.w3.org/2001/XMLSchema#integer> }'
    )
    assert bound == expected


PARTED = GOOD.replace(
    "  VALUES ?outcome_ { ev:outcomes }\n",
    "  #? outcome\n  VALUES ?outcome_ { ev:outcomes }\n  ?outcome ev:under ?outcome_ .\n  #.\n",
).replace(" && ?outcome != ?outcome_", "")


@pytest.mark.parametrize("outcome", [None, "any", ["pain intensity", "any"]])
def test_a_part_that_narrows_nothing_is_left_out(outcome):
    given = {"technique": "TFESI"} | ({} if outcome is None else {"outcome": outcome})
    assert "outcome_" not in bind(read_question("good.rq", PARTED), given)


def test_a_part_that_narrows_stays():
    bound = bind(read_question("good.rq", PARTED), {"technique": "TFESI", "outcome": "pain intensity"})
    assert f"  VALUES ?outcome_ {{ <{PREFIXES['out']}pain-intensity> }}\n  ?outcome ev:under ?outcome_ .\n" in bound


@pytest.mark.parametrize(
    ("old", "new", "line", "complaint"),
    [
        ("  #.\n", "", 22, "a part begins with a line '#? NAME' and ends with a line '#.'"),
        ("  #? outcome\n", "", 24, "a part begins with a line '#? NAME' and ends with a line '#.'"),
        ("  #? outcome\n", "  #? outcome\n  #? outcome\n", 22, "a part begins with a line '#? NAME'"),
        ("#? outcome", "#? since", 22, "a part is of a parameter that can be any, which 'since' cannot"),
        ("#? outcome", "#? drug", 22, "a part is of a parameter that can be any, which 'drug' cannot"),
        ("#? outcome", "#? technique", 22, "the part of 'technique' has no line 'VALUES ?technique { … }'"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_part_is_named_with_its_line(old, new, line, complaint):
    with pytest.raises(InputError) as caught:
        read_question("good.rq", PARTED.replace(old, new))
    assert str(caught.value).startswith(f"good.rq:{line}: {complaint}")


def test_a_part_the_rest_cannot_do_without_is_refused():
    text = PARTED.replace("  #? outcome\n", "  #? outcome\n  {\n").replace("  #.\n", "  #.\n  }\n")
    with pytest.raises(InputError, match="not valid SPARQL"):
        read_question("good.rq", text)


@pytest.mark.parametrize(
    ("params", "kind", "complaint"),
    [
        ({}, UsageError, "the question 'good' needs technique (a technique; say TFESI)"),
        (
            {"techniqe": "TFESI"},
            UnknownNameError,
            "unknown parameter 'techniqe'. Did you mean: technique? 'good' takes",
        ),
        ({"technique": []}, UsageError, "the parameter 'technique' of 'good' is given without a value"),
        ({"technique": "TFESI", "since": "x"}, UsageError, "'x' is not a year"),
        ({"technique": "TFESI", "since": [2001, 2002]}, UsageError, "the parameter 'since' of 'good' takes one value"),
    ],
)
def test_asking_wrongly(params, kind, complaint):
    with pytest.raises(kind) as caught:
        bind(read_question("good.rq", GOOD), params)
    assert str(caught.value).startswith(complaint)
    with pytest.raises(kind) as caught:
        parameters(read_question("good.rq", GOOD), params)
    assert str(caught.value).startswith(complaint)


TEXT = """\
#+ name = "echo"
#+ question = "Echo?"
#+ returns = ["word"]
#+ [params.word]
#+ type = "text"
#+ example = "x"
#+ help = "any text"
SELECT ?word WHERE {
  VALUES ?word { "x" }
}
"""


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_no_text_breaks_out_of_its_place(text):
    echo = read_question("echo.rq", TEXT)
    assert ask(STORE(), echo, {"word": text}).rows == ((text.strip(),),)


class _Once:
    def __call__(self):
        self._store = getattr(self, "_store", None) or open_store()
        return self._store


STORE = _Once()


# --- the page and the gallery --------------------------------------------------------------------------


def test_a_question_on_the_page():
    asked = replace(read_question("good.rq", GOOD), note="A note.")
    rows = (("a|b", None), ("long " * 20, True), *(("c", number) for number in range(4)))
    page = questions_markdown([asked], {"good": Table(columns=("outcome", "n"), rows=rows)})
    section = page.partition("\n## ")[2]
    assert section == PAGE


PAGE = """\
good

**What is this?**

A note.

In [SPARQL](../queries/sparql/good.rq) and in [Cypher](../queries/cypher/good.cypher).

| parameter | type | default | example | meaning |
|---|---|---|---|---|
| `technique` | concept:procedure | (needed) | `TFESI` | a technique |
| `outcome` | concept:outcome | `any` | `pain` | an outcome |
| `since` | year | `1990` | `2015` | first year |

`spinekg query good --param technique=TFESI --param outcome=pain --param since=2015`

| outcome | n |
|---|---|
| a\\|b |  |
| long long long long long long long long long long long long long long… | true |
| c | 0 |
| c | 1 |
| c | 2 |

… and 1 more row.
"""


def test_a_question_without_rows_says_so():
    page = questions_markdown([read_question("good.rq", GOOD)], {"good": Table(columns=("outcome", "n"), rows=())})
    assert page.endswith("|---|---|\n\nNo rows on the sample.\n")


SH, SCHEMA = rdflib.Namespace("http://www.w3.org/ns/shacl#"), rdflib.Namespace("https://schema.org/")


def test_the_gallery_is_turtle_in_the_layout_of_sparql_examples():
    asked = load_questions()
    files = gallery(asked, "http://localhost/sparql")
    assert sorted(files) == sorted([*(f"{each.name}.ttl" for each in asked), "prefixes.ttl"])
    for each in asked:
        graph = rdflib.Graph().parse(data=files[f"{each.name}.ttl"], format="turtle")
        (example,) = graph.subjects(rdflib.RDF.type, SH.SPARQLExecutable)
        assert (example, rdflib.RDF.type, SH.SPARQLSelectExecutable) in graph
        (select,) = graph.objects(example, SH.select)
        assert each.sparql.endswith(f"\n{select}\n")
        assert not str(select).startswith("#")
        (comment,) = graph.objects(example, rdflib.RDFS.comment)
        assert comment.datatype == rdflib.RDF.HTML
        assert str(comment).startswith(each.title)
        assert set(graph.objects(example, SCHEMA.target)) == {rdflib.URIRef("http://localhost/sparql")}
        assert set(map(str, graph.objects(example, SCHEMA.keywords))) >= {p.name.split("_")[0] for p in each.params} - {
            "min"
        }
        assert len(list(graph.objects(example, SH.prefixes))) == 1


def test_the_gallery_declares_every_prefix_once():
    graph = rdflib.Graph().parse(data=gallery(load_questions())["prefixes.ttl"], format="turtle")
    declared = {
        str(graph.value(node, SH.prefix)): str(graph.value(node, SH.namespace))
        for node in graph.objects(None, SH.declare)
    }
    used = {name for each in load_questions() for name in re.findall(r"^PREFIX (\w+):", each.sparql, re.MULTILINE)}
    assert set(declared) == used
    assert all(PREFIXES[name] == namespace for name, namespace in declared.items())


# --- values in Cypher ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("concept:outcome", "any", ["https://w3id.org/spinekg/vocab#outcomes"]),
        ("design", "RCT", ["https://w3id.org/spinekg/design/randomised-trial"]),
        ("axis", "guidance", ["https://w3id.org/spinekg/vocab#axis-guidance"]),
        ("direction", "any", ["better", "worse", "no-difference", "reported", "none-observed"]),
        ("basis", "within", ["within"]),
        ("pmid", "19657122", ["19657122"]),
        ("text", "7", ["7"]),
        ("year", "2015", 2015),
        ("days", "6 months", 180),
        ("integer", "-3", -3),
        ("number", "0.75", 0.75),
        ("date", "2024-03-31", "2024-03-31"),
        ("concept:follow-up", "asipp-long", [{"band": "asipp-long", "first": 190, "last": 1_000_000}]),
    ],
)
def test_values_become_parameters_of_cypher(kind, text, value):
    assert cypher_value(kind, TYPES[kind](text)) == value


def test_what_is_not_given_has_its_default_in_cypher():
    given = parameters(read_question("good.rq", GOOD), {"technique": ["TFESI", "vertebroplasty", "TFESI"]})
    tfesi, vertebroplasty = (
        PREFIXES["proc"] + name for name in ("transforaminal-epidural-steroid-injection", "vertebroplasty")
    )
    assert given == {
        "technique": [tfesi, vertebroplasty],
        "outcome": ["https://w3id.org/spinekg/vocab#outcomes"],
        "since": 1990,
    }


@given(st.integers(0, 3000))
def test_the_bands_are_those_of_the_summaries(day):
    vocabulary = load_vocabulary()
    for concept in vocabulary.concepts("follow-up"):
        if concept.broader is None:
            bands = bands_under([concept.iri])
            within = [band["band"] for band in bands if band["first"] <= day <= band["last"]]
            assert within == [band.id for band in bands_of([day], scheme_of(vocabulary, concept.id))]


def test_every_scheme_of_bands_is_taken_for_any():
    every = bands_under([PREFIXES["ev"] + "followUpSchemes"])
    assert len(every) == len({band["band"] for band in every}) > 8
