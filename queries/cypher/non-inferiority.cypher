MATCH (p:Concept)-[:UNDER]->(t:Concept)
WHERE t.iri IN $technique
WITH DISTINCT p
MATCH (c:Claim {noninferiority: true})-[:PROCEDURE]->(p)
MATCH (c)-[:SOURCE]->(pub:Publication {retracted: false})-[:DESIGN]->(d:Concept), (c)-[:OUTCOME]->(o:Concept)
OPTIONAL MATCH (c)-[:COMPARATOR]->(q:Concept)
WITH pub.pmid AS publication, pub.year AS year, d.id AS design, p.id AS procedure, q.id AS comparator, o.id AS outcome,
     c.direction AS direction, c.quote AS quote, min(c.start) AS start
RETURN publication, year, design, procedure, comparator, outcome, direction, quote
ORDER BY coalesce(year, 0) DESC, publication, start, procedure, coalesce(comparator, ''), outcome, direction, quote
