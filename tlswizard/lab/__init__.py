"""Exercises: real broken servers on loopback, beside pretend machines."""
