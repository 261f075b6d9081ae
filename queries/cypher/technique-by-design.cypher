MATCH (p:Concept)-[:UNDER]->(t:Concept)
WHERE t.iri IN $technique
WITH DISTINCT p
MATCH (c:Claim {basis: 'between', retracted: false})-[:PROCEDURE]->(p)
WITH DISTINCT c
MATCH (c)-[:OUTCOME]->(o:Concept)-[:UNDER]->(wide:Concept)
WHERE wide.iri IN $outcome
WITH DISTINCT c, o
WHERE ('https://w3id.org/spinekg/vocab#indications' IN $indication OR EXISTS {
  MATCH (c)-[:INDICATION]->(:Concept)-[:UNDER]->(i:Concept) WHERE i.iri IN $indication
})
RETURN o.id AS outcome, c.design AS design, count(DISTINCT c.study) AS studies,
       count(DISTINCT CASE WHEN c.direction = 'better' THEN c.study END) AS better,
       count(DISTINCT CASE WHEN c.direction = 'no-difference' THEN c.study END) AS no_difference,
       count(DISTINCT CASE WHEN c.direction = 'worse' THEN c.study END) AS worse
ORDER BY outcome, design
