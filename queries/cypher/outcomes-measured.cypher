MATCH (p:Concept)-[:UNDER]->(t:Concept)
WHERE t.iri IN $technique
WITH collect(DISTINCT p.iri) AS procedures
MATCH (o:Concept {kind: 'outcome'})-[:UNDER]->(wide:Concept)
WHERE wide.iri IN $outcome
WITH DISTINCT procedures, o
OPTIONAL MATCH (c:Claim {retracted: false})-[:OUTCOME]->(o), (c)-[:PROCEDURE]->(p:Concept)
WHERE p.iri IN procedures AND NOT c.design IN ['systematic-review', 'guideline', 'narrative-review']
RETURN o.id AS outcome, count(DISTINCT c.study) AS studies,
       count(DISTINCT CASE WHEN c.design = 'randomised-trial' THEN c.study END) AS trials,
       count(DISTINCT c.id) AS claims, count(DISTINCT c.measure) AS measures
ORDER BY studies DESC, outcome
