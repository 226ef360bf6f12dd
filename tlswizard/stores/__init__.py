"""Trust stores, read through a Machine: one file each, the same verbs in each."""
