"""The keys of a step, in the order of the key line. One meaning per key, everywhere."""

from tlswizard.tui.command import Command

ENTER = Command("go_on", "enter", "Enter", "go on", "Take what is selected or typed", 0)
COPY = Command("copy", "c", "c", "copy", "Copy the commands or the note that this page shows", 5)
WHY = Command("why", "w", "w", "why", "Why this step", 3)
DETAILS = Command("details", "d", "d", "details", "What exactly was seen", 4)
SAY = Command("say", "s", "s", "say", "What to say to the person who asked", 6)
WORDS = Command("words", "g", "g", "words", "Words on this page, and what they mean", 8)
PROGRAMS = Command(
    "programs", "p", "p", "programs", "Every program, what it prints, and why two of them differ", 14
)
CHAIN = Command("chain", "t", "t", "chain", "The chain of certificates", 13)
FINDINGS = Command("findings", "a", "a", "all findings", "Everything found so far", 15)
AGAIN = Command("again", "r", "r", "look again", "Forget what this step saw, and look anew", 10)
NOTE = Command("note", "n", "n", "note", "Add a line to the note", 9)
SAVE = Command("save", "f", "f", "save", "Save the note to a file", 12)
STOP = Command("stop", "x", "x", "stop", "Stop here, with a note of how far it came", 7)
TAB = Command(
    "leave_field", "tab", "Tab", "leave the field", "Go to and from the field; letters are keys outside it", 2
)
HELP = Command("help", "f1,question_mark", "F1", "keys", "What is selected, and every key", 1)
BACK = Command("back", "escape", "Esc", "back", "To the step before; answers are kept", 0)
QUIT = Command("app.leave", "q", "q", "quit", "Quit tlswizard", 11)

COMMANDS = (
    ENTER,
    COPY,
    WHY,
    DETAILS,
    SAY,
    WORDS,
    PROGRAMS,
    CHAIN,
    FINDINGS,
    AGAIN,
    NOTE,
    SAVE,
    STOP,
    TAB,
    HELP,
    BACK,
    QUIT,
)
WHILE_BUSY = {BACK.action, QUIT.action, HELP.action}
"""What acts while the walk looks at the network."""

WALK_CHANGES = {c.action for c in COMMANDS} - WHILE_BUSY | {"choose"}
