"""Finding projects and leads by their words, from one Chinese character up.

Each object has one line of text a field (name, code, investor …), folded by ``kernel.text.squeeze``. A word is found
where it stands inside one field, whatever spacing or punctuation is between its characters; several words must all be
found. Neither engine's own tokenizer does this: SQLite's *trigram* finds nothing below three characters, PostgreSQL's
pg_trgm neither. So we keep our own tokens:

* SQLite: a contentless FTS5 table of all pairs of neighbours in sequence, each field ending with its last single
  character. Two characters and more are a phrase of pairs (exact, by position), one character is a prefix.
* PostgreSQL: a GIN index on the array of all single characters and pairs, which a function makes of the text, so that
  the table itself stays narrow; from three characters on, the candidates are checked against the text.

The tables are made by migration 0002_search; they are no models, since no row of them is a fact.
"""

# ruff: noqa: S608, S611 - table names are built from KINDS, everything else is a parameter

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Literal

from django.db import connection
from django.db.models import BooleanField, F, Func, Q
from django.db.models.expressions import RawSQL

from yinfeng.kernel.text import squeeze

Kind = Literal["project", "lead"]
KINDS: tuple[Kind, ...] = ("project", "lead")

MOST_WORDS = 8  # more words than this narrow nothing down
LONGEST_WORD = 60


def text_of(*fields: str | None) -> str:
    """The text to index: one field a line, empty ones left out."""
    return "\n".join(f.replace("\n", " ") for f in fields if f)


def index(object_id: int, text: str, *, kind: Kind = "project") -> None:
    """Make an object findable by ``text`` (see :func:`text_of`) and by nothing else. In the caller's transaction."""
    index_many([(object_id, text)], kind=kind)


def index_many(rows: Iterable[tuple[int, str]], *, kind: Kind = "project", batch: int = 2_000) -> None:
    """:func:`index` for many objects."""
    write = _write_sqlite if connection.vendor == "sqlite" else _write_postgresql
    for part in _batches(iter(rows), batch):
        write([(pk, _fold(text)) for pk, text in dict(part).items()], kind)


def index_ahead(rows: Iterable[tuple[int, str]], at: float) -> None:
    """Do the dear half of :func:`index_many` for projects that are not there yet (SQLite; nothing elsewhere): their
    grams, and their words put by, so that a load that dies can be forgotten (:func:`left_ahead`). Nothing is found by
    them. ``at``  seconds of the clock. :func:`index_new` does the other half."""
    if connection.vendor == "sqlite":
        folded_rows = [(pk, _fold(text)) for pk, text in rows]
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO projects_search_ahead (id, words, at) VALUES (%s, %s, %s)",
                [(pk, words, at) for pk, words in folded_rows],
            )
            cursor.executemany(
                "INSERT INTO projects_grams_project (rowid, grams) VALUES (%s, %s)",
                [(pk, _sequence(words)) for pk, words in folded_rows],
            )


def index_new(rows: Sequence[tuple[int, str]]) -> None:
    """The other half of :func:`index_ahead`; nobody else's ids lie between these."""
    if connection.vendor != "sqlite":
        _write_postgresql([(pk, _fold(text)) for pk, text in rows], "project")
    elif rows:
        ends = [min(pk for pk, _ in rows), max(pk for pk, _ in rows)]
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO projects_search_project (id, words) "
                "SELECT id, words FROM projects_search_ahead WHERE id BETWEEN %s AND %s ORDER BY id", ends
            )  # fmt: skip
            cursor.execute("DELETE FROM projects_search_ahead WHERE id BETWEEN %s AND %s", ends)


def forget_ahead(ids: Sequence[int]) -> None:
    """Take :func:`index_ahead` back. In the caller's transaction."""
    if connection.vendor == "sqlite" and ids:
        marks = ",".join(["%s"] * len(ids))
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT id, words FROM projects_search_ahead WHERE id IN ({marks})", ids)
            cursor.executemany(
                "INSERT INTO projects_grams_project (projects_grams_project, rowid, grams) VALUES ('delete', %s, %s)",
                [(pk, _sequence(words)) for pk, words in cursor.fetchall()],
            )
            cursor.execute(f"DELETE FROM projects_search_ahead WHERE id IN ({marks})", ids)


def left_ahead(before: float, limit: int) -> list[int]:
    """Projects that were indexed ahead before this second of the clock and never came."""
    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM projects_search_ahead WHERE at < %s ORDER BY id LIMIT %s", [before, limit])
        return [pk for (pk,) in cursor.fetchall()]


