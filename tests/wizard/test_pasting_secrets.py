"""What a session keeps of what was pasted."""

from tlswizard.wizard.pasting import holds_key, kept

BODY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj"


def test_a_key_without_its_borders_is_not_kept():
    for text in (BODY, f"{BODY}\n{BODY}", f'{{"key":"{BODY}"}}', "-----END PRIVATE KEY-----"):
        assert holds_key(text)
        assert kept(f"certificate has expired\n{text}") == ""


def test_a_password_is_not_kept():
    assert kept("fatal: 'https://me:pa/s@s@git.example/x?t=1':\n expired") == (
        "fatal: 'https://…@git.example/x?…': expired"
    )


def test_a_message_is_kept_in_one_line():
    assert kept(" certificate\n  has expired ") == "certificate has expired"
