"""What each question of the library is asked in the tests: file in tests/answers → question and parameters."""

from __future__ import annotations

from collections.abc import Mapping

ASKED: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "who-runs-what-where": ("who-runs-what-where", {}),
    "who-runs-what-where-in-zigui": ("who-runs-what-where", {"place": "秭归县"}),
    "who-runs-meetings-on-benches": ("who-runs-what-where", {"initiative": "板凳"}),
    "bodies-of-a-place": ("bodies-of-a-place", {"place": "郭家坝镇"}),
    "initiatives-of-a-body": ("initiatives-of-a-body", {"body": "永兴镇党委"}),
    "sums-of-a-body": ("sums-of-a-body", {"body": "永兴镇党委"}),
    "who-holds-which-post": ("who-holds-which-post", {}),
    "who-holds-which-post-in-zigui": ("who-holds-which-post", {"place": "秭归县"}),
    "partners": ("partners", {}),
    "initiatives-by-kind-and-place": ("initiatives-by-kind-and-place", {}),
    "mechanisms-of-anji": ("initiatives-by-kind-and-place", {"kind": "mechanism", "place": "安吉县"}),
    "what-an-article-says": ("what-an-article-says", {"article": "04-pujiang-xilai.txt"}),
    "initiatives-in-several-places": ("initiatives-in-several-places", {"least": "2"}),
    "evidence-of-a-fact": ("evidence-of-a-fact", {"subject": "西来镇党委"}),
    "figures-that-disagree": ("figures-that-disagree", {}),
    "facts-with-most-support": ("facts-with-most-support", {}),
    "sums-by-county": ("sums-by-county", {}),
    "units-of-a-body": ("units-of-a-body", {"body": "叶坪镇党委"}),
}
