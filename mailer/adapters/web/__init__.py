"""The web pages, over Starlette and uvicorn, which are the extra ``web``."""

from mailer.adapters.web.server import serve

__all__ = ["serve"]
