MATCH (p:Concept)-[:UNDER]->(t:Concept)
WHERE t.iri IN $technique
WITH DISTINCT p
MATCH (pub:Publication {scope: 'on'})-[:EVALUATED_PROCEDURE]->(p)
WHERE pub.year >= $since
WITH DISTINCT pub
MATCH (pub)-[:DESIGN]->(d:Concept)
OPTIONAL MATCH (c:Claim)-[:SOURCE]->(pub)
RETURN pub.pmid AS publication, pub.issued AS issued, d.id AS design, pub.retracted AS retracted,
       count(DISTINCT c.id) AS claims, pub.title AS title
ORDER BY issued DESC, publication
LIMIT 100
