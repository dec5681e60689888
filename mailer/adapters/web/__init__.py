"""The web pages, over Starlette and uvicorn, which are the extra ``web``."""

from mailer.adapters.web.server import serve
from mailer.adapters.web.settings import WebSettings

__all__ = ["WebSettings", "serve"]
