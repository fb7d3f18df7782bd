// title: 一个机构下属哪些单位 | Which units a body has
// about: 沿隶属关系向下查找所有层级。 | Follows subordination down through all levels.
// parameter: body string | 机构名称，如 毛竹岭村党总支 | name of a body
// column: unit | 下属单位 | unit
// column: kind | 类别 | kind
// column: distance | 相隔层级 | levels below
MATCH path = (u:Organization)-[:SUBUNIT_OF*1..5]->(o:Organization)
WHERE $body IN o.names
WITH u, min(length(path)) AS distance
RETURN u.name AS unit, u.kind AS kind, distance
ORDER BY distance, unit, u.iri
