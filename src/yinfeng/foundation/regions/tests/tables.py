from datetime import UTC, datetime

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
