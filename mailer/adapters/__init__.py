"""The outside world: mail servers, the renderer, DNS, files. Only app.py knows which is in use."""
