"""What pip-audit found out about the pins: `python .ci/audit.py REPORT`, the report being its JSON.

Exit codes: 0 every pin was looked up and none is known to be vulnerable, 1 some are, 3 not every pin was looked up.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

VULNERABLE, UNKNOWN = 1, 3


def told(pins: Sequence[Mapping[str, Any]]) -> tuple[int, list[str]]:
    """The exit code, and the lines to print."""
    found = [pin for pin in pins if pin.get("vulns")]
    skipped = [pin["name"] for pin in pins if "skip_reason" in pin]
    lines = [_line(pin, vulnerability) for pin in found for vulnerability in pin["vulns"]]
    if skipped or not pins:
        lines.append(
            f"audit: not done for {len(skipped)} of {len(pins)} pins ({', '.join(skipped[:3])}, ...): "
            "the vulnerability service cannot be reached from here"
        )
    else:
        lines.append(f"audit: {len(pins)} pins looked up, {len(found)} of them known to be vulnerable")
    return (VULNERABLE if found else UNKNOWN if skipped or not pins else 0), lines


def _line(pin: Mapping[str, Any], vulnerability: Mapping[str, Any]) -> str:
    fixed = ", ".join(vulnerability.get("fix_versions", ())) or "no version yet"
    return f"{pin['name']} {pin['version']}: {vulnerability['id']}, mended in {fixed}"


def _pins(report: Path) -> list[dict[str, Any]]:
    """None where pip-audit gave up before it could write its report."""
    try:
        return json.loads(report.read_text(encoding="utf-8"))["dependencies"]
    except (OSError, ValueError, KeyError):
        return []


if __name__ == "__main__":
    code, lines = told(_pins(Path(sys.argv[1])))
    print("\n".join(lines))
    sys.exit(code)
