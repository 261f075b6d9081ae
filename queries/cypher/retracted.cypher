MATCH (pub:Publication {retracted: true})-[:DESIGN]->(d:Concept)
OPTIONAL MATCH (pub)-[:LINKS_TO {type: 'isRetractedBy'}]->(note:Reference)
WITH DISTINCT pub, d, note.pmid AS notice
OPTIONAL MATCH (c:Claim)-[:SOURCE]->(pub)
RETURN pub.pmid AS publication, pub.year AS year, d.id AS design, notice, count(DISTINCT c.id) AS claims,
       pub.title AS title
ORDER BY publication, coalesce(notice, '')
