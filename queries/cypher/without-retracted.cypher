MATCH (lost:Claim)-[:SOURCE]->(:Publication {retracted: true}), (lost)-[:PROCEDURE]->(p:Concept),
  (lost)-[:OUTCOME]->(o:Concept)
WITH DISTINCT p, o, lost.basis AS basis, lost.direction AS direction
MATCH (c:Claim)-[:PROCEDURE]->(p), (c)-[:OUTCOME]->(o), (c)-[:SOURCE]->(pub:Publication),
  (pub)-[:REPORTS_STUDY]->(s:Study)
WHERE c.basis = basis AND c.direction = direction
WITH p.id AS procedure, o.id AS outcome, basis, direction, count(DISTINCT s.id) AS studies,
     count(DISTINCT CASE WHEN pub.retracted = false THEN s.id END) AS without_retracted
WHERE studies <> without_retracted
RETURN procedure, outcome, basis, direction, studies, without_retracted
ORDER BY procedure, outcome, basis, direction
