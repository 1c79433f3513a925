"""Domain: the trade itself, one app per part of it; upper floors import lower ones, never the other way."""
