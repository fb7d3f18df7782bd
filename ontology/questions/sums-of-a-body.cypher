// title: 一个机构所推行举措的数据合计 | Figures of a body's initiatives, summed
// about: 每项举措的同名数据取最大的一个（转载和不同口径不重复相加），再按名目和单位合计。 | Of one initiative's figures of one name the largest counts, so that reprints and disagreeing reports are not added up.
// parameter: body string | 机构名称，如 菖蒲镇党委 | name of a body
// parameter: unit string = "" | 单位，如 元、亩；空为全部 | unit; empty for all
// column: body | 机构 | body
// column: measure | 名目 | measure
// column: unit | 单位 | unit
// column: total | 合计 | total
// column: initiatives | 举措 | initiatives
MATCH (o:Organization)<-[:BY]-(x:Implementation)-[:OF]->(i:Initiative)
WHERE $body IN o.names
MATCH (x)-[:HAS_METRIC]->(m:Metric)
WHERE $unit = '' OR m.unit = $unit
WITH o, i.name AS initiative, m.measure AS measure, m.unit AS unit, max(m.value) AS value
ORDER BY initiative
WITH o, measure, unit, round(sum(value) * 10000) / 10000.0 AS total, collect(initiative) AS initiatives
RETURN o.name AS body, measure, unit, total, initiatives
ORDER BY body, unit, total DESC, measure, o.iri
