"""What can go wrong, as one tree.

KgError                     every error that this package raises on purpose; its text is one line for a person
├── InputError              something the user gave can't be used: a path, a parameter, an address (exit code 2)
│   ├── SourceError         one article can't be read; the rest of the batch goes on (exit code 1)
│   └── QuestionError       no such question, or a parameter is missing or of the wrong form
├── DataError               the data failed a check: SHACL, a damaged store (exit code 1)
├── RuleError               a row of pipelines/ or ontology/ is malformed; names file and line (exit code 2)
└── StoreError              a store can't be opened, reached or written (exit code 2)
    ├── StoreLocked         another process writes it
    └── ServerError         Neo4j: no server there, or it refuses the credentials
"""

from __future__ import annotations


class KgError(Exception):
    """Base of every error of this package. `str(error)` is one line: what is wrong, where, and what to do."""


class InputError(KgError):
    """Something the user gave can't be used."""


class SourceError(InputError):
    """One article can't be read or makes no sense; the others are unharmed."""


class QuestionError(InputError):
    """No such question, or its parameters don't fit."""


class DataError(KgError):
    """The data failed a check."""


class RuleError(KgError):
    """A row of pipelines/ or ontology/ is malformed."""


class StoreError(KgError):
    """A store can't be opened, reached or written."""


class StoreLocked(StoreError):  # noqa: N818 - reads as the condition that it is
    """Another process holds the store."""


class ServerError(StoreError):
    """Neo4j can't be reached or refuses the credentials."""
