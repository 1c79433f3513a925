"""The pages of 通报."""
