"""The playbook format, its reader, and the engine: answers and outcomes in, wants out."""
