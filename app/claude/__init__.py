"""The outside world: the only room that imports the anthropic SDK and the keyring."""
