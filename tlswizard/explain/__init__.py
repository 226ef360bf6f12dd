"""What an error message says, and which playbook to open for it."""
