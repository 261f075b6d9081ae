MATCH (pub:Publication {retracted: false})-[:EVALUATED_PROCEDURE]->(p:Concept)
MATCH (p)-[:UNDER]->(t:Concept)
WHERE 'spin' IN pub.flags AND t.iri IN $technique
WITH DISTINCT pub
MATCH (pub)-[:DESIGN]->(d:Concept)
OPTIONAL MATCH (c:Claim)-[:SOURCE]->(pub), (c)-[:OUTCOME]->(o:Concept)
RETURN pub.pmid AS publication, pub.year AS year, d.id AS design,
       count(DISTINCT CASE WHEN c.basis = 'between' AND c.direction IN ['no-difference', 'worse'] THEN o.id END)
         AS no_difference_or_worse,
       count(DISTINCT CASE WHEN c.basis = 'within' AND c.direction = 'better' THEN o.id END) AS better_within,
       pub.title AS title
ORDER BY coalesce(year, 0) DESC, publication
