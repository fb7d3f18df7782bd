"""Names and IRIs of the vocabulary. Generated from ontology/ by `python -m kg.generate`; do not edit.

Module constants are names: types of entities (`ORGANIZATION`), kinds (`PARTY_COMMITTEE`), predicates as claims and Cypher have them (`RUNS`).
`Iri` holds the IRI of each class and predicate under the same constant.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

ONTOLOGY: Final = "https://w3id.org/jiceng-kg/ontology#"
KIND: Final = "https://w3id.org/jiceng-kg/kind/"
THING: Final = "https://w3id.org/jiceng-kg/id/"

EntityType = Literal[
    "Initiative",
    "Organization",
    "Person",
    "Place",
]
Kind = Literal[
    "activity",
    "cooperative",
    "county",
    "enterprise",
    "government",
    "mass_organization",
    "mechanism",
    "media",
    "party_branch",
    "party_committee",
    "prefecture",
    "project",
    "province",
    "public_service",
    "site",
    "township",
    "village",
    "village_committee",
    "work_team",
]
PredicateName = Literal[
    "HOLDS_POST",
    "IMPLEMENTED_IN",
    "LOCATED_IN",
    "PART_OF",
    "PARTICIPATES_IN",
    "PARTNERS_WITH",
    "RESIDES_IN",
    "RUNS",
    "SUBUNIT_OF",
    "WITHIN",
]
StructuralName = Literal[
    "AT",
    "BY",
    "EVIDENCED_BY",
    "HAS_METRIC",
    "IN_ARTICLE",
    "OF",
]

ARTICLE: Final = "Article"
IMPLEMENTATION: Final = "Implementation"
INITIATIVE: Final = "Initiative"
METRIC: Final = "Metric"
ORGANIZATION: Final = "Organization"
PERSON: Final = "Person"
PLACE: Final = "Place"
SENTENCE: Final = "Sentence"
ACTIVITY: Final = "activity"
COOPERATIVE: Final = "cooperative"
COUNTY: Final = "county"
ENTERPRISE: Final = "enterprise"
GOVERNMENT: Final = "government"
MASS_ORGANIZATION: Final = "mass_organization"
MECHANISM: Final = "mechanism"
MEDIA: Final = "media"
PARTY_BRANCH: Final = "party_branch"
PARTY_COMMITTEE: Final = "party_committee"
PREFECTURE: Final = "prefecture"
PROJECT: Final = "project"
PROVINCE: Final = "province"
PUBLIC_SERVICE: Final = "public_service"
SITE: Final = "site"
TOWNSHIP: Final = "township"
VILLAGE: Final = "village"
VILLAGE_COMMITTEE: Final = "village_committee"
WORK_TEAM: Final = "work_team"
AT: Final = "AT"
BY: Final = "BY"
EVIDENCED_BY: Final = "EVIDENCED_BY"
HAS_METRIC: Final = "HAS_METRIC"
HOLDS_POST: Final = "HOLDS_POST"
IMPLEMENTED_IN: Final = "IMPLEMENTED_IN"
IN_ARTICLE: Final = "IN_ARTICLE"
LOCATED_IN: Final = "LOCATED_IN"
OF: Final = "OF"
PART_OF: Final = "PART_OF"
PARTICIPATES_IN: Final = "PARTICIPATES_IN"
PARTNERS_WITH: Final = "PARTNERS_WITH"
RESIDES_IN: Final = "RESIDES_IN"
RUNS: Final = "RUNS"
SUBUNIT_OF: Final = "SUBUNIT_OF"
WITHIN: Final = "WITHIN"


class Iri:
    """IRIs of classes and predicates; the terms of RDF, SKOS and PROV-O that the graph uses are among them."""

    ACTIVITY: Final = "https://w3id.org/jiceng-kg/ontology#Activity"
    ADDRESS: Final = "https://w3id.org/jiceng-kg/ontology#address"
    ALT_LABEL: Final = "http://www.w3.org/2004/02/skos/core#altLabel"
    APPROX: Final = "https://w3id.org/jiceng-kg/ontology#approx"
    ARTICLE: Final = "https://w3id.org/jiceng-kg/ontology#Article"
    AT: Final = "https://w3id.org/jiceng-kg/ontology#at"
    AUTHOR: Final = "https://w3id.org/jiceng-kg/ontology#author"
    BOUND: Final = "https://w3id.org/jiceng-kg/ontology#bound"
    BY: Final = "https://w3id.org/jiceng-kg/ontology#by"
    CODE: Final = "https://w3id.org/jiceng-kg/ontology#code"
    CONFIDENCE: Final = "https://w3id.org/jiceng-kg/ontology#confidence"
    COOPERATIVE: Final = "https://w3id.org/jiceng-kg/ontology#Cooperative"
    COUNTY: Final = "https://w3id.org/jiceng-kg/ontology#County"
    END: Final = "https://w3id.org/jiceng-kg/ontology#end"
    ENTERPRISE: Final = "https://w3id.org/jiceng-kg/ontology#Enterprise"
    ENTITY: Final = "https://w3id.org/jiceng-kg/ontology#Entity"
    EVIDENCE: Final = "https://w3id.org/jiceng-kg/ontology#Evidence"
    EVIDENCED_BY: Final = "https://w3id.org/jiceng-kg/ontology#evidencedBy"
    FILE_NAME: Final = "https://w3id.org/jiceng-kg/ontology#fileName"
    FORM_OF: Final = "https://w3id.org/jiceng-kg/ontology#formOf"
    GOVERNMENT: Final = "https://w3id.org/jiceng-kg/ontology#Government"
    HAS_EVIDENCE: Final = "https://w3id.org/jiceng-kg/ontology#hasEvidence"
    HAS_METRIC: Final = "https://w3id.org/jiceng-kg/ontology#hasMetric"
    HOLDS_POST: Final = "https://w3id.org/jiceng-kg/ontology#holdsPost"
    IMPLEMENTATION: Final = "https://w3id.org/jiceng-kg/ontology#Implementation"
    IMPLEMENTED_IN: Final = "https://w3id.org/jiceng-kg/ontology#implementedIn"
    INITIATIVE: Final = "https://w3id.org/jiceng-kg/ontology#Initiative"
    IN_ARTICLE: Final = "https://w3id.org/jiceng-kg/ontology#inArticle"
    IN_SENTENCE: Final = "https://w3id.org/jiceng-kg/ontology#inSentence"
    JOIN: Final = "https://w3id.org/jiceng-kg/ontology#Join"
    JOINED: Final = "https://w3id.org/jiceng-kg/ontology#joined"
    JOINED_FROM: Final = "https://w3id.org/jiceng-kg/ontology#joinedFrom"
    LEVEL: Final = "https://w3id.org/jiceng-kg/ontology#level"
    LOCATED_IN: Final = "https://w3id.org/jiceng-kg/ontology#locatedIn"
    MASS_ORGANIZATION: Final = "https://w3id.org/jiceng-kg/ontology#MassOrganization"
    MEASURE: Final = "https://w3id.org/jiceng-kg/ontology#measure"
    MECHANISM: Final = "https://w3id.org/jiceng-kg/ontology#Mechanism"
    MEDIA: Final = "https://w3id.org/jiceng-kg/ontology#Media"
    MENTIONED_AS: Final = "https://w3id.org/jiceng-kg/ontology#mentionedAs"
    METRIC: Final = "https://w3id.org/jiceng-kg/ontology#Metric"
    OBJECT: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#object"
    OF: Final = "https://w3id.org/jiceng-kg/ontology#of"
    ORGANIZATION: Final = "https://w3id.org/jiceng-kg/ontology#Organization"
    PARTICIPATES_IN: Final = "https://w3id.org/jiceng-kg/ontology#participatesIn"
    PARTNERS_WITH: Final = "https://w3id.org/jiceng-kg/ontology#partnersWith"
    PARTY_BRANCH: Final = "https://w3id.org/jiceng-kg/ontology#PartyBranch"
    PARTY_COMMITTEE: Final = "https://w3id.org/jiceng-kg/ontology#PartyCommittee"
    PART_OF: Final = "https://w3id.org/jiceng-kg/ontology#partOf"
    PERSON: Final = "https://w3id.org/jiceng-kg/ontology#Person"
    PLACE: Final = "https://w3id.org/jiceng-kg/ontology#Place"
    PREDICATE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#predicate"
    PREFECTURE: Final = "https://w3id.org/jiceng-kg/ontology#Prefecture"
    PREF_LABEL: Final = "http://www.w3.org/2004/02/skos/core#prefLabel"
    PROJECT: Final = "https://w3id.org/jiceng-kg/ontology#Project"
    PROVINCE: Final = "https://w3id.org/jiceng-kg/ontology#Province"
    PUBLIC_SERVICE: Final = "https://w3id.org/jiceng-kg/ontology#PublicService"
    PUBLISHED: Final = "https://w3id.org/jiceng-kg/ontology#published"
    PUBLISHER: Final = "https://w3id.org/jiceng-kg/ontology#publisher"
    QUOTE: Final = "https://w3id.org/jiceng-kg/ontology#quote"
    RAW_END: Final = "https://w3id.org/jiceng-kg/ontology#rawEnd"
    RAW_START: Final = "https://w3id.org/jiceng-kg/ontology#rawStart"
    RAW_TEXT: Final = "https://w3id.org/jiceng-kg/ontology#rawText"
    REASON: Final = "https://w3id.org/jiceng-kg/ontology#reason"
    REPRINT_OF: Final = "https://w3id.org/jiceng-kg/ontology#reprintOf"
    RESIDES_IN: Final = "https://w3id.org/jiceng-kg/ontology#residesIn"
    ROLE: Final = "https://w3id.org/jiceng-kg/ontology#role"
    RULE: Final = "https://w3id.org/jiceng-kg/ontology#rule"
    RUNS: Final = "https://w3id.org/jiceng-kg/ontology#runs"
    SENTENCE: Final = "https://w3id.org/jiceng-kg/ontology#Sentence"
    SHA256: Final = "https://w3id.org/jiceng-kg/ontology#sha256"
    SITE: Final = "https://w3id.org/jiceng-kg/ontology#Site"
    START: Final = "https://w3id.org/jiceng-kg/ontology#start"
    START_VALUE: Final = "https://w3id.org/jiceng-kg/ontology#startValue"
    STATEMENT: Final = "https://w3id.org/jiceng-kg/ontology#Statement"
    STATUS: Final = "https://w3id.org/jiceng-kg/ontology#status"
    SUBJECT: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#subject"
    SUBUNIT_OF: Final = "https://w3id.org/jiceng-kg/ontology#subunitOf"
    TEXT: Final = "https://w3id.org/jiceng-kg/ontology#text"
    TITLE: Final = "https://w3id.org/jiceng-kg/ontology#title"
    TOWNSHIP: Final = "https://w3id.org/jiceng-kg/ontology#Township"
    TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    UNASSERTED_IMPLEMENTATION: Final = "https://w3id.org/jiceng-kg/ontology#UnassertedImplementation"
    UNASSERTED_METRIC: Final = "https://w3id.org/jiceng-kg/ontology#UnassertedMetric"
    UNIT: Final = "https://w3id.org/jiceng-kg/ontology#unit"
    VALUE: Final = "https://w3id.org/jiceng-kg/ontology#value"
    VILLAGE: Final = "https://w3id.org/jiceng-kg/ontology#Village"
    VILLAGE_COMMITTEE: Final = "https://w3id.org/jiceng-kg/ontology#VillageCommittee"
    WAS_DERIVED_FROM: Final = "http://www.w3.org/ns/prov#wasDerivedFrom"
    WAS_QUOTED_FROM: Final = "http://www.w3.org/ns/prov#wasQuotedFrom"
    WHEN: Final = "https://w3id.org/jiceng-kg/ontology#when"
    WITHIN: Final = "https://w3id.org/jiceng-kg/ontology#within"
    WORK_TEAM: Final = "https://w3id.org/jiceng-kg/ontology#WorkTeam"


#: Types of entities.
ENTITY_TYPES: Final[tuple[EntityType, ...]] = (
    "Initiative",
    "Organization",
    "Person",
    "Place",
)
#: Base labels of the property graph; each has a unique `iri`.
NODE_LABELS: Final[tuple[str, ...]] = (
    "Article",
    "Implementation",
    "Initiative",
    "Metric",
    "Organization",
    "Person",
    "Place",
    "Sentence",
)
#: Claim predicate → its IRI.
PREDICATE_IRIS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "HOLDS_POST": Iri.HOLDS_POST,
        "IMPLEMENTED_IN": Iri.IMPLEMENTED_IN,
        "LOCATED_IN": Iri.LOCATED_IN,
        "PART_OF": Iri.PART_OF,
        "PARTICIPATES_IN": Iri.PARTICIPATES_IN,
        "PARTNERS_WITH": Iri.PARTNERS_WITH,
        "RESIDES_IN": Iri.RESIDES_IN,
        "RUNS": Iri.RUNS,
        "SUBUNIT_OF": Iri.SUBUNIT_OF,
        "WITHIN": Iri.WITHIN,
    }
)
#: Structural predicate → its IRI.
STRUCTURAL_IRIS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "AT": Iri.AT,
        "BY": Iri.BY,
        "EVIDENCED_BY": Iri.EVIDENCED_BY,
        "HAS_METRIC": Iri.HAS_METRIC,
        "IN_ARTICLE": Iri.IN_ARTICLE,
        "OF": Iri.OF,
    }
)
#: Base labels that a relationship starts from.
DOMAINS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "HOLDS_POST": ("Person",),
        "IMPLEMENTED_IN": ("Initiative",),
        "LOCATED_IN": ("Organization",),
        "PART_OF": ("Initiative",),
        "PARTICIPATES_IN": ("Organization", "Person"),
        "PARTNERS_WITH": ("Organization", "Person"),
        "RESIDES_IN": ("Person",),
        "RUNS": ("Organization",),
        "SUBUNIT_OF": ("Organization",),
        "WITHIN": ("Place",),
        "AT": ("Implementation",),
        "BY": ("Implementation",),
        "EVIDENCED_BY": ("Implementation", "Metric"),
        "HAS_METRIC": ("Implementation",),
        "IN_ARTICLE": ("Sentence",),
        "OF": ("Implementation",),
    }
)
#: Base labels that a relationship leads to.
RANGES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "HOLDS_POST": ("Organization",),
        "IMPLEMENTED_IN": ("Place",),
        "LOCATED_IN": ("Place",),
        "PART_OF": ("Initiative",),
        "PARTICIPATES_IN": ("Initiative",),
        "PARTNERS_WITH": ("Organization", "Person"),
        "RESIDES_IN": ("Place",),
        "RUNS": ("Initiative",),
        "SUBUNIT_OF": ("Organization",),
        "WITHIN": ("Place",),
        "AT": ("Place",),
        "BY": ("Organization",),
        "EVIDENCED_BY": ("Sentence",),
        "HAS_METRIC": ("Metric",),
        "IN_ARTICLE": ("Article",),
        "OF": ("Initiative",),
    }
)
#: Kind → the type of its entities.
KIND_TYPES: Final[Mapping[str, EntityType]] = MappingProxyType(
    {
        "activity": "Initiative",
        "cooperative": "Organization",
        "county": "Place",
        "enterprise": "Organization",
        "government": "Organization",
        "mass_organization": "Organization",
        "mechanism": "Initiative",
        "media": "Organization",
        "party_branch": "Organization",
        "party_committee": "Organization",
        "prefecture": "Place",
        "project": "Initiative",
        "province": "Place",
        "public_service": "Organization",
        "site": "Place",
        "township": "Place",
        "village": "Place",
        "village_committee": "Organization",
        "work_team": "Organization",
    }
)
#: Kind → the IRI of its class.
KIND_CLASSES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "activity": Iri.ACTIVITY,
        "cooperative": Iri.COOPERATIVE,
        "county": Iri.COUNTY,
        "enterprise": Iri.ENTERPRISE,
        "government": Iri.GOVERNMENT,
        "mass_organization": Iri.MASS_ORGANIZATION,
        "mechanism": Iri.MECHANISM,
        "media": Iri.MEDIA,
        "party_branch": Iri.PARTY_BRANCH,
        "party_committee": Iri.PARTY_COMMITTEE,
        "prefecture": Iri.PREFECTURE,
        "project": Iri.PROJECT,
        "province": Iri.PROVINCE,
        "public_service": Iri.PUBLIC_SERVICE,
        "site": Iri.SITE,
        "township": Iri.TOWNSHIP,
        "village": Iri.VILLAGE,
        "village_committee": Iri.VILLAGE_COMMITTEE,
        "work_team": Iri.WORK_TEAM,
    }
)
#: IRI of a node's class → its labels, base first.
LABELS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        Iri.ACTIVITY: ("Initiative", "Activity"),
        Iri.ARTICLE: ("Article",),
        Iri.COOPERATIVE: ("Organization", "Cooperative"),
        Iri.COUNTY: ("Place", "County"),
        Iri.ENTERPRISE: ("Organization", "Enterprise"),
        Iri.GOVERNMENT: ("Organization", "Government"),
        Iri.IMPLEMENTATION: ("Implementation",),
        Iri.INITIATIVE: ("Initiative",),
        Iri.MASS_ORGANIZATION: ("Organization", "MassOrganization"),
        Iri.MECHANISM: ("Initiative", "Mechanism"),
        Iri.MEDIA: ("Organization", "Media"),
        Iri.METRIC: ("Metric",),
        Iri.ORGANIZATION: ("Organization",),
        Iri.PARTY_BRANCH: ("Organization", "PartyBranch"),
        Iri.PARTY_COMMITTEE: ("Organization", "PartyCommittee"),
        Iri.PERSON: ("Person",),
        Iri.PLACE: ("Place",),
        Iri.PREFECTURE: ("Place", "Prefecture"),
        Iri.PROJECT: ("Initiative", "Project"),
        Iri.PROVINCE: ("Place", "Province"),
        Iri.PUBLIC_SERVICE: ("Organization", "PublicService"),
        Iri.SENTENCE: ("Sentence",),
        Iri.SITE: ("Place", "Site"),
        Iri.TOWNSHIP: ("Place", "Township"),
        Iri.VILLAGE: ("Place", "Village"),
        Iri.VILLAGE_COMMITTEE: ("Organization", "VillageCommittee"),
        Iri.WORK_TEAM: ("Organization", "WorkTeam"),
    }
)
#: IRIs of all classes that a thing may have.
CLASSES: Final = frozenset(
    {
        Iri.ACTIVITY,
        Iri.ARTICLE,
        Iri.COOPERATIVE,
        Iri.COUNTY,
        Iri.ENTERPRISE,
        Iri.ENTITY,
        Iri.EVIDENCE,
        Iri.GOVERNMENT,
        Iri.IMPLEMENTATION,
        Iri.INITIATIVE,
        Iri.JOIN,
        Iri.MASS_ORGANIZATION,
        Iri.MECHANISM,
        Iri.MEDIA,
        Iri.METRIC,
        Iri.ORGANIZATION,
        Iri.PARTY_BRANCH,
        Iri.PARTY_COMMITTEE,
        Iri.PERSON,
        Iri.PLACE,
        Iri.PREFECTURE,
        Iri.PROJECT,
        Iri.PROVINCE,
        Iri.PUBLIC_SERVICE,
        Iri.SENTENCE,
        Iri.SITE,
        Iri.STATEMENT,
        Iri.TOWNSHIP,
        Iri.UNASSERTED_IMPLEMENTATION,
        Iri.UNASSERTED_METRIC,
        Iri.VILLAGE,
        Iri.VILLAGE_COMMITTEE,
        Iri.WORK_TEAM,
    }
)
#: IRIs of all predicates that a graph may use.
PREDICATES: Final = frozenset(
    {
        Iri.ADDRESS,
        Iri.ALT_LABEL,
        Iri.APPROX,
        Iri.AT,
        Iri.AUTHOR,
        Iri.BOUND,
        Iri.BY,
        Iri.CODE,
        Iri.CONFIDENCE,
        Iri.END,
        Iri.EVIDENCED_BY,
        Iri.FILE_NAME,
        Iri.FORM_OF,
        Iri.HAS_EVIDENCE,
        Iri.HAS_METRIC,
        Iri.HOLDS_POST,
        Iri.IMPLEMENTED_IN,
        Iri.IN_ARTICLE,
        Iri.IN_SENTENCE,
        Iri.JOINED,
        Iri.JOINED_FROM,
        Iri.LEVEL,
        Iri.LOCATED_IN,
        Iri.MEASURE,
        Iri.MENTIONED_AS,
        Iri.OBJECT,
        Iri.OF,
        Iri.PARTICIPATES_IN,
        Iri.PARTNERS_WITH,
        Iri.PART_OF,
        Iri.PREDICATE,
        Iri.PREF_LABEL,
        Iri.PUBLISHED,
        Iri.PUBLISHER,
        Iri.QUOTE,
        Iri.RAW_END,
        Iri.RAW_START,
        Iri.RAW_TEXT,
        Iri.REASON,
        Iri.REPRINT_OF,
        Iri.RESIDES_IN,
        Iri.ROLE,
        Iri.RULE,
        Iri.RUNS,
        Iri.SHA256,
        Iri.START,
        Iri.START_VALUE,
        Iri.STATUS,
        Iri.SUBJECT,
        Iri.SUBUNIT_OF,
        Iri.TEXT,
        Iri.TITLE,
        Iri.TYPE,
        Iri.UNIT,
        Iri.VALUE,
        Iri.WAS_DERIVED_FROM,
        Iri.WAS_QUOTED_FROM,
        Iri.WHEN,
        Iri.WITHIN,
    }
)
