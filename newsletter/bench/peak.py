"""The memory that a fresh process needs to read one document.

`python -m newsletter.bench.peak < document` prints the process's peak in bytes.
"""

import re
import subprocess
import sys
from pathlib import Path

from newsletter.sources.detect import parse_document

_STATUS = Path("/proc/self/status")
_HIGH_WATER = re.compile(r"^VmHWM:\s*(\d+) kB$", re.MULTILINE)


def peak_of_parsing(document: bytes) -> int:
    """Return the bytes that a process which only parses `document` has at most at a time."""
    command = [sys.executable, "-m", __name__]
    done = subprocess.run(command, input=document, capture_output=True, check=True)
    return int(done.stdout)


def own_peak(status: Path = _STATUS) -> int:
    """Return this process's peak of resident memory, in bytes.

    Linux's own high-water mark is read first: `getrusage` there also counts what the parent held
    when it started the process (measured: a parent of 400 MB gives a child of 13 MB 404 MB).
    """
    try:
        found = _HIGH_WATER.search(status.read_text(encoding="ascii"))
    except OSError:
        found = None
    return int(found[1]) * 1024 if found else _from_rusage()


def _from_rusage() -> int:
    """Return the peak by getrusage(2): kilobytes, on macOS bytes."""
    import resource  # noqa: PLC0415 # not on every system

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def main() -> None:
    """Parse standard input once; print the peak."""
    parse_document(sys.stdin.buffer.read(), "standard input")
    sys.stdout.write(str(own_peak()))


if __name__ == "__main__":
    main()
