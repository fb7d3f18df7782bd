// title: 一地及其下辖各地有哪些机构 | Which bodies a place and the places below it have
// about: 沿行政隶属向下查找所有层级。 | Follows containment down through all levels.
// parameter: place string | 地名，如 郭家坝镇 | name of a place
// column: place | 地点 | place
// column: level | 层级 | level
// column: body | 机构 | body
// column: kind | 类别 | kind
// column: initiatives | 推行举措数 | initiatives run
MATCH (p:Place)-[:WITHIN*0..6]->(q:Place)
WHERE $place IN q.names
WITH DISTINCT p
MATCH (o:Organization)-[:LOCATED_IN]->(p)
OPTIONAL MATCH (o)-[:RUNS]->(i:Initiative)
WITH p, o, count(DISTINCT i) AS initiatives
RETURN p.name AS place, p.level AS level, o.name AS body, o.kind AS kind, initiatives
ORDER BY level, place, kind, body, o.iri
