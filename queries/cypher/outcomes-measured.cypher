MATCH (p:Concept)-[:BROADER|TOP_CONCEPT_OF*0..8]->(t:Concept)
WHERE t.iri IN $technique
WITH collect(DISTINCT p.iri) AS procedures
MATCH (o:Concept {kind: 'outcome'})-[:BROADER|TOP_CONCEPT_OF*0..8]->(wide:Concept)
WHERE wide.iri IN $outcome
WITH DISTINCT procedures, o
OPTIONAL MATCH (c:Claim)-[:OUTCOME]->(o), (c)-[:PROCEDURE]->(p:Concept),
  (c)-[:SOURCE]->(pub:Publication {retracted: false})-[:DESIGN]->(d:Concept), (pub)-[:REPORTS_STUDY]->(s:Study)
WHERE p.iri IN procedures AND NOT d.id IN ['systematic-review', 'guideline', 'narrative-review']
RETURN o.id AS outcome, count(DISTINCT s.id) AS studies,
       count(DISTINCT CASE WHEN d.id = 'randomised-trial' THEN s.id END) AS trials,
       count(DISTINCT c.id) AS claims, count(DISTINCT c.measure) AS measures
ORDER BY studies DESC, outcome
