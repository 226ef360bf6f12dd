"""`diagnose(Case) -> Diagnosis`: everything that any screen shows comes from it."""
