"""Reads the YAML: causes, fixes, messages, clients, playbook files."""
