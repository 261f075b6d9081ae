MATCH (p:Concept {kind: 'procedure'})-[:UNDER]->(t:Concept)
WHERE t.iri IN $technique
WITH DISTINCT p
OPTIONAL MATCH (p)-[:BROADER]->(b:Concept)
OPTIONAL MATCH (pub:Publication {scope: 'on', retracted: false})-[:EVALUATED_PROCEDURE]->(p),
  (pub)-[:DESIGN]->(d:Concept), (pub)-[:REPORTS_STUDY]->(s:Study)
WITH p, b, pub, d, s, NOT d.id IN ['systematic-review', 'guideline', 'narrative-review',
  'protocol', 'correspondence'] AS own
RETURN p.id AS procedure, b.id AS broader,
       count(DISTINCT CASE WHEN own THEN s.id END) AS studies,
       count(DISTINCT CASE WHEN d.id = 'randomised-trial' THEN s.id END) AS trials,
       count(DISTINCT CASE WHEN d.id = 'systematic-review' THEN s.id END) AS reviews,
       min(pub.year) AS first_year, max(pub.year) AS last_year
ORDER BY studies DESC, procedure
