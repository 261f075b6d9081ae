MATCH (pub:Publication)-[:DESIGN]->(d:Concept)
UNWIND pub.flags AS flag
RETURN DISTINCT flag, pub.pmid AS publication, pub.year AS year, d.id AS design, pub.title AS title
ORDER BY flag, publication
