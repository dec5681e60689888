"""What the handlers of reviews share."""
