"""Pure rules of reading and deciding: words, drafts, what a draft still needs, how a text is marked."""
