MATCH (f:Concept)-[:BROADER|TOP_CONCEPT_OF]->(t:Concept)
WHERE t.iri IN $technique
WITH DISTINCT f
MATCH (p:Concept)-[:BROADER*0..8]->(f)
WITH DISTINCT f, p
MATCH (c:Claim {basis: 'between'})-[:PROCEDURE]->(p)
MATCH (c)-[:OUTCOME]->(o:Concept)-[:BROADER|TOP_CONCEPT_OF*0..8]->(wide:Concept)
WHERE wide.iri IN $outcome
WITH DISTINCT f, p, c
MATCH (c)-[:SOURCE]->(pub:Publication {retracted: false})-[:DESIGN]->(d:Concept),
  (pub)-[:REPORTS_STUDY]->(s:Study)
WHERE ('https://w3id.org/spinekg/vocab#indications' IN $indication OR EXISTS {
  MATCH (c)-[:INDICATION]->(:Concept)-[:BROADER*0..8]->(i:Concept) WHERE i.iri IN $indication
})
WITH f, p, c, d, s, NOT d.id IN ['systematic-review', 'guideline', 'narrative-review'] AS own
RETURN f.id AS family, count(DISTINCT p.id) AS members,
       count(DISTINCT CASE WHEN own THEN s.id END) AS studies,
       count(DISTINCT CASE WHEN d.id = 'randomised-trial' THEN s.id END) AS trials,
       count(DISTINCT CASE WHEN d.id = 'systematic-review' THEN s.id END) AS reviews,
       count(DISTINCT CASE WHEN own AND c.direction = 'better' THEN s.id END) AS better,
       count(DISTINCT CASE WHEN own AND c.direction = 'no-difference' THEN s.id END) AS no_difference,
       count(DISTINCT CASE WHEN own AND c.direction = 'worse' THEN s.id END) AS worse
ORDER BY studies DESC, reviews DESC, family
