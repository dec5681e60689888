"""The process that renders a PDF: it reads a job as JSON from standard input, and writes the result as JSON."""

from __future__ import annotations

import base64
import json
import logging
import os
import sys
from collections.abc import Mapping
from typing import Any

from mailer.adapters import child_process
from mailer.adapters.render.drawn_text import shaped
from mailer.adapters.render.fitting import Sizes, fitted
from mailer.adapters.render.line_breaking import corrected
from mailer.adapters.render.pdf import SCHEME


def render_pdf(html: str, assets: Mapping[str, bytes], identifier: str) -> dict[str, object]:
    """``pdf`` (base64) and ``pages``; or why there is no PDF.

    ``refused`` is a URL that the HTML asked for and may not load, ``undrawn`` are characters that no font has.

    The PDF is tagged (PDF/UA-1). Nothing in it comes from a clock; its dates are in the HTML's metadata.
    """
    import weasyprint.pdf  # here, so that only this process pays for the import
    from weasyprint import HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    from mailer.adapters.render import pdf_structure

    weasyprint.pdf.add_tags = pdf_structure.add_tags

    class Assets(URLFetcher):  # type: ignore[misc]  # WeasyPrint ships no types
        """Loads only what is in ``assets``, never from the network or the file system."""

        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
            scheme, _, name = url.partition(":")
            if scheme != SCHEME or name not in assets:
                raise ValueError(url[:200])
            return URLFetcherResponse(url, assets[name])

    fetcher = Assets(allowed_protocols=(SCHEME,), allow_redirects=False, fail_on_errors=True)
    # Both layout and writing need the options.
    options = {"pdf_variant": "pdf/ua-1", "pdf_tags": True, "pdf_identifier": identifier.encode()}
    fonts = FontConfiguration()
    undrawn = _Undrawn()
    logging.getLogger("weasyprint").addHandler(undrawn)
    try:
        page = HTML(string=html, url_fetcher=fetcher)
        articles = list(page.etree_element.iter("article"))
        for numbered in page.etree_element.iter("ol"):  # WeasyPrint does not read “start”
            numbered.set("style", f"counter-reset: list-item {int(numbered.get('start', 1)) - 1}")
        pictures: dict[str, object] = {}

        def lay_out(sizes: Sizes) -> Any:
            page.etree_element.set("style", f"--text: {sizes.text}")
            for article in articles:
                article.set("style", f"--picture: {sizes.of(article.get('id', ''))}")
            return page.render(cache=pictures, font_config=fonts, **options)

        with corrected() as work:
            document = fitted(lay_out, work) if articles else lay_out(Sizes())
        with shaped():
            written = document.write_pdf(**options)
        if undrawn.characters:
            return {"undrawn": "".join(undrawn.characters)}
        return {"pdf": base64.b64encode(written).decode(), "pages": len(document.pages)}
    except FatalURLFetchingError as refusal:
        return {"refused": str(refusal.__cause__)}
    finally:
        logging.getLogger("weasyprint").removeHandler(undrawn)


class _Undrawn(logging.Handler):
    """Collects the characters for which WeasyPrint draws a box, of which it only logs a warning."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.characters: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if str(record.msg).startswith(".notdef glyph") and isinstance(record.args, tuple):
            self.characters.append(str(record.args[0]))


def main() -> None:
    """Load what is needed, wait for the job, limit this process, then render.

    It ends at once: Python's own end unloads Pango's library, in which a thread may still be looking for fonts.
    """
    import weasyprint.pdf  # noqa: F401

    job = json.load(sys.stdin)
    child_process.limit(job["cpu_seconds"], job["memory"])
    assets = {name: base64.b64decode(data) for name, data in job["assets"].items()}
    json.dump(render_pdf(job["html"], assets, job["identifier"]), sys.stdout)
    sys.stdout.flush()
    os._exit(os.EX_OK)


if __name__ == "__main__":
    main()
