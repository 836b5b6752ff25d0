"""The text index of PostgreSQL: full text, with the English stemmer, in a table of its own."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "catalog_product_texts"
CONFIG, STEMMER = "catalog_words", "catalog_stems"
ACCENTED = "àáâãäåçèéêëìíîïñòóôõöøùúûüýÿ"
PLAIN = "aaaaaaceeeeiiiinoooooouuuuyy"
# The parser would take "AB-12" for a word and a negative number.
PARTS = f"""regexp_replace(
    translate(replace(lower(%s), 'ß', 'ss'), '{ACCENTED}', '{PLAIN}'), '[^[:alnum:]]+', ' ', 'g')"""
LIST = "(SELECT string_agg(one, ' ') FROM jsonb_array_elements_text(product.%s) AS one)"
NAMED = PARTS % "concat_ws(' ', product.name, product.brand)"
TOLD = PARTS % (
    f"concat_ws(' ', product.sku, product.description, {LIST % 'tags'}, {LIST % 'collections'})"
)
SAID = f"""setweight(to_tsvector('{CONFIG}', {NAMED}), 'A')
    || setweight(to_tsvector('{CONFIG}', {TOLD}), 'D')"""
# No word is left out as too common: SQLite leaves none out, and "no" is a size, too.
MAKE = f"""
CREATE TEXT SEARCH DICTIONARY {STEMMER} (TEMPLATE = snowball, LANGUAGE = english);
CREATE TEXT SEARCH CONFIGURATION {CONFIG} (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION {CONFIG} ALTER MAPPING FOR asciiword, word WITH {STEMMER};
CREATE TABLE {TABLE} (product_id bigint PRIMARY KEY, said tsvector NOT NULL);
CREATE INDEX {TABLE}_said ON {TABLE} USING gin (said);
CREATE FUNCTION {TABLE}_follow() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE product catalog_product := NEW;
BEGIN
    INSERT INTO {TABLE} VALUES (product.id, {SAID})
    ON CONFLICT (product_id) DO UPDATE SET said = EXCLUDED.said
        WHERE {TABLE}.said IS DISTINCT FROM EXCLUDED.said;
    RETURN NULL;
END $$;
CREATE FUNCTION {TABLE}_forget() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN DELETE FROM {TABLE};
    ELSE DELETE FROM {TABLE} WHERE product_id = OLD.id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER {TABLE}_follow AFTER INSERT OR UPDATE ON catalog_product
    FOR EACH ROW EXECUTE FUNCTION {TABLE}_follow();
CREATE TRIGGER {TABLE}_gone AFTER DELETE ON catalog_product
    FOR EACH ROW EXECUTE FUNCTION {TABLE}_forget();
CREATE TRIGGER {TABLE}_emptied AFTER TRUNCATE ON catalog_product
    FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_forget();
INSERT INTO {TABLE} SELECT product.id, {SAID} FROM catalog_product AS product;
"""
REMOVE = f"""
DROP FUNCTION IF EXISTS {TABLE}_follow() CASCADE;
DROP FUNCTION IF EXISTS {TABLE}_forget() CASCADE;
DROP TABLE IF EXISTS {TABLE};
DROP TEXT SEARCH CONFIGURATION IF EXISTS {CONFIG};
DROP TEXT SEARCH DICTIONARY IF EXISTS {STEMMER};
"""
ASKED = f"to_tsquery('{CONFIG}', %s)"


class PostgresTexts:
    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection = connection

    def install(self) -> None:
        with transaction.atomic(self._connection.alias), self._connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_trigger WHERE tgname = %s", [f"{TABLE}_follow"])
            if cursor.fetchone() is None:
                self.remove()
                cursor.execute(MAKE)

    def remove(self) -> None:
        with transaction.atomic(self._connection.alias), self._connection.cursor() as cursor:
            cursor.execute(REMOVE)

    def having(self, words: Sequence[str]) -> list[int]:
        return self._ids("ORDER BY product_id", _all(words))

    def best(self, words: Sequence[str], most: int) -> list[int]:
        query = f"{_all(words)}:*"
        order = f"ORDER BY ts_rank(said, {ASKED}) DESC, product_id DESC LIMIT %s"
        return self._ids(order, query, query, most)

    def count(self, word: str, most: int) -> int:
        return len(self._ids("LIMIT %s", _all([word]), most))

    def _ids(self, order: str, *about: str | int) -> list[int]:
        with self._connection.cursor() as cursor:
            query = f"SELECT product_id FROM {TABLE} WHERE said @@ {ASKED} {order}"
            cursor.execute(query, about)
            return [pk for (pk,) in cursor.fetchall()]


def _all(words: Sequence[str]) -> str:
    return " & ".join(f"'{word}'" for word in words)
