"""How figures look, and how they are written: the same bytes for the same numbers."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from r2s.evaluation.collectors import Measure
from r2s.experiments.table import write_csv
from r2s.extras import load
from r2s.fonts import families

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito: told apart by everybody. Better and worse differ in how they are filled as well.
BLUE, VERMILION, GREEN, ORANGE, SKY, PURPLE, INK, GREY = (
    "#0072B2",
    "#D55E00",
    "#009E73",
    "#E69F00",
    "#56B4E9",
    "#CC79A7",
    "#222222",
    "#8A8F98",
)
SERIES = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY)
MARKERS = ("o", "s", "^", "D", "v", "P")
LINES = ("-", (0, (5, 1.5)), (0, (1, 1)), (0, (3, 1, 1, 1)), (0, (8, 2)))
_STYLE = {
    "svg.hashsalt": "r2s",
    "svg.fonttype": "none",
    # A dollar sign in a name is a dollar sign.
    "text.parse_math": False,
    "font.size": 9.0,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": "#C9CCD1",
    "axes.linewidth": 0.8,
    "axes.titlesize": 9.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 8.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#ECEDEF",
    "grid.linewidth": 0.8,
    "xtick.color": "#5B616A",
    "ytick.color": "#5B616A",
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
}
PIXELS_AN_INCH = 160


@dataclass(frozen=True)
class Drawing:
    """A figure to be drawn: `caption` says what is seen, `columns` and `rows` are its data."""

    name: str
    title: str
    caption: str
    columns: Sequence[str]
    rows: Sequence[Mapping[str, Any]]
    draw: Callable[[], Figure]


def write(drawing: Drawing, folder: Path) -> None:
    """The figure as SVG and PNG, and its data as CSV."""
    with _styled():
        figure = drawing.draw()
        figure.savefig(folder / f"{drawing.name}.svg", metadata={"Date": None, "Creator": None})
        figure.savefig(folder / f"{drawing.name}.png", dpi=PIXELS_AN_INCH, metadata={"Software": None})
    write_csv(folder / f"{drawing.name}.csv", drawing.columns, drawing.rows)


@contextmanager
def _styled() -> Iterator[None]:
    matplotlib = load("matplotlib", "figures", "eval")
    # Document names may be Chinese.
    with matplotlib.rc_context({**_STYLE, "font.family": families("eval")}), warnings.catch_warnings():
        # Where no Chinese font is installed, the PNG shows boxes; the SVG leaves fonts to whoever opens it.
        warnings.filterwarnings("ignore", "Glyph .* missing from font")
        yield


def panels(count: int, columns: int, size: tuple[float, float], **more: Any) -> tuple[Figure, list[Axes]]:
    """A figure of so many panels, each of this size in inches; places that are left over stay empty."""
    from matplotlib.figure import Figure

    columns = min(columns, count)
    lines = -(-count // columns)
    figure = Figure(figsize=(size[0] * columns, size[1] * lines), layout="constrained")
    figure.get_layout_engine().set(w_pad=0.12, h_pad=0.1)  # type: ignore[union-attr]
    places = figure.subplots(lines, columns, squeeze=False, **more).ravel().tolist()
    for left_over in places[count:]:
        left_over.set_visible(False)
    return figure, places[:count]


def shades(count: int) -> list[str]:
    """Colours for cells in order, dark to light, that keep their order in grey."""
    from matplotlib import colormaps, colors

    scale = colormaps["cividis"]
    return [colors.to_hex(scale(0.05 + 0.8 * place / max(1, count - 1))) for place in range(count)]


def in_units(axis: Any, measure: Measure, *, differences: bool = False) -> None:
    """Shares in percent, differences of shares in points."""
    if measure.is_share:
        sign = "" if differences else " %"
        axis.set_major_formatter(lambda value, place: f"{100 * value:.4g}{sign}".replace("-", "\N{MINUS SIGN}"))


def cut(name: str, most: int = 30) -> str:
    """A name that fits, its middle left out where it is long: what tells names apart is mostly at their ends."""
    return name if len(name) <= most else f"{name[: most // 2]}…{name[-(most // 2 - 1) :]}"


def titled(axes: Axes, measure: Measure) -> None:
    """The measure, and which way is better."""
    axes.set_title(f"{measure.label}{_way(measure)}")


def _way(measure: Measure) -> str:
    return {"higher": "  ↑", "lower": "  ↓", None: ""}[measure.better]


def listed(names: Iterable[str]) -> str:
    """Names as a sentence has them."""
    names = list(names)
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
