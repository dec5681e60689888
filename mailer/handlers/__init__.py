"""What happens when someone asks, or when its time has come; a handler never imports another."""
