"""What cliff, the openstack client's output library, prints: reads cases as a list of JSON, and answers with a list of texts.

    formats.py < cases.json

    [{"kind": "list", "columns": ["ID"], "rows": [["1"]], "arguments": ["-f", "csv"]}]

A row is a list's; of an object it is the only one. Lists and mappings in it are columns as the client makes them. A case that cliff refuses has null for
its text. Run it with the Python of `scripts/openstack.sh`.
"""
import io
import json
import sys
import types

from cliff import lister, show
from osc_lib.cli import format_columns


def cell(value):
    if isinstance(value, list):
        return format_columns.ListColumn(value)
    if isinstance(value, dict):
        return format_columns.DictColumn(value)
    return value


def text(case):
    rows = [tuple(cell(value) for value in row) for row in case["rows"]]
    columns = tuple(case["columns"])

    class Lister(lister.Lister):
        def take_action(self, arguments):
            return columns, rows

    class ShowOne(show.ShowOne):
        def take_action(self, arguments):
            return columns, rows[0]

    output = io.StringIO()
    kind = Lister if case["kind"] == "list" else ShowOne
    command = kind(types.SimpleNamespace(stdout=output), None)
    try:
        command.run(command.get_parser("case").parse_args(case["arguments"]))
    except (SystemExit, ValueError):
        return None
    return output.getvalue()


json.dump([text(case) for case in json.load(sys.stdin)], sys.stdout)
