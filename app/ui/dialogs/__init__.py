"""Dialogs: settings, confirmations, errors, about."""