def remove(object_id: int, *, kind: Kind = "project") -> None:
    """Make an object unfindable."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            _forget_sqlite(cursor, [object_id], kind)
        cursor.execute(f"DELETE FROM projects_search_{kind} WHERE id = %s", [object_id])


def terms(words: str) -> list[str]:
    """The folded words of a query, each once. Empty: there is no letter or digit in it to look for."""
    folded = (squeeze(word)[:LONGEST_WORD] for word in words[:400].split())
    return list(dict.fromkeys(word for word in folded if word))[:MOST_WORDS]


def matching(words: str, *, kind: Kind = "project", key: str = "pk") -> Q:
    """The condition that every word of ``words`` stands in the object's text; nothing matches a query without words."""
    wanted = terms(words)
    if not wanted:
        return Q(**{f"{key}__in": []})
    return Q(**{f"{key}__in": RawSQL(*_found(wanted, kind))})


def newest(words: str, limit: int, *, kind: Kind = "project") -> list[int]:
    """The ids of the latest objects in whose text every word stands: a few candidates, read off the index alone."""
    wanted = terms(words)
    if not wanted:
        return []
    sql, params = _found(wanted, kind, there=True)
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} ORDER BY 1 DESC LIMIT %s", [*params, limit])
        return [pk for (pk,) in cursor.fetchall()]


def hits(words: str, cap: int, *, kind: Kind = "project") -> int:
    """How many objects match, counted up to ``cap``, those that are only indexed ahead among them: for choosing a plan,
    where looking each of a frequent word's up would take longer than the page. One query."""
    return hits_beside(words, cap, "SELECT 1", [], kind=kind)[0]


def hits_beside(words: str, cap: int, other: str, params: Sequence[Any], *, kind: Kind = "project") -> tuple[int, int]:
    """:func:`hits`, and how many rows another statement lists. One query."""
    wanted = terms(words)
    if not wanted:
        return 0, 0
    sql, found = _found(wanted, kind)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT (SELECT count(*) FROM ({sql} LIMIT %s) AS found), (SELECT count(*) FROM ({other}) AS others)",
            [*found, cap, *params],
        )
        count, others = cursor.fetchone()
    return int(count), int(others)


def _found(wanted: Sequence[str], kind: Kind, *, there: bool = False) -> tuple[str, list[Any]]:
    """The statement that lists the ids of the objects with all these folded words; ``there``: for an asker that does
    not look them up, without those that are only indexed ahead."""
    if connection.vendor == "sqlite":
        table = f"projects_grams_{kind}"
        sql = f"SELECT rowid FROM {table} WHERE {table} MATCH %s"
        if there:
            sql += f" AND EXISTS (SELECT 1 FROM projects_search_{kind} s WHERE s.id = {table}.rowid)"
        return sql, [" AND ".join(map(_fts_term, wanted))]
    grams = sorted({gram for word in wanted for gram in _needed(word)})
    recheck = [f"%{word}%" for word in wanted if len(word) > 2]
    # After folding a word has letters and digits only: nothing in it means anything to LIKE.
    return (
        f"SELECT id FROM projects_search_{kind} WHERE projects_grams(words) @> %s::text[]"
        + " AND words LIKE %s" * len(recheck),
        [grams, *recheck],
    )


def looked_up(words: str, *, kind: Kind = "project") -> Q:
    """The same condition as :func:`matching`, tried row by row: for frequent words among few rows."""
    wanted = terms(words)
    return Q(_Holds(F("pk"), kind=kind, words=tuple(wanted))) if wanted else Q(pk__in=[])


def sought(words: str, *, kind: Kind = "project") -> Q:
    """The same condition again, for a rare word and nothing else: its few rows are fetched by their keys (PostgreSQL)."""
    wanted = terms(words)
    return (
        Q(_Found(F("pk"), kind=kind, words=tuple(wanted), form="{key} = ANY(ARRAY({ids}))")) if wanted else Q(pk__in=[])
    )


def among(words: str, *, kind: Kind = "project") -> Q:
    """The same condition again, for a frequent word and nothing else: the found keys are kept in memory while one index
    is walked for counts and sums (PostgreSQL; half of what a join of the two takes)."""
    wanted = terms(words)
    return (
        Q(_Found(F("pk"), kind=kind, words=tuple(wanted), form="({key} IN ({ids})) IS TRUE"))
        if wanted
        else Q(pk__in=[])
    )


