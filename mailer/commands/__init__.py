"""The commands, by subject. Each parses, calls, and prints; what they do is decided elsewhere."""
