"""Records 记录: what the mentions of a page say together: projects, aggregates, amounts of money."""
