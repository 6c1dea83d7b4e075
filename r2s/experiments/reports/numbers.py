"""Numbers as reports print them."""

from r2s.evaluation.collectors import Measure
from r2s.experiments.statistics import Interval

NONE = "–"


def value(number: float | None, measure: Measure) -> str:
    """A number of a measure: shares in percent."""
    if number is None:
        return NONE
    return f"{100 * number:.1f} %" if measure.is_share else plain(number)


def difference(number: float | None, measure: Measure) -> str:
    """A difference with its sign: of shares in percentage points."""
    if number is None:
        return NONE
    number = 100 * number if measure.is_share else number
    return _signed(number)


def plain(number: float | None) -> str:
    """Three places that count, or all of a whole number."""
    if number is None:
        return NONE
    return f"{number:,.0f}" if number == int(number) or abs(number) >= 1000 else f"{number:.3g}"


def spread(interval: Interval, measure: Measure) -> str:
    """A mean with its interval."""
    if interval.low is None and interval.high is None:
        return value(interval.mean, measure)
    ends = (value(end, measure).removesuffix(" %") for end in (interval.low, interval.high))
    return f"{value(interval.mean, measure)} ({' to '.join(ends)})"


def spread_of_difference(interval: Interval, measure: Measure) -> str:
    """A difference with its interval."""
    if interval.low is None and interval.high is None:
        return difference(interval.mean, measure)
    ends = (difference(end, measure) for end in (interval.low, interval.high))
    return f"{difference(interval.mean, measure)} ({' to '.join(ends)})"


def p_value(p: float | None) -> str:
    """Never 0: no test of a few thousand draws says that."""
    if p is None:
        return NONE
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def _signed(number: float) -> str:
    if number == 0:
        return "0"
    text = f"{number:+.2f}" if abs(number) >= 0.005 else f"{number:+.1g}"
    return text.replace("-", "−")
