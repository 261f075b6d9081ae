MATCH (p:Concept)-[:UNDER]->(t:Concept)
WHERE t.iri IN $technique
WITH DISTINCT p
MATCH (c:Claim)-[:PROCEDURE]->(p)
WITH DISTINCT c
MATCH (c)-[:OUTCOME]->(o:Concept)-[:UNDER]->(wide:Concept)
WHERE wide.iri IN $outcome
WITH DISTINCT c, o
MATCH (c)-[:SOURCE]->(pub:Publication {retracted: false})-[:DESIGN]->(d:Concept)
WITH o.id AS outcome, c.direction AS direction, c.effect AS effect, pub.sampleSize AS sample_size, d.id AS design,
     pub.pmid AS publication, pub.year AS year, c.quote AS quote, min(c.start) AS start
RETURN outcome, direction, effect, sample_size, design, publication, year, quote
ORDER BY outcome, coalesce(sample_size, -1) DESC, publication, start, direction, coalesce(effect, ''), quote
