"""How fast mail may go: limits, policy, breaker, providers, quiet hours."""
