"""Mails as a browser shows them: their width, what overlaps, the contrast of each text and edge, what axe finds."""

from __future__ import annotations

import base64
import html
import importlib.resources
import json
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from mailer.model.issues import Inline

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SCHEMES = ("light", "dark")
PHONE = 360
"""CSS pixels of a narrow phone."""

_AUDIT = """
const BACK = {light: [255, 255, 255, 1], dark: [18, 18, 18, 1]};
const parse = text => {
  const found = (text.match(/[\\d.]+/g) || []).map(Number);
  return found.length < 3 ? [0, 0, 0, 0] : [found[0], found[1], found[2], found.length > 3 ? found[3] : 1];
};
const luminance = colour => colour.slice(0, 3).map(one => one / 255)
  .map(one => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
  .reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0);
const contrast = (one, other) => {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
};
function audit(frame) {
  const view = frame.contentWindow, page = frame.contentDocument, scheme = frame.dataset.scheme;
  const ground = element => {
    for (let at = element; at && at.nodeType === 1; at = at.parentNode) {
      const colour = parse(view.getComputedStyle(at).backgroundColor);
      if (colour[3] > 0.99) return colour;
    }
    return BACK[scheme];
  };
  const name = element => element.tagName.toLowerCase() + (element.className ? '.' + element.className : '');
  const texts = {}, edges = {};
  const keep = (found, what, ratio) => { if (!(what in found) || ratio < found[what]) found[what] = ratio; };
  for (const element of page.body.querySelectorAll('*')) {
    const style = view.getComputedStyle(element), box = element.getBoundingClientRect();
    if (style.display === 'none' || !box.width || !box.height) continue;
    const inside = ground(element), outside = element.parentNode.nodeType === 1 ? ground(element.parentNode) : inside;
    const own = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    if (own) keep(texts, name(element), contrast(parse(style.color), inside));
    let framed = 0;
    for (const side of ['Top', 'Right', 'Bottom', 'Left']) {
      const colour = parse(style[`border${side}Color`]);
      const width = parseFloat(style[`border${side}Width`]), kind = style[`border${side}Style`];
      if (!width || kind === 'none' || !colour[3]) continue;
      const ratio = Math.max(contrast(colour, inside), contrast(colour, outside));
      framed += ratio >= 3;
      keep(edges, `${name(element)} border`, ratio);
    }
    const ratio = contrast(inside, outside), wide = box.left <= 0 && box.right >= page.documentElement.clientWidth;
    if (ratio > 1.001 && framed < 4 && !wide) keep(edges, `${name(element)} area`, ratio);
  }
  const room = page.documentElement.clientWidth;
  const clipped = element => {
    for (let at = element.parentNode; at && at !== page.body && at.nodeType === 1; at = at.parentNode)
      if (view.getComputedStyle(at).overflowX !== 'visible') return at;
    return null;
  };
  const outside = [], boxes = [];
  for (const element of page.body.querySelectorAll('*')) {
    const box = element.getBoundingClientRect(), frame = clipped(element);
    const [least, most] = frame ? [-frame.scrollWidth, room + frame.scrollWidth] : [0, room];
    if (box.width && (box.left < least - 1 || box.right > most + 1)) outside.push(name(element));
  }
  const walk = page.createTreeWalker(page.body, 4);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    if (!node.data.trim() || clipped(node.parentNode.firstElementChild || node)) continue;
    const range = page.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) if (box.width > 1) boxes.push([box, node]);
  }
  const overlaps = [];
  boxes.sort((one, other) => one[0].top - other[0].top);
  boxes.forEach(([one, text], at) => {
    for (let next = at + 1; next < boxes.length && boxes[next][0].top < one.bottom - 6; next++) {
      const [other, said] = boxes[next];
      if (said !== text && other.left < one.right - 2 && other.right > one.left + 2 &&
          Math.min(one.bottom, other.bottom) - other.top > 6)
        overlaps.push(`${text.data.trim().slice(0, 30)} / ${said.data.trim().slice(0, 30)}`);
    }
  });
  const enlarged = [...page.images].filter(one => one.naturalWidth && one.width > one.naturalWidth + 1).map(name);
  const looks = [...page.querySelectorAll('[data-look]')].map(element => {
    const style = view.getComputedStyle(element);
    return [element.dataset.look, ...['color', 'backgroundColor', 'fontSize', 'fontWeight', 'paddingLeft', 'width',
      'borderTopColor', 'borderBottomColor'].map(property => style[property])].join(' | ');
  });
  return {width: page.documentElement.scrollWidth, texts, edges, looks, outside, overlaps, enlarged,
    links: [...page.querySelectorAll('a')].map(link => link.href)};
}
window.onload = () => {
  const found = {};
  for (const frame of document.querySelectorAll('iframe')) found[frame.name] = audit(frame);
  document.getElementById('found').textContent = JSON.stringify(found);
};
"""


