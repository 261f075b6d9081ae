MATCH (report:Publication)-[:REPORTS_STUDY]->(s:Study)
WITH s, count(DISTINCT report.pmid) AS reports
WHERE reports > 1
MATCH (pub:Publication)-[:REPORTS_STUDY]->(s), (pub)-[:DESIGN]->(d:Concept)
RETURN s.id AS study, reports, pub.pmid AS publication, pub.year AS year, d.id AS design,
       pub.retracted AS retracted, pub.title AS title
ORDER BY reports DESC, study, coalesce(year, 0), publication
