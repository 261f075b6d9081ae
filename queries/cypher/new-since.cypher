MATCH (pub:Publication {scope: 'on', retracted: false})
WHERE pub.issued >= $since OR $since STARTS WITH pub.issued
MATCH (pub)-[:EVALUATED_PROCEDURE]->(p:Concept)-[:UNDER]->(t:Concept)
WHERE t.iri IN $technique
WITH DISTINCT pub, p
MATCH (pub)-[:DESIGN]->(d:Concept), (pub)-[:REPORTS_STUDY]->(s:Study)
OPTIONAL MATCH (c:Claim)-[:SOURCE]->(pub), (c)-[:PROCEDURE]->(p)
WITH p, pub, s, d, count(c) AS found,
     NOT d.id IN ['systematic-review', 'guideline', 'narrative-review', 'protocol', 'correspondence'] AS own
RETURN p.id AS procedure, count(DISTINCT pub.pmid) AS publications,
       count(DISTINCT CASE WHEN own THEN s.id END) AS studies,
       count(DISTINCT CASE WHEN d.id = 'randomised-trial' THEN s.id END) AS trials,
       sum(found) AS claims, max(pub.issued) AS newest
ORDER BY publications DESC, procedure
