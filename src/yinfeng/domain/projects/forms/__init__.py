"""Input shapes of the ledger's pages: they check what was typed; what it means is checked by the actions."""
