def is_terminal(s): return s.isatty()
def walk_in(*a,**k): return 0
