"""The programs table: which stores a program reads, under which rules it decides."""
