MATCH (p:Concept)-[:UNDER]->(t:Concept)
WHERE t.iri IN $technique
WITH DISTINCT p
MATCH (:Publication {scope: 'on', retracted: false})-[:EVALUATED_PROCEDURE]->(p)
WITH DISTINCT p
MATCH (:Publication {scope: 'on', retracted: false})-[:EVALUATED_INDICATION]->(i:Concept)
WITH DISTINCT p, i
OPTIONAL MATCH (pub:Publication {scope: 'on', retracted: false})-[:EVALUATED_PROCEDURE]->(p),
  (pub)-[:EVALUATED_INDICATION]->(i), (pub)-[:DESIGN]->(d:Concept), (pub)-[:REPORTS_STUDY]->(s:Study)
WITH p, i, d, s, NOT d.id IN ['systematic-review', 'guideline', 'narrative-review',
  'protocol', 'correspondence'] AS own
RETURN p.id AS procedure, i.id AS indication,
       count(DISTINCT CASE WHEN own THEN s.id END) AS studies,
       count(DISTINCT CASE WHEN d.id = 'randomised-trial' THEN s.id END) AS trials,
       count(DISTINCT CASE WHEN d.id = 'systematic-review' THEN s.id END) AS reviews
ORDER BY procedure, indication
