MATCH (p:Concept)-[:BROADER|TOP_CONCEPT_OF*0..8]->(t:Concept)
WHERE t.iri IN $technique
WITH DISTINCT p
MATCH (c:Claim {basis: 'between'})-[:PROCEDURE]->(p)
WITH DISTINCT c
MATCH (c)-[:OUTCOME]->(o:Concept)-[:BROADER|TOP_CONCEPT_OF*0..8]->(wide:Concept)
WHERE wide.iri IN $outcome
WITH DISTINCT c, o
MATCH (c)-[:SOURCE]->(pub:Publication {retracted: false})-[:DESIGN]->(d:Concept),
  (pub)-[:REPORTS_STUDY]->(s:Study)
WHERE ('https://w3id.org/spinekg/vocab#indications' IN $indication OR EXISTS {
  MATCH (c)-[:INDICATION]->(:Concept)-[:BROADER*0..8]->(i:Concept) WHERE i.iri IN $indication
})
RETURN o.id AS outcome, d.id AS design, count(DISTINCT s.id) AS studies,
       count(DISTINCT CASE WHEN c.direction = 'better' THEN s.id END) AS better,
       count(DISTINCT CASE WHEN c.direction = 'no-difference' THEN s.id END) AS no_difference,
       count(DISTINCT CASE WHEN c.direction = 'worse' THEN s.id END) AS worse
ORDER BY outcome, design
