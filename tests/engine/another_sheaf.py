"""Another Sheaf that holds a job: a process of its own, which can be killed."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_HOLD = """
import sys
from pathlib import Path
from app.store.job_file import JobFile
with JobFile.open(Path(sys.argv[1])) as job_file:
    for name in sys.argv[2:]:
        job_file.set_name(name)
    print("held", flush=True)
    sys.stdin.read()
"""


@contextlib.contextmanager
def another_sheaf(job: Path | str, *names: str) -> Iterator[subprocess.Popen[bytes]]:
    """Give a process that has the job open for work, and has given it these names."""
    command = [sys.executable, "-c", _HOLD, str(job), *names]
    process = subprocess.Popen(command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == b"held\n"
        yield process
    finally:
        process.kill()
        process.stdin.close()
        process.stdout.close()
        process.wait()
