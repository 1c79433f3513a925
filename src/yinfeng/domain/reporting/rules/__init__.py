"""Pure decisions of the reporting cycle: what is due when, what looks wrong, how complete it is."""
