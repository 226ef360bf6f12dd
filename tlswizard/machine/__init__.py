"""The one door to the outside."""
