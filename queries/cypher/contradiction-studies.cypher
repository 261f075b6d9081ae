MATCH (p:Concept)-[:UNDER]->(t:Concept)
WHERE t.iri IN $technique
WITH DISTINCT p
MATCH (c:Claim {basis: 'between'})-[:PROCEDURE]->(p), (c)-[:COMPARATOR]->(q:Concept)
WHERE c.direction IN ['better', 'worse', 'no-difference']
MATCH (c)-[:OUTCOME]->(o:Concept)-[:UNDER]->(wide:Concept)
WHERE wide.iri IN $outcome
WITH DISTINCT c, p, q, o
MATCH (c)-[:SOURCE]->(pub:Publication {retracted: false})-[:DESIGN]->(d:Concept),
  (pub)-[:REPORTS_STUDY]->(s:Study)
WHERE NOT d.id IN ['systematic-review', 'guideline', 'narrative-review']
WITH p, q, o, count(DISTINCT s.id) AS studies, count(DISTINCT c.direction) AS ways
WHERE studies > 1 AND ways > 1
MATCH (c:Claim {basis: 'between'})-[:PROCEDURE]->(p), (c)-[:COMPARATOR]->(q), (c)-[:OUTCOME]->(o)
WHERE c.direction IN ['better', 'worse', 'no-difference']
MATCH (c)-[:SOURCE]->(pub:Publication {retracted: false})-[:DESIGN]->(d:Concept),
  (pub)-[:REPORTS_STUDY]->(s:Study)
WHERE NOT d.id IN ['systematic-review', 'guideline', 'narrative-review']
RETURN DISTINCT p.id AS procedure, q.id AS comparator, o.id AS outcome, c.direction AS direction, s.id AS study,
       pub.pmid AS publication, pub.year AS year, d.id AS design, pub.sampleSize AS patients
ORDER BY procedure, comparator, outcome, direction, study, publication
