"""The controls of the design language, one file each."""
