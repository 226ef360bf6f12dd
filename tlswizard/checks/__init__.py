"""A check is a selection from the Diagnosis: one file each, named after its id."""
