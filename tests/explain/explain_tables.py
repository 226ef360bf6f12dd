"""Small tables of messages, for tests of the rules by which they are found."""

from pathlib import Path

from tlswizard.content.library import Content


def tables(folder: Path, **files: str) -> Content:
    """Content of these message files alone: client id (with _ for -) and its rows as YAML."""
    (folder / "messages").mkdir()
    (folder / "clients").mkdir()
    for client, rows in files.items():
        id_ = client.replace("_", "-")
        (folder / "messages" / f"{id_}.yaml").write_text(f"{id_}:\n{rows}", "utf-8")
    return Content(folder)


def row(pattern: str, causes: str = "", kind: str = "", note: str = "") -> str:
    lines = [f'  - pattern: "{pattern}"']
    if causes:
        lines.append(f"    causes: [{causes}]")
    if kind:
        lines.append(f"    kind: {kind}")
    if note:
        lines.append(f"    note: {note}")
    return "\n".join(lines) + "\n"
