"""Django's backend for PostgreSQL with room for the plans of every page."""
