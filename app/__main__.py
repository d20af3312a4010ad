"""Start Sheaf: `python -m app`, and the frozen program."""

from __future__ import annotations

from app.main import main

raise SystemExit(main())
