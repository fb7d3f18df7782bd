"""Files → articles as they were found. Text and pages are one article a file; tables (JSON lines, CSV, Parquet) one a row.

Tables are streamed: no more than one row (Parquet: one small batch) is held. A bad row or file becomes a SourceError in the stream, so that the rest
goes on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from kg import row_files
from kg.decoding import decode, settings
from kg.errors import InputError, SourceError
from kg.markup import is_html
from kg.records import Source


def find(paths: Iterable[Path]) -> list[Path]:
    """The article files among `paths`, directories searched through (hidden ones excepted), sorted, each once.

    Raises:
        InputError: a path doesn't exist, can't be looked at or is of no known kind, or a directory holds no article.
    """
    chosen = settings()
    known = (*chosen["text_extensions"], *chosen["html_extensions"], *chosen["table_extensions"])
    found: dict[Path, Path] = {}
    for path in paths:
        try:
            exists, is_folder = path.exists(), path.is_dir()
        except OSError as error:  # a name that is too long, a folder that mustn't be entered
            raise InputError(f"{path} can't be looked at ({error.strerror}); check the path and its permissions") from error
        if not exists:
            raise InputError(f"{path} doesn't exist; check the spelling")
        if is_folder:
            here = [file for file in sorted(path.rglob("*")) if _is_article(file, path, known)]
            if not here:
                raise InputError(f"{path} holds no article; give a folder with {' '.join(known)} files")
        elif path.suffix.lower() not in known:
            raise InputError(f"{path} is of no known kind; give {' '.join(known)} files")
        else:
            here = [path]
        for file in here:
            found.setdefault(file.resolve(), file)
    return sorted(found.values())


def number_of_articles(files: Collection[Path]) -> int | None:
    """How many articles these files hold, where that shows without reading them: a table holds any number."""
    return None if any(path.suffix.lower() in settings()["table_extensions"] for path in files) else len(files)


def _is_article(file: Path, root: Path, known: tuple[str, ...]) -> bool:
    hidden = any(part.startswith(".") for part in file.relative_to(root).parts)
    return file.suffix.lower() in known and not hidden and file.is_file()


def read(path: Path) -> Iterator[Source | SourceError]:
    """The articles of one file, in its order; what can't be read comes as a SourceError that names the file and the row."""
    if path.suffix.lower() in settings()["table_extensions"]:
        yield from row_files.read(path)
        return
    try:
        yield _read_whole(path)
    except SourceError as error:
        yield error


def _read_whole(path: Path) -> Source:
    limit = settings()["max_article_bytes"]
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= limit else b""
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror}; check the path and its permissions") from error
    if size > limit:
        raise SourceError(f"{path}: {size:,} bytes in one article, the limit is {limit:,}; split it, or raise max_article_bytes in cleaning.toml")
    if not data.strip():
        raise SourceError(f"{path}: the file is empty; remove it or give the article's text")
    raw, encoding = decode(data, str(path))
    html = path.suffix.lower() in settings()["html_extensions"] or is_html(raw)
    return Source(doc=path.name, path=str(path), raw=raw, encoding=encoding, media="html" if html else "text")
