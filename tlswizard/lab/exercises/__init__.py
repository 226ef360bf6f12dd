"""One exercise, one file: a broken server, a pretend machine, and what is wrong."""
