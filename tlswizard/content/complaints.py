"""What PyYAML's two parsers complain of, and what is said to the author instead."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Complaint:
    """What the parser says (any of `words`), and what is said to the author instead."""

    words: tuple[str, ...]
    what: str
    instead: str
    code: str
    at_start: bool = False
    """the mistake is where the thing started, not where the parser noticed"""


COMPLAINTS = (
    Complaint(
        ("scanning a quoted scalar found unexpected",),
        "A quote is opened here and not closed.",
        "close it, or write '' for a quote inside '…'",
        "open-quote",
        at_start=True,
    ),
    Complaint(
        ("escape",),
        'After a backslash in "…" only a few letters may follow.',
        "use '…', or write the backslash twice",
        "backslash",
    ),
    Complaint(
        ("mapping values are not allowed",),
        "There is one “: ” too many here, or the line is not indented like its neighbours.",
        'put a text with a colon into quotes: key: "text: more text"',
        "colon",
    ),
    Complaint(
        ("simple key", "could not find expected ':'"),
        "There is no colon behind this key.",
        "key: text",
        "no-colon",
        at_start=True,
    ),
    Complaint(
        ("sequence entries are not allowed",),
        "A list with “- ” starts on a line of its own.",
        "put each “- ” on a line of its own",
        "list-start",
    ),
    Complaint(
        ("block scalar",),
        "After “|” or “>” the text starts on the next line, indented.",
        "start the text on the next line",
        "text-start",
    ),
    Complaint(
        ("flow sequence", "flow mapping"),
        "This bracket is not closed, or a comma is missing in it.",
        "[one, two]",
        "open-bracket",
        at_start=True,
    ),
    Complaint(
        ("an alias", "an anchor", "cannot start any token", "a tag", "a node", "tag handle"),
        "A text cannot start with this character.",
        "put the text into quotes",
        "first-character",
    ),
    Complaint(
        ("directive",),
        "Lines that start with “%” are not used here.",
        "delete the line, or put the text into quotes",
        "directive",
    ),
    Complaint(
        ("document start", "document indicator"),
        "Nothing may follow here.",
        "indent it like the lines it belongs to",
        "indentation",
    ),
    Complaint(
        (
            "block mapping",
            "block sequence",
            "block collection",
            "<block end>",
            "mapping keys are not allowed",
        ),
        "This line is not indented like its neighbours, or something follows a closing bracket.",
        "put the same number of spaces before it, or the whole text into one pair of quotes",
        "indentation",
    ),
)
"""In the words of both parsers; the first that fits."""

OTHER = Complaint(
    (), "This line cannot be read.", "check its spaces at the start, its colon and its quotes", "unreadable"
)


def in_plain_words(said: str) -> Complaint:
    """The row for what a parser said, in small letters."""
    return next((row for row in COMPLAINTS if any(words in said for words in row.words)), OTHER)
