// title: 一个事实的依据是哪些原句 | Which sentences say so
// about: 给出原文中的句子（未经清洗）和认出它的规则。 | The sentences as they stand in the raw articles, and the rules that read them.
// parameter: subject string | 主语名称，如 郭家坝镇党委 | name of the subject
// parameter: object string = "" | 宾语名称；空为全部 | name of the object; empty for all
// column: subject | 主语 | subject
// column: relation | 关系 | relation
// column: object | 宾语 | object
// column: article | 文章 | article
// column: raw | 原句 | sentence, raw
// column: rules | 规则 | rules
MATCH (s)-[r]->(o)
WHERE $subject IN s.names AND ($object = '' OR $object IN o.names) AND r.sentences IS NOT NULL
UNWIND r.sentences AS sentence
MATCH (t:Sentence {iri: sentence})-[:IN_ARTICLE]->(a:Article)
RETURN s.name AS subject, type(r) AS relation, o.name AS object, a.doc AS article, t.raw AS raw, r.rules AS rules
ORDER BY relation, object, article, t.start, s.iri, o.iri
