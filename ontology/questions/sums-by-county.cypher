// title: 各县区的数据合计 | Figures summed by county
// about: 每项举措的同名数据取最大的一个，再按县区合计；缺省为投资等以元计的金额。 | Of one initiative's figures of one name the largest counts; by default amounts of money.
// parameter: measure string = "投资" | 名目里的字；空为全部 | part of the measure's name; empty for all
// parameter: unit string = "元" | 单位 | unit
// column: county | 县区 | county
// column: total | 合计 | total
// column: unit | 单位 | unit
// column: initiatives | 举措 | initiatives
MATCH (x:Implementation)-[:OF]->(i:Initiative), (x)-[:HAS_METRIC]->(m:Metric)
WHERE m.unit = $unit AND ($measure = '' OR m.measure CONTAINS $measure)
MATCH (x)-[:AT]->(:Place)-[:WITHIN*0..6]->(c:County)
WHERE c.code IS NOT NULL
WITH c, i, right(m.measure, 2) AS measure, max(m.value) AS value
ORDER BY i.name, i.iri
WITH c, round(sum(value) * 10000) / 10000.0 AS total, collect(DISTINCT i.name) AS initiatives
RETURN c.name AS county, total, $unit AS unit, initiatives
ORDER BY total DESC, county, c.iri
