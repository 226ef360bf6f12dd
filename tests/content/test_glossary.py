import re
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlswizard.content.glossary import Word, read_words, words_in
from tlswizard.content.library import Content
from tlswizard.content.reader import BadFile

GLOSSARY = Content.shipped().glossary

ASKED_FOR = """
certificate chain root intermediate issuer leaf trust-store ca csr private-key san common-name wildcard sni
handshake cipher protocol-version starttls revocation crl ocsp stapling must-staple fingerprint self-signed
cross-signed proxy tls-inspection hsts keystore truststore certifi nss pem der pfx aia key-usage
extended-key-usage basic-constraints name-constraint serial-number validity ntp acme load-balancer
client-certificate mutual-tls dns fqdn apex port service-account container environment-variable group-policy
"""
"""What callers ask about."""

NO_ABBREVIATION = frozenset({"BEGIN", "CERTIFICATE", "HTTPS", "MD5", "SHA", "SSL", "II"})
"""Capitals in explanations: names of things that the same sentence explains, and what stands in a file."""


def ids(text: str, words: Iterable[Word] = GLOSSARY.values()) -> list[str]:
    return [word.id for word in words_in(text, words)]


def spellings(word: Word) -> tuple[str, ...]:
    return (word.word, *word.also)


# ── the shipped words ──


def test_the_words_that_callers_ask_about_are_there() -> None:
    assert set(ASKED_FOR.split()) <= set(GLOSSARY)


def test_ids_have_hyphens_and_small_letters() -> None:
    assert [id_ for id_ in GLOSSARY if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", id_)] == []


def test_no_spelling_belongs_to_two_words() -> None:
    found = Counter(spelling.lower() for word in GLOSSARY.values() for spelling in spellings(word))
    assert [spelling for spelling, times in found.items() if times > 1] == []


@pytest.mark.parametrize("word", GLOSSARY.values(), ids=GLOSSARY)
def test_a_word_is_found_by_each_of_its_spellings(word: Word) -> None:
    for spelling in spellings(word):
        assert ids(f"Look at the {spelling}.") == [word.id], spelling
        assert " ".join(spelling.split()) == spelling


@pytest.mark.parametrize("word", GLOSSARY.values(), ids=GLOSSARY)
def test_an_explanation_is_short_and_plain(word: Word) -> None:
    assert 1 <= len(re.findall(r"[.](?:\s|$)", word.means)) <= 3
    assert word.means[0].isupper()
    assert word.means.endswith(".")
    assert len(word.means) <= 240
    assert "invalid" not in word.means.lower()
    assert "\n" not in word.example
    assert all(source.strip() for source in word.sources)


def test_no_abbreviation_explains_itself_by_another_one_that_is_not_here() -> None:
    known = {spelling for word in GLOSSARY.values() for spelling in spellings(word)} | NO_ABBREVIATION
    for word in GLOSSARY.values():
        assert set(re.findall(r"\b[A-Z][A-Z0-9]+\b", word.means)) <= known, word.id


def test_nothing_is_explained_by_itself() -> None:
    """Directly: the explanation of a chain does not begin with “A chain”."""
    for word in GLOSSARY.values():
        opening = " ".join(word.means.split()[:4])
        assert word.id not in ids(opening), word.id


def test_sources_are_sections_or_documents_with_a_name() -> None:
    """An RFC with its section, but for the two that are read by entry or as a whole."""
    for word in GLOSSARY.values():
        for source in word.sources:
            if source.startswith("RFC") and source not in ("RFC 4949", "RFC 8422", "RFC 9155"):
                assert re.fullmatch(r"RFC \d+ section \d+(\.\d+)*", source), (word.id, source)


def test_most_words_stand_in_what_callers_read() -> None:
    """The texts change, the glossary is for them: three of four words are in use at any time."""
    content = Content.shipped()
    texts = [content.playbook_file(id_)[1].decode() for id_ in content.playbook_ids]
    texts += [f"{c.title} {c.meaning} {c.because} {c.against}" for c in content.causes.values()]
    texts += [f"{f.title} {f.text} {f.risk} {f.check}" for f in content.fixes.values()]
    texts += [m.note for m in content.messages]
    used = ids("\n".join(texts))
    assert len(used) >= 0.75 * len(GLOSSARY), sorted(set(GLOSSARY) - set(used))


# ── finding them in a text ──


def test_words_come_in_the_order_of_the_text_and_once() -> None:
    text = "The issuer signed the certificate; the Issuer's chain ends at a root."
    assert ids(text) == ["issuer", "certificate", "chain", "root"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the root certificate", ["root"]),
        ("the root, and a certificate", ["root", "certificate"]),
        ("the client certificate", ["client-certificate"]),
        ("the intermediate CA", ["intermediate"]),
        ("extended key usage", ["extended-key-usage"]),
        ("key usage", ["key-usage"]),
        ("OCSP must-staple", ["must-staple"]),
        ("OCSP and staples", ["ocsp", "stapling"]),
        ("a self-signed certificate", ["self-signed"]),
        ("server\n  certificate", ["leaf"]),
    ],
)
def test_the_longest_wins(text: str, found: list[str]) -> None:
    assert ids(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "rooted uprooted grassroots", "root-user-only", "non-root", "under_root", "ca.pem",
        "root.example.com", "example.root", "supporting", "certificateless", "cipheründe", "port8443",
    ],
)  # fmt: skip
def test_a_part_of_another_word_or_name_is_none(text: str) -> None:
    assert ids(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The CA and the SAN", ["ca", "san"]),
        ("CAs and SANs", ["ca", "san"]),
        ("the CA's name", ["ca"]),
        ("ca. 20 of them, said san Marino, Aia and Der", []),
        ("der Rest, and pem", []),
        ("CERTIFICATE, Root and hAnDsHaKe", ["certificate", "root", "handshake"]),
        ("“PKCS #12”, (PEM)/DER", ["pfx", "pem", "der"]),
        ("CA.", ["ca"]),
    ],
)
def test_capitals_are_found_in_capitals_only(text: str, found: list[str]) -> None:
    assert ids(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\x00\x1b[31m\x9b",
        "[/] [@click=x]",
        "((((((",
        "\\",
        "{root",
        "ſ K ıI",
        "\ud800",
        "\u202e",
        "\n" * 50,
    ],
    ids=repr,
)
def test_hostile_text_is_only_text(text: str) -> None:
    assert ids(text) == (["root"] if "root" in text else [])


