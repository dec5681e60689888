"""Asks addresses on the web whether they are still there: a few octets, a few seconds, and never a private network."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable
from functools import cached_property
from http.client import HTTPConnection, HTTPException
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from mailer.model.links import Answer

SECONDS = 8.0
"""How long an address is asked at most, with all that it redirects to."""

REDIRECTS = 5

PORTS = {"http": 80, "https": 443}

_ALIVE = frozenset({401, 403, 405, 406, 429})
"""Answers of a page that is there, to a program that it does not like."""

_UNICAST = ipaddress.ip_network("2000::/3")
"""All that is assigned of IPv6 (RFC 4291 2.4). Beyond it are addresses that stand for private ones (RFC 8215)."""

_NOT_PUBLIC = tuple(map(ipaddress.ip_network, ("2002::/16", "3fff::/20", "192.88.99.0/24")))
"""Networks whose addresses have others in them, or are in no use (RFC 3056, RFC 9637, RFC 7526)."""

_HEADERS = {"Accept": "*/*", "Connection": "close", "User-Agent": "mailer (asks twice a year whether a link works)"}


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet."""
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    if mapped is not None:
        found = mapped
    if isinstance(found, ipaddress.IPv6Address) and found not in _UNICAST:
        return False
    return found.is_global and not found.is_multicast and not any(found in network for network in _NOT_PUBLIC)


class WebLinkChecker:
    """ports.LinkChecker over HTTP. ``is_allowed`` says which IP addresses are asked, ``ports`` on which ports."""

    def __init__(
        self, is_allowed: Callable[[str], bool] = is_public, ports: frozenset[int] = frozenset(PORTS.values())
    ) -> None:
        self._is_allowed = is_allowed
        self._ports = ports

    def ask(self, url: str) -> Answer:
        """As ports.LinkChecker says. A server that sends an octet now and then is left after ``SECONDS``."""
        found: list[Answer] = []
        until = time.monotonic() + SECONDS
        asking = threading.Thread(target=lambda: found.append(self._ask(url, until)), daemon=True)
        asking.start()
        asking.join(SECONDS + 0.5)
        return found[0] if found else Answer(False, "no answer in time")

    def _ask(self, url: str, until: float) -> Answer:
        try:
            return self._follow(url, until)
        except TimeoutError:
            return Answer(False, "no answer in time")
        except socket.gaierror:
            return Answer(False, "no such host")
        except ssl.SSLError:
            return Answer(False, "its certificate is not valid")
        except (OSError, HTTPException):
            return Answer(False, "no connection")
        except ValueError as fault:
            return Answer(False, f"{fault}"[:100])

    def _follow(self, url: str, until: float) -> Answer:
        for _ in range(REDIRECTS + 1):
            status, location = self._get(urlsplit(url), until)
            if location and 300 <= status < 400:
                url = urljoin(url, location)
                continue
            return Answer(status < 400 or status in _ALIVE, str(status))
        return Answer(False, "it redirects for ever")

    def _get(self, url: SplitResult, until: float) -> tuple[int, str]:
        """The status of one address, and where it redirects to. Raises ValueError if it may not be asked."""
        port = url.port or PORTS.get(url.scheme, 0)
        if url.scheme not in PORTS or port not in self._ports or not url.hostname or url.username is not None:
            raise ValueError("not an ordinary web address")
        host = url.hostname.encode("idna").decode() if not url.hostname.isascii() else url.hostname
        sock = self._connected(host, port, until)
        if url.scheme == "https":  # it takes the place of the plain one, also for the timer
            sock = self._tls.wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)
        closing = threading.Timer(max(until - time.monotonic(), 0.1), _closed, (sock,))
        closing.daemon = True
        closing.start()
        try:
            if isinstance(sock, ssl.SSLSocket):
                sock.do_handshake()
            connection = HTTPConnection(host, port)
            connection.sock = sock
            path = quote(url.path or "/", safe="/%:@!$&'()*+,;=~-._") + (f"?{url.query}" if url.query else "")
            connection.request("GET", path, headers=_HEADERS)
            answer = connection.getresponse()  # its headers alone, which http.client limits; never its body
            return answer.status, answer.headers.get("Location", "")
        finally:
            closing.cancel()
            sock.close()

    def _connected(self, host: str, port: int, until: float) -> socket.socket:
        """A connection to the very address that was looked at, so that a name cannot be another one by then."""
        found = [info[4][0] for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        allowed = [str(address) for address in dict.fromkeys(found) if self._is_allowed(str(address))]
        if not allowed:
            raise ValueError("it leads into a private network")
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return socket.create_connection((allowed[0], port), timeout=left)

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context()


def _closed(sock: socket.socket) -> None:
    """End what is read from a socket."""
    try:
        socket.socket.shutdown(sock, socket.SHUT_RDWR)  # that of TLS would take its state from under the reader
    except OSError:
        return
