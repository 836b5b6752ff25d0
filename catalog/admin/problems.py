"""Why a table cannot be read or had, in the language of who reads it."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.importers.fetching import FetchError
from catalog.importers.rows import TableError

OF_TABLES = {
    "empty": _("The file is empty."),
    "empty_sheet": _("The spreadsheet is empty."),
    "empty_feed": _("The feed holds no products: there is no <item> and no <entry> in it."),
    "old_sheet": _("The spreadsheet is of an old kind (XLS): save it as XLSX or CSV."),
    "damaged_sheet": _("The file is no spreadsheet (XLSX), or it is damaged."),
    "large_sheet": _("Unpacked the spreadsheet is too large: save it as CSV."),
    "web_page": _("This is a web page, not a table of products."),
    "no_table": _("This is no table of products: give a CSV, TSV, XLSX or XML file."),
    "wide": _("The table has %(columns)s columns; %(most)s are the most."),
    "damaged_feed": _("The feed is damaged in line %(line)s: it is no well-formed XML."),
    "entities": _("The feed declares entities of its own, which is not allowed."),
    "encoding": _("The feed is written in an encoding that is not known."),
    "no_columns": _("The first line of %(name)s has no column %(missing)s. It has: %(columns)s"),
    "no_such_column": _("There is no column %(column)s. There are: %(columns)s"),
    "no_such_name": _("No column can be %(name)s. It can be: %(names)s"),
    "two_columns": _("Two columns are said to be %(name)s: one can be."),
}
OF_ADDRESSES = {
    "slow": _("takes too long"),
    "private": _("leads into a private network"),
    "redirects": _("leads on too often"),
    "silent": _("does not answer"),
    "broken": _("does not answer as it should"),
    "status": _("answers %(status)s"),
    "kind": _("holds %(kind)s"),
    "large": _("holds more than %(most)s MB"),
}


def said(error: TableError | FetchError) -> str:
    if isinstance(error, TableError):
        return str(OF_TABLES[error.code]) % error.about
    reason = str(OF_ADDRESSES[error.code]) % error.about
    return gettext("The address %(reason)s.") % {"reason": reason}
