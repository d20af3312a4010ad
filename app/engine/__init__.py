"""The work, step by step, each step resumable; no Qt in here."""
