// title: 各地有哪些机制、项目、活动 | Mechanisms, projects and activities by place
// about: 每个地点、每个类别一行。 | One row for each place and kind.
// parameter: kind string = "" | 类别：mechanism 机制、project 项目、activity 活动；空为全部 | mechanism, project or activity; empty for all
// parameter: place string = "" | 地名，含下辖各级；空为全部 | name of a place, all below it included; empty for all
// column: place | 地点 | place
// column: level | 层级 | level
// column: kind | 类别 | kind
// column: number | 举措数 | number
// column: initiatives | 举措 | initiatives
MATCH (i:Initiative)-[:IMPLEMENTED_IN]->(p:Place)
WHERE ($kind = '' OR i.kind = $kind)
  AND ($place = '' OR EXISTS { MATCH (p)-[:WITHIN*0..6]->(above:Place) WHERE $place IN above.names })
WITH p, coalesce(i.kind, '') AS kind, i ORDER BY i.name, i.iri
WITH p, kind, collect(i.name) AS initiatives
RETURN p.name AS place, p.level AS level, kind, size(initiatives) AS number, initiatives
ORDER BY number DESC, place, kind, p.iri
