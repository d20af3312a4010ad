"""What Sheaf remembers: one SQLite file per job, and the settings."""
