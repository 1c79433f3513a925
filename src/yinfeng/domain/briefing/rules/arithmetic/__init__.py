"""The relations between the figures of a text, a module a kind; ``..proof`` walks through them."""
