"""Every pair of colours that stands on a screen, measured from tokens.css in each theme."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest
from conftest import ROOT

CSS = (ROOT / "web/static/tokens.css").read_text()
THEMES = ("light", "dark", "contrast")
STATES = ("good", "warn", "bad", "info")
GROUNDS = ("paper", "card", "sunk")
TEXT = [
    *product(("ink", "ink-soft", "brand", *STATES), GROUNDS),
    *((state, f"{state}-soft") for state in (*STATES, "brand")),
    *((f"on-{ground}", ground) for ground in ("good", "bad", "brand", "accent", "accent-soft")),
    *product(("ink", "ink-soft"), (f"{state}-soft" for state in (*STATES, "brand", "accent"))),
    ("on-deep", "brand-deep"),
]
SHAPES = [
    *product(("line-strong", "accent", "series-2", "series-3"), GROUNDS),
    ("focus", "focus-halo"),
]


def colours(theme: str) -> dict[str, str]:
    """The tokens that are plain colours, as `theme` has them."""
    plain = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", CSS))
    return plain | dict(re.findall(rf"--([\w-]+): .*?var\(--{theme}, (#[0-9a-f]{{6}})\)", CSS))


def luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def too_weak(theme: str, pairs: list[tuple[str, ...]], least: float) -> list[str]:
    found = colours(theme)
    measured = {(a, b): contrast(found[a], found[b]) for a, b in pairs}
    return [f"{a} on {b}: {ratio:.2f}" for (a, b), ratio in measured.items() if ratio < least]


@pytest.mark.parametrize(("theme", "least"), [("light", 4.5), ("dark", 7), ("contrast", 7)])
def test_every_text_can_be_read_on_every_ground(theme: str, least: float) -> None:
    assert too_weak(theme, TEXT, least) == []


@pytest.mark.parametrize("theme", THEMES)
def test_controls_charts_and_the_focus_ring_stand_out(theme: str) -> None:
    assert too_weak(theme, SHAPES, 3) == []


@pytest.mark.parametrize("theme", THEMES)
def test_one_tone_of_the_focus_ring_stands_out_on_any_ground(theme: str) -> None:
    found = colours(theme)
    for name, ground in found.items():
        best = max(contrast(found["focus"], ground), contrast(found["focus-halo"], ground))
        assert best >= 3, f"{name}: {best:.2f}"


def test_every_colour_has_a_value_in_every_theme() -> None:
    themed = re.findall(r"^  --[\w-]+: var\(--light[^;]*;", CSS, re.MULTILINE)
    assert len(themed) > 30
    for declaration in themed:
        assert [theme for theme in THEMES if f"var(--{theme}, " in declaration] == list(THEMES), (
            declaration
        )


# -- every custom property is used, and each that is used is there --------------------------------------------
SHEETS = [
    file
    for name in ("web/static", "kiosk", "staff", "display", "headquarters")
    for file in (ROOT / name).rglob("*.css")
]
SCRIPTS = [
    file
    for name in ("web/static", "kiosk", "staff", "display", "headquarters")
    for file in (ROOT / name).rglob("*.js")
]
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def found(pattern: str, files: list[Path]) -> set[str]:
    return {
        name for file in files for name in re.findall(pattern, COMMENT.sub("", file.read_text()))
    }


def test_every_custom_property_is_used_and_each_that_is_used_is_there() -> None:
    """A token that nothing uses says what no screen keeps; one that is not there is silently nothing."""
    given = found(r"(?<![\w-])--([\w-]+)\s*:", SHEETS) | found(
        r'setProperty\("--([\w-]+)"', SCRIPTS
    )
    used = found(r"var\(\s*--([\w-]+)", SHEETS)
    assert sorted(given - used) == []
    assert sorted(used - given) == []
    assert len(used) > 60
