"""One rule, one file: `faults(path, situation)` yields every fault of its kind on a path."""