def test_letters_that_fold_into_ours_break_nothing() -> None:
    assert ids("an iſſuer") == ["issuer"]
    assert ids("a wildcard İ ß ŉ root") == ["wildcard", "root"]


def test_without_a_word_nothing_is_found() -> None:
    assert words_in("certificate", ()) == ()


def test_words_may_hold_what_means_something_to_a_pattern() -> None:
    odd = Word("odd", "a.b(c", ("[x", "Ä|ö"), "…", "", ("…",))
    assert words_in("see a.b(c", [odd]) == (odd,)
    assert words_in("see [x here", [odd]) == (odd,)
    assert words_in("see ä|ö", [odd]) == (odd,)
    assert words_in("see axb(c, ä, ö", [odd]) == ()


@given(st.text(alphabet=st.sampled_from("CAsan rot-._\n'[{ieu\x00\ud800"), max_size=80))
def test_each_word_found_stands_there(text: str) -> None:
    found = words_in(text, GLOSSARY.values())
    assert len(set(found)) == len(found)
    flat = " ".join(text.split()).lower()
    for word in found:
        assert any(spelling.lower() in flat for spelling in spellings(word))


def best_of(times: int, text: str) -> float:
    """Seconds, the machine's other work left out."""
    took = []
    for _ in range(times):
        started = time.process_time()
        words_in(text, GLOSSARY.values())
        took.append(time.process_time() - started)
    return min(took)


def test_a_page_takes_less_than_a_millisecond() -> None:
    causes = list(Content.shipped().causes.values())
    page = " ".join(f"{cause.meaning} {cause.because}" for cause in causes)[: 80 * 24]
    words_in(page, GLOSSARY.values())
    assert best_of(20, page) < 0.001


@pytest.mark.parametrize("piece", ["root ", "extended key ", "certificate" + " " * 200, "a", "-", "C."])
def test_a_long_text_takes_longer_and_not_for_ever(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    assert best_of(2, text) < 1


# ── reading them ──

ROW = """root:
  word: root
  also: [roots, root certificate]
  means: The top of a chain.
  sources: [RFC 5280 section 3.2]
"""


def refused(text: str) -> list[tuple[str, int]]:
    with pytest.raises(BadFile) as caught:
        list(read_words([("glossary.yaml", text.encode())]))
    return [(problem.code, problem.place.line) for problem in caught.value.problems]


def test_a_word_is_read() -> None:
    (word,) = read_words([("glossary.yaml", ROW.encode())])
    assert word == Word(
        "root", "root", ("roots", "root certificate"), "The top of a chain.", "", ("RFC 5280 section 3.2",)
    )


@pytest.mark.parametrize(
    ("right", "wrong", "code"),
    [
        ("  means: The top of a chain.\n", "", "missing-key"),
        ("  sources: [RFC 5280 section 3.2]\n", "", "missing-key"),
        ("  word: root\n", "", "missing-key"),
        ("word: root", "word: [root]", "wrong-type"),
        ("also: [roots, root certificate]", "also: {a: b}", "wrong-type"),
        ("sources:", "source: x\n  sources:", "unknown-key"),
    ],
    ids=["no means", "no sources", "no word", "a list", "a table", "another key"],
)
def test_a_broken_row_is_refused(right: str, wrong: str, code: str) -> None:
    assert right in ROW
    assert [found for found, _ in refused(ROW.replace(right, wrong))] == [code]


def test_an_id_that_stands_there_twice_is_refused() -> None:
    assert [code for code, _ in refused(ROW + ROW)] == ["duplicate"]


def test_content_gives_them_by_id_and_reads_them_once(tmp_path: Path) -> None:
    content = Content.shipped()
    glossary: Mapping[str, Word] = content.glossary
    assert glossary is content.glossary
    assert glossary["root"].word == "root"
    assert Content(tmp_path).glossary == {}