@dataclass(frozen=True)
class Measured:
    """What a page looks like."""

    width: int
    """How far it can be scrolled, in CSS pixels."""
    texts: Mapping[str, float]
    """The least contrast of text with its background, by element."""
    edges: Mapping[str, float]
    """The least contrast of a border or of the edge of an area, by element."""
    looks: Sequence[str]
    """How each element looks that has an attribute data-look."""
    links: Sequence[str]
    outside: Sequence[str]
    """Elements that reach out of the window; what scrolls in a box of its own does not."""
    overlaps: Sequence[str]
    """Texts over each other."""
    enlarged: Sequence[str]
    """Pictures that are shown larger than they are."""

    @property
    def faint(self) -> list[str]:
        """Texts below 4.5:1 and edges below 3:1, each with its contrast."""
        texts = [f"{name} {ratio:.2f}" for name, ratio in self.texts.items() if ratio < 4.5]
        return texts + [f"{name} {ratio:.2f}" for name, ratio in self.edges.items() if ratio < 2.995]


def page_of(mail: EmailMessage) -> str:
    """The HTML of a mail, with its pictures in it."""
    parts = [part for part in mail.walk() if part["Content-ID"]]
    pictures = [
        Inline(str(part["Content-ID"]).strip("<>"), part.get_content_type(), part.get_content()) for part in parts
    ]
    html_part = next(part for part in mail.walk() if part.get_content_type() == "text/html")
    return with_pictures(str(html_part.get_content()), pictures)


def with_pictures(page: str, pictures: Sequence[Inline]) -> str:
    """The page with the pictures in it that it refers to as ``cid:``."""
    for picture in pictures:
        data = base64.b64encode(picture.data).decode()
        page = page.replace(f"cid:{picture.cid}", f"data:{picture.media_type};base64,{data}")
    return page


def measure(pages: Mapping[str, str], folder: Path, width: int = PHONE) -> dict[str, Measured]:
    """Each page in light and in dark, as ``NAME light`` and ``NAME dark``; one start of the browser for all."""
    found = _in_frames(pages, folder, width, f"<script>{_AUDIT}</script>")
    return {name: Measured(**values) for name, values in found.items()}


def _in_frames(
    pages: Mapping[str, str], folder: Path, width: int, script: str, schemes: Sequence[str] = SCHEMES
) -> dict[str, Any]:
    """What a script finds in frames with the pages, by their names."""
    frames = "".join(
        f'<iframe name="{name} {scheme}" data-scheme="{scheme}" srcdoc="{html.escape(page)}" '
        f'style="color-scheme: {scheme}; width: {width}px; height: 9000px; border: 0"></iframe>'
        for name, page in pages.items()
        for scheme in schemes
    )
    host = f'<!doctype html><meta charset="utf-8">{script}{frames}<script id="found"></script>'
    (folder / "measure.html").write_text(host, encoding="utf-8")
    shown = _run(folder, "--virtual-time-budget=60000", "--dump-dom", (folder / "measure.html").as_uri())
    found = re.search(r'<script id="found">(.+?)</script>', shown, re.DOTALL)
    assert found is not None, shown[-500:]
    return dict(json.loads(found[1]))


_AXE = """
window.onload = async () => {
  const found = {};
  for (const frame of document.querySelectorAll('iframe')) {
    const view = frame.contentWindow;
    view.eval(document.getElementById('axe').textContent);
    const {violations} = await view.axe.run(view.document, {resultTypes: ['violations']});
    const places = rule => rule.nodes.map(node => node.target.join(' ')).join('; ');
    found[frame.name] = violations.map(rule => `${rule.id}: ${places(rule)}`);
  }
  document.getElementById('found').textContent = JSON.stringify(found);
};
"""


def axe(
    pages: Mapping[str, str], folder: Path, schemes: Sequence[str] = SCHEMES, width: int = 600
) -> dict[str, list[str]]:
    """What axe finds wrong with each page, as ``NAME light`` and ``NAME dark``."""
    program = importlib.resources.files("axe_core_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    script = f'<script id="axe" type="text/plain">{program}</script><script>{_AXE}</script>'
    found: dict[str, list[str]] = _in_frames(pages, folder, width, script, schemes)
    return found


def picture(page: str, to: Path, *, dark: bool = False, width: int = PHONE, height: int = 2400) -> None:
    """A PNG of a page."""
    scheme = "dark" if dark else "light"
    host = (
        f'<!doctype html><meta charset="utf-8"><body style="margin:0"><iframe srcdoc="{html.escape(page)}" '
        f'style="color-scheme: {scheme}; width: {width}px; height: {height}px; border: 0; display: block"></iframe>'
    )
    file = to.with_suffix(".host.html")
    file.write_text(host, encoding="utf-8")
    _run(to.parent, f"--screenshot={to}", f"--window-size={max(width, 500)},{height}", file.as_uri())


def _run(folder: Path, *arguments: str) -> str:
    assert PROGRAM is not None
    usual = (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        f"--user-data-dir={folder / 'profile'}",
    )
    done = subprocess.run([PROGRAM, *usual, *arguments], capture_output=True, text=True, timeout=60, check=True)
    return done.stdout
