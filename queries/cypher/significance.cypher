MATCH (p:Concept)-[:BROADER|TOP_CONCEPT_OF*0..8]->(t:Concept)
WHERE t.iri IN $technique
WITH DISTINCT p
MATCH (c:Claim {basis: 'between'})-[:PROCEDURE]->(p)
WHERE c.direction IN ['better', 'worse', 'no-difference']
WITH DISTINCT c
MATCH (c)-[:SOURCE]->(pub:Publication {retracted: false})-[:DESIGN]->(d:Concept),
  (pub)-[:REPORTS_STUDY]->(s:Study), (c)-[:OUTCOME]->(o:Concept)
WHERE NOT d.id IN ['systematic-review', 'guideline', 'narrative-review']
RETURN o.id AS outcome, c.direction AS direction,
       count(DISTINCT CASE WHEN c.significant = true THEN s.id END) AS significant,
       count(DISTINCT CASE WHEN c.significant = false THEN s.id END) AS not_significant,
       count(DISTINCT CASE WHEN c.significant IS NULL THEN s.id END) AS not_said
ORDER BY outcome, direction
