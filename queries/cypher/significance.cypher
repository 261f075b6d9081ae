MATCH (p:Concept)-[:UNDER]->(t:Concept)
WHERE t.iri IN $technique
WITH DISTINCT p
MATCH (c:Claim {basis: 'between', retracted: false})-[:PROCEDURE]->(p)
WHERE c.direction IN ['better', 'worse', 'no-difference']
WITH DISTINCT c
MATCH (c)-[:OUTCOME]->(o:Concept)
WHERE NOT c.design IN ['systematic-review', 'guideline', 'narrative-review']
RETURN o.id AS outcome, c.direction AS direction,
       count(DISTINCT CASE WHEN c.significant = true THEN c.study END) AS significant,
       count(DISTINCT CASE WHEN c.significant = false THEN c.study END) AS not_significant,
       count(DISTINCT CASE WHEN c.significant IS NULL THEN c.study END) AS not_said
ORDER BY outcome, direction
