MATCH (p:Concept)-[:UNDER]->(t:Concept)
WHERE t.iri IN $technique
WITH DISTINCT p
MATCH (c:Claim {retracted: false})-[:PROCEDURE]->(p)
WITH DISTINCT c
MATCH (c)-[:OUTCOME]->(o:Concept)-[:UNDER]->(wide:Concept)
WHERE wide.iri IN $outcome
WITH DISTINCT c, o
WHERE NOT c.design IN ['systematic-review', 'guideline', 'narrative-review']
WITH o.id AS outcome, c.study AS study, max(coalesce(c.sampleSize, 0)) AS size,
     max(CASE WHEN c.sampleSize IS NULL THEN 0 ELSE 1 END) AS sized,
     max(CASE WHEN c.direction = 'none-observed' THEN 0 ELSE 1 END) AS events,
     max(CASE WHEN c.direction = 'none-observed' THEN 1 ELSE 0 END) AS clear,
     max(CASE WHEN c.basis = 'between' THEN 1 ELSE 0 END) AS compared
RETURN outcome, count(study) AS studies, sum(events) AS with_events, sum(clear) AS none_observed,
       sum(compared) AS compared_between_groups, sum(sized) AS studies_with_size, sum(size) AS patients
ORDER BY studies DESC, outcome
