"""Table models that page through a job file."""
