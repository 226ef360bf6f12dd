"""One presentation of a Diagnosis; text, Markdown and JSON."""
