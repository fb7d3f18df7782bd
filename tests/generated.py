"""A generated corpus with a known truth: articles about a hundred townships, their bodies, people, villages and initiatives, named as articles do.

Each thing of the truth has a key; an article names it in one of several ways (in full, by the level alone, by a short name, with its county left
out), as a seed decides. Some villages have one name in two towns of a county, some people one name in two villages or counties, and bodies and
programmes are called the same everywhere. A part of the articles are reprints of others under another name.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kg.places import Division, load
from kg.records import Reading
from kg.resolve import resolve

STEMS = "安柏常德丰桂和吉康兰茂宁平齐仁双泰旺溪阳永玉源云竹紫白古红湖清石松桃梧榆枫樟槐"
SURNAMES = "赵钱孙李周吴郑王冯陈蒋沈韩杨朱秦许何吕张"
GIVEN = (
    "建国",
    "志强",
    "秀兰",
    "长庚",
    "青山",
    "永福",
    "春生",
    "玉梅",
    "国栋",
    "立新",
    "海涛",
    "晓峰",
    "桂英",
    "世明",
    "云飞",
    "福来",
    "文斌",
    "松柏",
)
PROGRAMMES = (
    "院落微治理",
    "三色预警",
    "板凳议事会",
    "红黄绿积分",
    "邻里帮帮团",
    "夜话田间",
    "一网三员",
    "五事联办",
    "老杨调解室",
    "阳光账本",
    "乡风评议",
    "门前三包日",
)
MADE = ("工作法", "机制", "模式", "做法", "制度")
#: Kinds of bodies of a town, and of a village; the first name in full, the others as articles say.
TOWN = {"党委": ("党委",), "政府": ("政府", "人民政府"), "综治办": ("社会治安综合治理办公室", "综治办"), "司法所": ("司法所",), "派出所": ("派出所",)}
VILLAGE = {"党支部": ("党支部",), "村委会": ("村委会",)}
COUNTY = {"组织部": ("县委组织部",), "住建": ("住房和城乡建设局", "住建局"), "人社": ("人力资源和社会保障局", "人社局"), "司法": ("司法局",)}


@dataclass(frozen=True)
class Town:
    """A township with its county."""

    division: Division
    county: Division
    villages: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.division.name


@dataclass
class Written:
    """An article, and of each name in it what it means: (type, name as written) → key of the truth."""

    doc: str
    text: str
    published: str
    truth: dict[tuple[str, str], str] = field(default_factory=dict)
    original: str | None = None  #: of a reprint: the article that it repeats


def towns(number: int, seed: int) -> list[Town]:
    """So many townships, in pairs of one county, a tenth of them of one name with another's."""
    gazetteer, chance = load(), random.Random(seed)
    counties = [
        d for name in sorted(gazetteer.names()) for d in gazetteer.named(name, "county") if d.name == name and name.endswith("县") and len(name) == 3
    ]
    chance.shuffle(counties)
    found: list[Town] = []
    for county in counties:
        below = [
            town for town in gazetteer.children(county.code, "township") if town.name.endswith("镇") and len(town.name) == 3 and town.code.isdecimal()
        ]
        if len(below) < 4 or len(gazetteer.named(county.name)) > 1:
            continue
        shared = _village(chance)
        for town in chance.sample(below, 4):
            own = [_village(chance) for _ in range(3)]
            found.append(Town(town, county, (*own, shared) if len(found) % 4 < 2 else tuple(own)))
        if len(found) >= number:
            break
    return found[:number]


def _village(chance: random.Random) -> str:
    return "".join(chance.sample(STEMS, 2)) + chance.choice("坪岭湾坡") + "村"


