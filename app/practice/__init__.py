"""A stand-in for the API on this computer, to learn, demonstrate and test without a key."""
