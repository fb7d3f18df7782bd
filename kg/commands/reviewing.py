"""The verb that asks people, and takes their decisions: review."""

from __future__ import annotations

import getpass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.commands.common import DEFAULT_STORE, Failures, Format, FormatOption, StoreOption, opened, say, show, warn
from kg.errors import InputError

if TYPE_CHECKING:
    from kg.records import Decision
    from kg.review import Item
    from kg.store import Store

#: Verb → how many words follow it.
_WORDS = {"same": 2, "different": 2, "wrong": 3, "right": 3, "place-is": 2}


def review(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            help="A decision: same A B · different A B · wrong A RELATION B · right A RELATION B · place-is A CODE.", metavar="[DECISION…]"
        ),
    ] = None,
    kind: Annotated[list[str] | None, typer.Option("--kind", help="join, link or fact; repeat for more. All without it.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many at most.")] = 20,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write them as a sheet for a colleague: .xlsx or .csv.")] = None,
    sheet: Annotated[Path | None, typer.Option("--import", help="Take the decisions of a sheet that came back.")] = None,
    ask: Annotated[bool, typer.Option("--decide", help="Go through them one by one.")] = False,
    by: Annotated[str | None, typer.Option("--by", envvar="KG_REVIEWER", help="Who decides; your user name without it.")] = None,
    on: Annotated[str | None, typer.Option("--on", help="When; today without it.", metavar="DATE")] = None,
    why: Annotated[str, typer.Option("--why", help="The reason.")] = "",
    store: StoreOption = DEFAULT_STORE,
    form: FormatOption = Format.TABLE,
) -> None:
    """List what is doubtful, the most valuable first; decide, by yourself or by a sheet. Decisions are kept beside the store and outlive rebuilds."""
    who, when = by or getpass.getuser(), on or date.today().isoformat()
    if words:
        _take(store, lambda held: [_decision(held, words, who, when, why)])
    elif sheet is not None:
        from kg.sheets import read

        decisions = read(sheet, who, when)
        _take(store, lambda _: list(decisions))
    elif ask:
        _take(store, lambda held: _prompted(_items(held, kind, limit), who, when))
    else:
        with opened(store) as held:
            items = _items(held, kind, limit)
        if output is not None:
            from kg.sheets import write

            write(items, output)
            say(str(output))
        else:
            from kg.review import as_table

            show(as_table(items), form)


def _items(store: Store, kind: list[str] | None, limit: int) -> tuple[Item, ...]:
    from kg.review import KINDS, doubts

    unknown = [name for name in kind or () if name not in KINDS]
    if unknown:
        raise InputError(f"--kind {unknown[0]} is none of {', '.join(KINDS)}")
    return doubts(store, [name for name in KINDS if not kind or name in kind], limit)


def _decision(store: Store, words: list[str], by: str, on: str, why: str) -> Decision:
    from kg import decisions

    verb, *given = words
    if verb not in _WORDS or len(given) != _WORDS[verb]:
        forms = ", ".join(f"{name} with {number} words" for name, number in _WORDS.items())
        raise InputError(f"{' '.join(words)} is no decision: {forms}; quote names that hold spaces")
    made: Decision = getattr(decisions, verb.replace("-", "_"))(store, *given, by, on, why)
    return made


def _prompted(items: tuple[Item, ...], by: str, on: str) -> list[Decision]:
    """What the user decides of each; an empty answer leaves it, q ends."""
    from kg.review import CHOICES

    found: list[Decision] = []
    for number, item in enumerate(items, start=1):
        typer.echo(f"\n{number}/{len(items)} [{item.kind}, {item.worth}] {item.says}\n  {item.doubt}", err=True)
        for sentence in item.sentences:
            typer.echo(f"  “{sentence}”", err=True)
        choices = CHOICES[item.kind]
        answer = typer.prompt(f"  {' / '.join(choices)} / q", default="", show_default=False, err=True).strip()
        if answer == "q":
            break
        if answer in choices:
            code = typer.prompt("  code", err=True).strip() if answer == "place is" else ""
            found.append(item.decision(answer, by, on, typer.prompt("  why", default="", show_default=False, err=True), code))
    return found


def _take(store: Path, made: object) -> None:
    from kg.decisions import decide

    assert callable(made)
    failures = Failures()
    with opened(store, write=True) as held:
        taken = decide(held, made(held), failures.refuse)
    for decision in taken.decisions:
        say(f"line {decision.line}: {decision.verdict}, {decision.says or decision.subject}")
    for remark in taken.remarks:
        warn(f"note: {remark}")
    say(f"{len(taken.decisions)} decisions taken")
    failures.leave()