class Corpus:
    """Articles about the towns, with their truth."""

    def __init__(self, articles: int = 2000, number: int = 100, reprints: float = 0.15, seed: int = 1) -> None:
        """Write `articles`, of which the share `reprints` repeats others."""
        self.chance = random.Random(seed)
        self.towns = towns(number, seed)
        self.people = self._people()
        self.programmes = {town.division.code: self.chance.sample(PROGRAMMES, 2) for town in self.towns}
        self.articles: list[Written] = []
        while len(self.articles) < articles:
            if self.articles and self.chance.random() < reprints:
                self.articles.append(self._reprint())
            else:
                self.articles.append(self._article(len(self.articles)))

    def _people(self) -> Mapping[str, Sequence[str]]:
        """Key of a body → names of its head; names recur, in other counties and in other villages."""
        return defaultdict(list, {f"{t.division.code}": [self.chance.choice(SURNAMES) + self.chance.choice(GIVEN)] for t in self.towns}) | {
            f"{t.division.code}/{v}": [self.chance.choice(SURNAMES) + self.chance.choice(GIVEN)] for t in self.towns for v in t.villages
        }

    def _reprint(self) -> Written:
        first = self.chance.choice([article for article in self.articles if article.original is None])
        return Written(f"{len(self.articles):05}.txt", first.text, first.published, dict(first.truth), first.doc)

    def _article(self, number: int) -> Written:
        town = self.chance.choice(self.towns)
        made = Written(f"{number:05}.txt", "", f"{self.chance.randint(2019, 2023)}-{self.chance.randint(1, 12):02}-15")
        lines = [self._opening(town, made)]
        for village in self.chance.sample(town.villages, self.chance.randint(1, 2)):
            lines.append(self._village_line(town, village, made))
        if self.chance.random() < 0.5:
            lines.append(self._office_line(town, made))
        if self.chance.random() < 0.4:
            lines.append(self._county_line(town, made))
        made.text = "\n".join(lines)
        return made

    def _opening(self, town: Town, made: Written) -> str:
        code, county = town.division.code, town.county.name
        programme, kind = self.chance.choice(self.programmes[code]), self.chance.choice(MADE)
        made.truth |= {
            ("Place", county): f"P{town.county.code}",
            ("Place", town.name): f"P{code}",
            ("Initiative", f"“{programme}”{kind}"): f"I{code}/{programme}",
        }
        made.truth["Organization", f"{town.name}党委"] = f"O{code}/党委"
        if self.chance.random() < 0.5:
            return f"{county}{town.name}党委推行“{programme}”{kind}，覆盖全镇{self.chance.randint(5, 30)}个村。"
        made.truth["Organization", "镇党委"] = f"O{code}/党委"
        return f"{county}{town.name}召开会议。镇党委推行“{programme}”{kind}，设立联络点{self.chance.randint(5, 90)}个。"

    def _village_line(self, town: Town, village: str, made: Written) -> str:
        code = town.division.code
        key = f"{code}/{village}"
        (name,) = self.people[key]
        made.truth |= {("Place", village): f"P{key}", ("Person", name): f"H{key}/{name}"}
        if self.chance.random() < 0.6:
            made.truth["Organization", f"{village}党支部"] = f"O{key}/党支部"
            return f"{town.name}{village}党支部书记{name}带头参与，走访农户{self.chance.randint(20, 300)}户。"
        made.truth["Organization", f"{village}村委会"] = f"O{key}/村委会"
        return f"{town.name}{village}村委会主任{name}组织村民修建水渠{self.chance.randint(2, 30)}公里。"

    def _office_line(self, town: Town, made: Written) -> str:
        kind = self.chance.choice(sorted(TOWN))
        said = self.chance.choice(TOWN[kind])
        made.truth["Organization", f"{town.name}{said}"] = f"O{town.division.code}/{kind}"
        if kind == "党委":
            (name,) = self.people[town.division.code]
            made.truth["Person", name] = f"H{town.division.code}/{name}"
            return f"{town.name}党委书记{name}到村里走访。"
        return f"{town.name}{said}开展普法宣传活动{self.chance.randint(2, 12)}场。"

    def _county_line(self, town: Town, made: Written) -> str:
        kind = self.chance.choice(sorted(COUNTY))
        said = self.chance.choice(COUNTY[kind])
        name = f"{town.county.name}{said.removeprefix('县')}"
        made.truth["Organization", name] = f"O{town.county.code}/{kind}"
        return f"{name}开展帮扶活动{self.chance.randint(2, 12)}次。"


def pairwise(truth: Mapping[str, str], found: Mapping[str, str]) -> tuple[float, float, float]:
    """Precision, recall and F1 over pairs of mentions: those of one found thing, and those of one true thing."""
    true, made, both = (_pairs(values) for values in (truth.values(), found.values(), ((truth[key], found[key]) for key in truth)))
    precision, recall = both / made if made else 1.0, both / true if true else 1.0
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _pairs(values: Iterable[object]) -> int:
    return sum(count * (count - 1) // 2 for count in Counter(values).values())


def b_cubed(truth: Mapping[str, str], found: Mapping[str, str]) -> tuple[float, float, float]:
    """B³ precision, recall and F1: of each mention, how much of its found thing is its true one, and how much of its true one was found."""
    true, made, both = Counter(truth.values()), Counter(found[key] for key in truth), Counter((truth[key], found[key]) for key in truth)
    precision = sum(both[truth[key], found[key]] / made[found[key]] for key in truth) / len(truth)
    recall = sum(both[truth[key], found[key]] / true[truth[key]] for key in truth) / len(truth)
    return precision, recall, 2 * precision * recall / (precision + recall)


def matched(articles: Iterable[Written], readings: Iterable[Reading], renames: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str], int]:
    """Mention → key of the truth, mention → IRI, for the names that were found in the articles; and how many were not."""
    truth, found, missing = {}, {}, 0
    for article, reading in zip(articles, readings, strict=True):
        iris = resolve(reading, renames).iris
        by_name: dict[tuple[str, str], set[str]] = defaultdict(set)
        for entity in reading.entities:
            for name in {entity.name, *entity.names}:
                by_name[entity.type, name].add(iris[entity.id])
        for (type_, name), key in article.truth.items():
            some = by_name[type_, name]
            if len(some) != 1:
                missing += 1
                continue
            mention = f"{article.doc} {type_} {name}"
            truth[mention], found[mention] = key, next(iter(some))
    return truth, found, missing
