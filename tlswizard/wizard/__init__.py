"""Sessions without a screen: one walk through one playbook, for the app and for plain lines alike."""
