"""PDF from HTML, with nothing fetched from anywhere: fonts and pictures are handed in as bytes."""

from __future__ import annotations

from collections.abc import Mapping

from mailer.errors import ConfigError

SCHEME = "asset"
"""``asset:NAME`` is the only kind of address that anything is loaded from."""


def write(html: str, assets: Mapping[str, bytes], identifier: str) -> tuple[bytes, int]:
    """A tagged PDF (PDF/UA-1) and its number of pages. Raises ConfigError where the HTML asks for anything else (D2).

    The same arguments give the same bytes: dates come from the HTML's own metadata, the file identifier from
    ``identifier``.
    """
    # Here and not above: the import takes up to four seconds cold, and most commands set nothing.
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class Assets(URLFetcher):  # type: ignore[misc]  # WeasyPrint ships no types
        """Gives what is in ``assets``; the network and the file system stay closed."""

        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
            scheme, _, name = url.partition(":")
            if scheme != SCHEME or name not in assets:
                raise ValueError(url)
            return URLFetcherResponse(url, assets[name])

    fetcher = Assets(allowed_protocols=(SCHEME,), allow_redirects=False, fail_on_errors=True)
    try:
        document = HTML(string=html, url_fetcher=fetcher).render(
            pdf_variant="pdf/ua-1", pdf_tags=True, pdf_identifier=identifier.encode()
        )
        return bytes(document.write_pdf()), len(document.pages)
    except FatalURLFetchingError as refused:
        raise ConfigError([f"the issue asks for {refused.__cause__}; nothing is loaded from outside it"]) from None
