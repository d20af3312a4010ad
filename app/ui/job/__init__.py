"""A job that runs or has ended: batches, results, one row."""
