"""Adapters to the outside world: mail servers, the renderer, DNS, files. Only app/ knows which is in use."""
