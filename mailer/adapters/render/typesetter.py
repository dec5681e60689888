"""The process that sets a PDF: an order as JSON on standard input, the result as JSON on standard output."""

from __future__ import annotations

import base64
import json
import resource
import sys
from collections.abc import Mapping

from mailer.adapters.render.pdf import SCHEME


def typeset(html: str, assets: Mapping[str, bytes], identifier: str) -> dict[str, object]:
    """``pdf`` (base64) and ``pages``, or ``refused``: the address that the HTML asked for in vain.

    Tagged after PDF/UA-1. Nothing in it comes from a clock: its dates are the HTML's own metadata.
    """
    from weasyprint import HTML  # here, so that only the process that sets pays for the import
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class Assets(URLFetcher):  # type: ignore[misc]  # WeasyPrint ships no types
        """Gives what is in ``assets``; the network and the file system stay closed."""

        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
            scheme, _, name = url.partition(":")
            if scheme != SCHEME or name not in assets:
                raise ValueError(url[:200])
            return URLFetcherResponse(url, assets[name])

    fetcher = Assets(allowed_protocols=(SCHEME,), allow_redirects=False, fail_on_errors=True)
    # Given twice, to layout and to writing: neither passes them on to the other.
    options = {"pdf_variant": "pdf/ua-1", "pdf_tags": True, "pdf_identifier": identifier.encode()}
    try:
        document = HTML(string=html, url_fetcher=fetcher).render(**options)
        written = document.write_pdf(**options)
        return {"pdf": base64.b64encode(written).decode(), "pages": len(document.pages)}
    except FatalURLFetchingError as refusal:
        return {"refused": str(refusal.__cause__)}


def main() -> None:
    """Limit this process first, then do the work."""
    order = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_CPU, (order["cpu_seconds"], order["cpu_seconds"] + 1))
    resource.setrlimit(resource.RLIMIT_AS, (order["memory"], order["memory"]))
    assets = {name: base64.b64decode(data) for name, data in order["assets"].items()}
    json.dump(typeset(order["html"], assets, order["identifier"]), sys.stdout)


if __name__ == "__main__":
    main()
