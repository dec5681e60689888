"""Every accent colour is readable, in light and in dark."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.adapters.render.colour import AA, EDGE, Scheme, contrast, palette
from mailer.errors import ConfigError

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def check(scheme: Scheme) -> None:
    for text in (scheme.ink, scheme.muted, scheme.accent):
        assert contrast(text, scheme.paper) >= AA
    for text in (scheme.muted, scheme.accent, scheme.added, scheme.removed):
        assert min(contrast(text, scheme.paper), contrast(text, scheme.backdrop)) >= AA
    assert contrast(scheme.on_band, scheme.band) >= AA
    for edge in (scheme.rule, scheme.band):
        assert min(contrast(edge, scheme.paper), contrast(edge, scheme.backdrop)) >= EDGE


@given(colours)
def test_every_accent_has_AA_contrast_in_light_and_dark(accent: str) -> None:
    made = palette(accent, "#1c2326", "#ffffff")
    check(made.light)
    check(made.dark)


@given(colours, colours, colours)
def test_every_identity_is_readable_or_refused(accent: str, ink: str, paper: str) -> None:
    try:
        made = palette(accent, ink, paper)
    except ConfigError:
        assert contrast(ink, paper) < AA
    else:
        check(made.light)
        check(made.dark)


@pytest.mark.parametrize(
    ("one", "other", "ratio"), [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#123456", "#123456", 1.0)]
)
def test_contrast_is_computed_as_in_the_guidelines(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.005)


def test_a_readable_accent_is_not_changed() -> None:
    assert palette("#0b5563", "#1c2326", "#ffffff").light.accent == "#0b5563"