class _Found(Func):
    """Whether this key is one of those that :func:`_found` lists, in a form that decides how PostgreSQL looks."""

    def __init__(self, key: F, *, kind: Kind, words: tuple[str, ...], form: str) -> None:
        super().__init__(key, output_field=BooleanField())
        self.kind, self.words, self.form = kind, words, form

    def as_sql(  # type: ignore[override]
        self, compiler: Any, connection: Any, **context: Any
    ) -> tuple[str, list[Any]]:
        key, params = compiler.compile(self.get_source_expressions()[0])
        ids, found = _found(self.words, self.kind)
        return self.form.format(key=key, ids=ids), [*params, *found]


class _Holds(Func):
    """Whether the text of the row with this key holds every word. An expression, so that its key follows the row into
    subqueries, where Django gives the table another name."""

    def __init__(self, key: F, *, kind: Kind, words: tuple[str, ...]) -> None:
        super().__init__(key, output_field=BooleanField())
        self.kind, self.words = kind, words

    def as_sql(  # type: ignore[override]
        self, compiler: Any, connection: Any, **context: Any
    ) -> tuple[str, list[Any]]:
        key, params = compiler.compile(self.get_source_expressions()[0])
        place = "instr" if connection.vendor == "sqlite" else "strpos"
        tests = " AND ".join([f"{place}(s.words, %s) > 0"] * len(self.words))
        sql = f"EXISTS (SELECT 1 FROM projects_search_{self.kind} s WHERE s.id = {key} AND {tests})"
        return sql, [*params, *self.words]


def stored(kind: Kind = "project") -> Iterator[tuple[int, str]]:
    """What is indexed, for ``yinfeng doctor``: (object id, folded text)."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, words FROM projects_search_{kind} ORDER BY id")
        yield from cursor.fetchall()


def folded(text: str) -> str:
    """What :func:`stored` must say of an object whose text this is."""
    return _fold(text)


# ------------------------------------------------------------------------------------------------ tokens


def _fold(text: str) -> str:
    return "\n".join(filter(None, map(squeeze, text.split("\n"))))


def _sequence(words: str) -> str:
    """Pairs in sequence and the last character alone, field by field: ``霁云电梯`` → ``霁云 云电 电梯 梯``."""
    return " ".join(
        " ".join([field[i : i + 2] for i in range(len(field) - 1)] + [field[-1]])
        for field in words.split("\n")
        if field
    )


def _fts_term(word: str) -> str:
    if len(word) == 1:
        return f'"{word}" *'
    return '"' + " ".join(word[i : i + 2] for i in range(len(word) - 1)) + '"'


def _needed(word: str) -> list[str]:
    return [word] if len(word) == 1 else [word[i : i + 2] for i in range(len(word) - 1)]


# ------------------------------------------------------------------------------------------------ writing


def _batches(rows: Iterator[tuple[int, str]], size: int) -> Iterator[list[tuple[int, str]]]:
    while part := list(islice(rows, size)):
        yield part


def _forget_sqlite(cursor, ids: Sequence[int], kind: Kind) -> None:  # type: ignore[no-untyped-def]
    """A contentless table forgets a row only when told what it held."""
    marks = ",".join(["%s"] * len(ids))
    cursor.execute(f"SELECT id, words FROM projects_search_{kind} WHERE id IN ({marks})", ids)
    old = cursor.fetchall()
    if old:
        cursor.executemany(
            f"INSERT INTO projects_grams_{kind} (projects_grams_{kind}, rowid, grams) VALUES ('delete', %s, %s)",
            [(pk, _sequence(words)) for pk, words in old],
        )


def _write_sqlite(rows: list[tuple[int, str]], kind: Kind) -> None:
    with connection.cursor() as cursor:
        _forget_sqlite(cursor, [pk for pk, _ in rows], kind)
        cursor.executemany(f"INSERT OR REPLACE INTO projects_search_{kind} (id, words) VALUES (%s, %s)", rows)
        cursor.executemany(
            f"INSERT INTO projects_grams_{kind} (rowid, grams) VALUES (%s, %s)",
            [(pk, _sequence(words)) for pk, words in rows],
        )


def _write_postgresql(rows: list[tuple[int, str]], kind: Kind) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO projects_search_{kind} (id, words) VALUES (%s, %s)"
            " ON CONFLICT (id) DO UPDATE SET words = EXCLUDED.words",
            rows,
        )
