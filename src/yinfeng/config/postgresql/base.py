"""Django's backend, whose connections keep more prepared statements than the driver's hundred.

A page has five to ten statements of its own, so that a worker that serves forty kinds of pages would drop and plan
them again in turn: 5 to 15 ms a page.
"""

from typing import Any

from django.db.backends.postgresql import base

STATEMENTS_KEPT = 300  # a connection; some 100 kB each on the server


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        connection.prepared_max = STATEMENTS_KEPT
        return connection
