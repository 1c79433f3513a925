"""What a definition may say, how its figure is computed, and in which words: pure, exact, rounded once."""
