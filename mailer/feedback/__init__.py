"""What readers write, and who gets to read it."""
