// title: 哪些举措在多个县区推行 | Which initiatives are run in more than one county
// about: 引号内名称相同即视为同一种做法；各地的是不同的实施。 | The same quoted name is the same practice; each place carries it out for itself.
// parameter: least integer = 2 | 至少几个县区 | least number of counties
// column: initiative | 举措 | initiative
// column: number | 县区数 | number of counties
// column: counties | 县区 | counties
// column: bodies | 主体 | bodies
MATCH (i:Initiative)-[:IMPLEMENTED_IN]->(:Place)-[:WITHIN*0..6]->(c:County)
WHERE c.code IS NOT NULL
WITH i, c, CASE WHEN i.name CONTAINS '“' AND i.name CONTAINS '”' THEN split(split(i.name, '“')[1], '”')[0] ELSE i.name END AS initiative
WITH DISTINCT initiative, c ORDER BY c.name, c.iri
WITH initiative, collect(c.name) AS counties
WHERE size(counties) >= $least
MATCH (o:Organization)-[:RUNS]->(i:Initiative)
WHERE i.name CONTAINS initiative
WITH DISTINCT initiative, counties, o ORDER BY o.name, o.iri
RETURN initiative, size(counties) AS number, counties, collect(DISTINCT o.name) AS bodies
ORDER BY number DESC, initiative
