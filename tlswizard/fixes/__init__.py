"""Proposes edits and texts. Never judges: whether a fix helps is for a proof to say."""
