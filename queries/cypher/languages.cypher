MATCH (pub:Publication {scope: 'on', retracted: false})-[:REPORTS_STUDY]->(s:Study)
OPTIONAL MATCH (c:Claim)-[:SOURCE]->(pub)
WITH pub, s, count(c) AS claims
UNWIND pub.languages AS language
RETURN language, count(DISTINCT pub.pmid) AS publications, count(DISTINCT s.id) AS studies, sum(claims) AS claims
ORDER BY publications DESC, language
