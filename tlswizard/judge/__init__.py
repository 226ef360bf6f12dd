"""Situation and Policy in, Verdict out. Pure: no file, no clock, no network."""
