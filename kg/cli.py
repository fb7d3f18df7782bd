"""`kg`, the command line. Exit codes: 0 done, 1 the data failed a check, 2 bad usage or input, 130 stopped by ^C.

Verbs are in kg/commands. Errors of this package end as one line on stderr; any other exception is a defect and keeps its traceback.
"""

from __future__ import annotations

import logging
import os
import sys
from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from kg.commands import asking, making, reviewing, sharing
from kg.commands.common import warn
from kg.errors import DataError, KgError, SourceError


class _Group(TyperGroup):
    """Ends what is stopped from outside before Typer sees it, which would exit with 1 for a closed pipe, and say nothing at ^C."""

    def invoke(self, ctx: Any) -> Any:
        """Run a verb."""
        try:
            try:
                done = super().invoke(ctx)
            except typer.Exit:
                sys.stdout.flush()
                raise
            sys.stdout.flush()  # else a closed pipe is noticed only when the interpreter ends
            return done
        except KeyboardInterrupt:
            warn("stopped; what was read is kept, run the same command to go on" if ctx.invoked_subcommand == "build" else "stopped")
            raise typer.Exit(130) from None
        except BrokenPipeError:  # `kg … | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from None


app = typer.Typer(
    cls=_Group,
    help="A knowledge graph of grassroots governance: who runs which initiative where, with what figures, and which sentence says so.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
VERBS = (
    *(making.build, making.extract, asking.ask, asking.cypher, asking.sparql, asking.search, sharing.load, sharing.export, asking.why),
    *(making.validate, making.remove, reviewing.review, asking.questions, asking.stats, sharing.diff, sharing.evaluate),
)
for verb in VERBS:
    app.command()(verb)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"kg {version('jiceng-kg')}")
        raise typer.Exit


@app.callback()
def options(
    show_version: Annotated[bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and end.")] = False,
) -> None:
    """Options of no verb."""


def exit_code(error: KgError) -> int:
    """1 where the data failed a check, 2 where something that was given can't be used."""
    return 1 if isinstance(error, (DataError, SourceError)) else 2


def main() -> None:
    """Run the command line and exit."""
    logging.getLogger().addHandler(logging.NullHandler())  # else what libraries log would reach stderr
    try:
        app()
    except KgError as error:
        warn(f"error: {error}")
        sys.exit(exit_code(error))


if __name__ == "__main__":
    main()
