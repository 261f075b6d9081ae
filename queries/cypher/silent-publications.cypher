MATCH (pub:Publication {scope: 'on'})-[:DESIGN]->(d:Concept)
WHERE NOT EXISTS { MATCH (:Claim)-[:SOURCE]->(pub) }
RETURN pub.pmid AS publication, pub.year AS year, d.id AS design, pub.title AS title
ORDER BY coalesce(year, 0) DESC, publication
