"""The verbs of exchange: tokens, leases of requests, kept answers, webhooks."""
