"""Pure values: nothing here reads a file, a clock or the network."""
