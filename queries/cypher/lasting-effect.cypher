MATCH (d:Concept)-[:UNDER]->(kind:Concept)
WHERE kind.iri IN $design
WITH collect(DISTINCT d.iri) AS designs
MATCH (o:Concept)-[:UNDER]->(wide:Concept)
WHERE wide.iri IN $outcome
WITH DISTINCT designs, o
MATCH (c:Claim {basis: 'between'})-[:OUTCOME]->(o)
UNWIND c.followupDays AS day
WITH designs, c, day
WHERE day >= $min_days
WITH DISTINCT designs, c
MATCH (c)-[:SOURCE]->(pub:Publication {retracted: false})-[:DESIGN]->(d:Concept), (pub)-[:REPORTS_STUDY]->(s:Study),
  (c)-[:PROCEDURE]->(p:Concept)
WHERE d.iri IN designs AND ('https://w3id.org/spinekg/vocab#indications' IN $indication OR EXISTS {
  MATCH (c)-[:INDICATION]->(:Concept)-[:UNDER]->(i:Concept) WHERE i.iri IN $indication
})
RETURN p.id AS procedure,
       count(DISTINCT CASE WHEN c.direction = 'better' THEN s.id END) AS better,
       count(DISTINCT CASE WHEN c.direction = 'no-difference' THEN s.id END) AS no_difference,
       count(DISTINCT CASE WHEN c.direction = 'worse' THEN s.id END) AS worse
ORDER BY better DESC, procedure
