"""The versions of what an issue's bytes come from: with the same ones, the same source has the same digest (D9)."""

from __future__ import annotations

import ctypes
import zlib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version

PACKAGES = {
    "mailer": "mailer",
    "WeasyPrint": "weasyprint",
    "pydyf": "pydyf",
    "fontTools": "fonttools",
    "Pillow": "pillow",
    "Pyphen": "pyphen",
    "css-inline": "css-inline",
    "Jinja": "jinja2",
    "Babel": "babel",
    "nh3": "nh3",
    "markdown-it": "markdown-it-py",
    "mdit-py-plugins": "mdit-py-plugins",
}
"""The names that people know them by, and those of their distributions."""

_LIBRARIES = {"Pango": ("pango-1.0", "0"), "HarfBuzz": ("harfbuzz", "0"), "FreeType": ("freetype", "6")}


@cache
def versions() -> Mapping[str, str]:
    """Each by its name; what is not installed is left out."""
    found = {name: _of_library(name) for name in _LIBRARIES}
    found |= {name: _of_package(package) for name, package in PACKAGES.items()}
    found["zlib"] = zlib.ZLIB_RUNTIME_VERSION
    return {name: number for name, number in found.items() if number}


def _of_package(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _of_library(name: str) -> str:
    """What the library itself says, as WeasyPrint loads it; empty if it is not there."""
    for file in _files(*_LIBRARIES[name]):
        try:
            library = ctypes.CDLL(file)
        except OSError:
            continue
        return _free_type(library) if name == "FreeType" else _said(library, _FUNCTIONS[name])
    return ""


_FUNCTIONS = {"Pango": "pango_version_string", "HarfBuzz": "hb_version_string"}


def _files(name: str, number: str) -> Iterator[str]:
    yield f"lib{name}.so.{number}"
    yield f"lib{name}.{number}.dylib"


def _said(library: ctypes.CDLL, function: str) -> str:
    say = getattr(library, function)
    say.restype = ctypes.c_char_p
    said: bytes = say()
    return said.decode("ascii")


def _free_type(library: ctypes.CDLL) -> str:
    handle, numbers = ctypes.c_void_p(), [ctypes.c_int() for _ in range(3)]
    if library.FT_Init_FreeType(ctypes.byref(handle)):
        return ""
    library.FT_Library_Version(handle, *(ctypes.byref(number) for number in numbers))
    library.FT_Done_FreeType(handle)
    return ".".join(str(number.value) for number in numbers)
