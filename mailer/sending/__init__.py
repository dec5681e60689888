"""The way of a delivery: ledger, limiter, prefetch, sender."""
