"""Cypher of users: what is answered, what is refused, and that no spelling gets round it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import UsageError
from kg.stores import cypher_guard
from kg.stores.cypher_guard import check_cypher, parameters

GOOD = [
    "MATCH (c:Claim) RETURN c.direction AS direction, count(*) AS n ORDER BY n DESC SKIP 1 LIMIT 3",
    "match (c:Claim) where exists { match (c)-[:OUTCOME]->(:Concept {id: $id}) } return c.id;",
    "OPTIONAL MATCH (c:Claim)-[:PROCEDURE]->()-[:BROADER*0..8]->(p:Concept) WITH p WHERE p.id IN $ids RETURN p.id",
    "UNWIND [1, 2.5e3, 0xFF, -1] AS x RETURN x UNION RETURN 2 AS x UNION ALL RETURN 3 AS x",
    "MATCH (a)--(b)<-[r:STUDY|SOURCE]-(c) RETURN CASE WHEN a.start >= 1 THEN 'x' ELSE \"y\" END, b[0..2], {k: 1}",
    "RETURN 'CREATE (n); // COPY', \"it's /* SET\", 'it\\'s \\\\', `delete`, $call, $`set`",
    "MATCH (n) // CREATE (m); DROP\nRETURN n /* CALL { DELETE } ; */ ; // the end",
    "RETURN date.truncate('year', date('2020-02-02')), duration.between(date(), date()), point({x: 1, y: 2})",
    "MATCH (n:Claim)\u00a0RETURN n.reset, n.created, n.calls, toInteger(n.offset), copying.loads",
    "RETURN COUNT { MATCH (:Claim) } AS claims",
    "\n\t RETURN 1",
]
WRITES = [
    "CREATE (n:Claim {id: 'x'})",
    "MATCH (n) SET n.x = 1",
    "MATCH (n) DETACH DELETE n",
    "MATCH (n) NODETACH DELETE n",
    "MATCH (n) REMOVE n.x RETURN n",
    "MERGE (n:Claim {id: 'x'}) RETURN n",
    "UNWIND [1] AS x INSERT (n:Claim)",
    "MATCH p = (a)-[*]->(b) FOREACH (n IN nodes(p) | SET n.x = 1)",
    "RETURN 1 AS x UNION MATCH (n) DELETE n RETURN 1 AS x",
    "MATCH (n) WITH n CALL { WITH n DELETE n } RETURN 1",
    "MATCH (n) WITH n CALL (n) { DELETE n } IN TRANSACTIONS RETURN 1",
]
REACHES_OUT = [
    "COPY Claim FROM 'claims.parquet'",
    "COPY (MATCH (n:Claim) RETURN n.*) TO '/etc/cron.d/x.csv'",
    "LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line",
    "LOAD FROM '/etc/passwd' (HEADER=false) RETURN *",
    "MATCH (n) WITH n LOAD CSV FROM 'http://localhost/' AS line RETURN line",
    "INSTALL httpfs",
    "LOAD EXTENSION '/tmp/x.so'",
    "ATTACH 'other.db' AS other (dbtype ladybug)",
    "EXPORT DATABASE '/tmp/x'",
    "IMPORT DATABASE '/tmp/x'",
    "CALL show_tables() RETURN *",
    "MATCH (n) CALL dbms.components() YIELD name RETURN name",
    "USE system MATCH (n) RETURN n",
    "SHOW USERS",
    "ALTER TABLE Claim DROP quote",
    "DROP TABLE Claim",
    "BEGIN TRANSACTION",
    "CHECKPOINT",
    "EXPLAIN MATCH (n) RETURN n",
    "PROFILE MATCH (n) RETURN n",
    "CYPHER runtime=slotted MATCH (n) RETURN n",
    "RETURN apoc.cypher.runFirstColumnSingle('x', {})",
    "RETURN genai.vector.encode('x', 'OpenAI', {})",
    "RETURN apoc . text . join(['a'], '')",
    "RETURN apoc/**/./**/x(1)",
    "RETURN `apoc`.`x`(1)",
    "RETURN `apoc.x` (1)",
    "RETURN date.`x`(1)",
]
DISGUISES = [
    "\\u0043REATE (n)",
    "RETURN 'x\\u0027 CREATE (n) //'",
    "RETURN 1 // \\u000aCREATE (n)",
    "RETURN 1 /* \\u002a\\u002f CREATE (n) */",
    "RETURN '\\U00000027 CREATE (n)'",
    "cReAtE (n)",
    "RETURN 1 /**/CREATE/**/ (n)",
    "/* RETURN 1 */ CREATE (n)",
    "// RETURN 1\nCREATE (n)",
    "RETURN 1 //\rCREATE (n)",
    "RETURN 1;CREATE (n)",
    "RETURN 1; RETURN 2",
    "RETURN 1;;",
    "RETURN 1CREATE (n)",
    "RETURN 0xCREATE (n)",
    "RETURN 1.CREATE (n)",
    "RETURN 'a'CREATE (n)",
    "RETURN `a`CREATE (n)",
    "RETURN [1]CREATE (n)",
    "RETURN $a CREATE (n)",
    "RETURN x.y CREATE (n)",
    "RETURN 'a\\'CREATE (n)'CREATE (n)",
    "RETURN 'a\\\\'CREATE (n)//'",
    "RETURN 'a\\qb'",
    "RETURN 'open",
    'RETURN "open',
    "MATCH (`open) RETURN 1",
    "RETURN 1 /* open",
    "RETURN \\ 1",
    "RETURN 1 CRE\u200bATE (n)",
    "RETURN 1\x00CREATE (n)",
    "RETURN 1 \ufeffCREATE (n)",
    "RETURN 1 \uff23REATE (n)",
    "RETURN 1 \u017fET n.x = 1",
    "RETURN '\ud800'",
    "WITH 1 AS set RETURN set",
    "(RETURN 1)",
    "'MATCH' RETURN 1",
    "`MATCH` RETURN 1",
    "",
    "   // nothing",
]


@pytest.mark.parametrize("cypher", GOOD)
def test_a_query_that_reads_is_let_through(cypher: str) -> None:
    check_cypher(cypher)


@pytest.mark.parametrize("cypher", [*WRITES, *REACHES_OUT, *DISGUISES])
def test_everything_else_is_refused_in_one_line(cypher: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_cypher(cypher)
    assert "\n" not in str(caught.value) and str(caught.value)


def test_the_word_in_the_way_is_named() -> None:
    with pytest.raises(UsageError, match=r"DELETE is not allowed: a query reads.*in backticks, `delete`"):
        check_cypher("MATCH (n) delete n")


@pytest.mark.parametrize(
    ("cypher", "what"),
    [
        ("RETURN 1 " + " " * 16_384, "16393 characters long; at most 16384"),
        ("RETURN " + "(" * 65 + "1" + ")" * 65, "65 levels of brackets; at most 64"),
        ("RETURN " + "CASE WHEN true THEN " * 17 + "1" + " END" * 17, "17 levels of CASE; at most 16"),
        ("MATCH " + ", ".join(f"(a)-[:R]->(b{n})" for n in range(21)) + " RETURN 1", "21 relationships in one part"),
        ("MATCH (a)" + "--(b)" * 21 + " RETURN 1", "21 relationships in one part"),
        ("WITH 1 AS a " * 129 + "RETURN a", "129 patterns and lists; at most 128"),
        ("RETURN " + "+".join("1" * 514), "513 operators; at most 512"),
    ],
)
def test_what_could_bring_an_engine_down_is_refused(cypher: str, what: str) -> None:
    with pytest.raises(UsageError, match=what):
        check_cypher(cypher)


def test_a_query_of_many_parts_may_have_many_relationships() -> None:
    check_cypher(" ".join("OPTIONAL MATCH (a)-[:R]->(b)-[:R]->(c)" for _ in range(40)) + " RETURN a")


def test_the_parameters_are_found_outside_of_texts() -> None:
    assert parameters("RETURN $b, '$no', $a, `$no`, $b, $`c d` // $no\n") == ("b", "a", "c d")


FORBIDDEN = sorted(cypher_guard._FORBIDDEN)
GAPS = st.sampled_from(["", " ", "\n", "\t", "/**/", "/* ' */", "// `\n", "\u00a0"])
BEFORE = st.sampled_from(
    ["RETURN 1", "RETURN 'a'", "RETURN `a`", "MATCH (n)", "RETURN $p", "RETURN [1]", "RETURN '\\''", 'RETURN "\'"', "RETURN n.x"]
)  # fmt: skip


@given(BEFORE, GAPS, st.sampled_from(FORBIDDEN), st.data(), GAPS)
def test_no_spelling_of_a_forbidden_word_gets_through(
    before: str, gap: str, word: str, data: st.DataObject, after: str
) -> None:
    spelt = "".join(data.draw(st.sampled_from([char.lower(), char.upper()])) for char in word)
    joined = re.search(r"\w$", before) is not None and gap == ""
    with pytest.raises(UsageError):
        check_cypher(f"{before}{' ' if joined else gap}{spelt}{after} (n)")


QUOTABLE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\\'\"`"), max_size=30)


@given(QUOTABLE, st.sampled_from(FORBIDDEN), st.sampled_from(["'{}'", '"{}"', "`{}`", "1 /* {} */"]))
def test_quoted_words_do_not_matter(text: str, word: str, quotes: str) -> None:
    inside = quotes.format(f"{text} {word} (n); {text}".replace("*/", ""))
    check_cypher(f"MATCH (n) RETURN {inside} AS x")


@given(st.text(max_size=60))
def test_any_text_is_answered_by_yes_or_no(text: str) -> None:
    for cypher in (text, f"RETURN {text}", f"MATCH (n) RETURN '{text}'"):
        try:
            check_cypher(cypher)
        except UsageError as error:
            assert "\n" not in str(error)


def test_ladybug_neither_writes_nor_reaches_out_by_what_is_let_through(tmp_path: Path) -> None:
    """The engine itself would do it: the guard is what stands before it."""
    import ladybug

    database = ladybug.Database(tmp_path / "x.lbug", max_num_threads=1)
    connection = ladybug.Connection(database)
    connection.execute("CREATE NODE TABLE P(id STRING, PRIMARY KEY(id))")
    out = tmp_path / "out.csv"
    evil = f"COPY (MATCH (p:P) RETURN p.id) TO '{out}'"
    for wrapped in (evil, f"RETURN 1; {evil}", f"/* MATCH */ {evil}", f"// MATCH\n{evil}"):
        with pytest.raises(UsageError):
            check_cypher(wrapped)
    connection.execute(evil)
    assert out.exists()
    connection.close()
    database.close()


@pytest.mark.parametrize(
    "cypher",
    [
        "RETURN " + "(" * 63 + "1" + ")" * 63,
        "RETURN " + "+".join("1" * 500),
        "RETURN " + "NOT " * 500 + "true",
        "RETURN " + "CASE WHEN true THEN " * 16 + "1" + " END" * 16,
        "MATCH p = " + "-[:R*0..9]->".join(["(:P)"] * 21) + " RETURN count(*)",
        "MATCH (a:P) WHERE " + "EXISTS { MATCH (a) WHERE " * 60 + "true" + "}" * 60 + " RETURN count(*)",
        " UNION ".join(["RETURN 1 AS a"] * 100),
    ],
)
def test_the_worst_that_is_let_through_does_not_end_ladybug(cypher: str) -> None:
    """Were a limit too high, this would end the tests with a signal or not end at all."""
    import ladybug

    check_cypher(cypher)
    with ladybug.Database("", max_num_threads=2) as database, ladybug.Connection(database) as connection:
        connection.execute("CREATE NODE TABLE P(id STRING, PRIMARY KEY(id))")
        connection.execute("CREATE REL TABLE R(FROM P TO P)")
        connection.execute("CREATE (:P {id: 'a'})")
        connection.set_query_timeout(20_000)
        assert connection.execute(cypher).get_next() is not None
