"""Sentences that send somebody past the check of a certificate are seen, those that warn of it left alone."""

import pytest

from tlswizard.content.library import Content
from tlswizard.playbook.bad_advice import bad_advice

BAD = (
    "Run `curl -k https://x`.",
    "Run curl -sk https://x",
    "curl --insecure https://x",
    "Use `-k` for now.",
    "Add -k to it.",
    "wget --no-check-certificate u",
    "requests.get(u, verify=False)",
    "Set verify = False.",
    "Set ssl.CERT_NONE",
    "NODE_TLS_REJECT_UNAUTHORIZED=0 node x",
    '$env:NODE_TLS_REJECT_UNAUTHORIZED = "0"',
    "rejectUnauthorized: false",
    "[Net.ServicePointManager]::ServerCertificateValidationCallback = { $true }",
    "Invoke-WebRequest -SkipCertificateCheck",
    "git config http.sslVerify false",
    "npm config set strict-ssl false",
    "Add TrustServerCertificate=true to it",
    "aws --no-verify-ssl s3",
    "set sslmode=prefer",
    "InsecureSkipVerify: true",
    "Trust all certificates.",
    "PYTHONHTTPSVERIFY=0",
    "pip --trusted-host pypi.org",
    "Ignore the warning.",
    "Just accept the browser's warning.",
    "Click past the warning",
    "Skip the certificate warning",
    "proceed past this security warning",
    "Disable certificate verification.",
    "Turn off validation.",
    "Switch the verification off.",
    "Turn off revocation checking.",
    "If it does not work, turn off verification.",
    "Do not worry, just ignore the warning.",
    "It does no harm to wait; ignore the warning.",
    "Disabling TLS verification helps here.",
    "Tell the caller to ignore the warning",
    "Switch certificate validation off for this host",
    "Disable the SSL certificate check",
    "Ignore certificate errors.",
    "Proceed anyway.",
    "Deactivate hostname verification in the settings.",
    "If you do not have the root turn off verification.",
    "Don't panic: click through the warning.",
    "When there is no time, disable validation",
    "skip verification",
    "Do not ignore the warning, just disable verification.",
    "Ignore the\nwarning for now",
    "Use `curl -k`, do not wait.",
    "Ignore the warning, it is not dangerous.",
    "Click past the warning as it is no danger.",
    "There is no harm in ignoring the warning.",
    "There is no other way than to turn off verification.",
    "I would ignore the warning.",
    "It cannot hurt to skip validation.",
    "Why not accept the risk?",
    "Switch off the check of certificates.",
    "If nothing else helps turn off verification.",
    "Ignoring the warning is not dangerous.",
    "Set verify to false.",
    "Set `verify_ssl` to `no`.",
    "Set SSL verification to off.",
    "Switch the certificate check to off.",
    "`verify_ssl: no`",
    "Write `verify: no` there.",
    "Write ssl_verify = off in the file.",
    "sslverify=0",
    "`verify-peer: false`",
    "Untick Verify certificate.",
    "Untick “Verify certificate”.",
    "Uncheck the box Validate server certificate.",
    "Clear the box “Check for server certificate revocation”.",
    "Remove the tick at Verify the server's identity.",
    "Press Advanced, then Proceed to x (unsafe).",
    "Choose “Proceed to mail.example.com (unsafe)”.",
    "Choose “Continue to this website (not recommended)”.",
    "Go on to the webpage (not recommended).",
    "Type thisisunsafe.",
    "Add the exception in the browser.",
    "Add an exception for this certificate.",
    "Press Confirm Security Exception.",
    "Choose Continue to printer-4 (unsafe).",
    "Choose Advanced and then Continue to this site anyway.",
    "Tell the caller to accept the certificate permanently.",
    "Accept this certificate anyway.",
    "Store this exception permanently.",
    'Set "Validate server certificate" to No.',
    "Set “Check the server's identity” to off.",
    "Use http instead of https.",
    "Use `http://` rather than `https://`.",
    "Try http, not https.",
    "Change https to http.",
    "Open ftp instead of ftps.",
    "Change https to http/",
    "Continue to the site anyway.",
    "Continue to the web page anyway.",
    "Continue to this page anyway.",
    "Connect to the test server anyway.",
    "Connect to the server anyway.",
    "Write verify: 0.",
    "Put `verify: off` there.",
    "`verify=no`",
    "Does it fail? Then ignore the warning.",
    "Does it fail, ignore the warning: does it work then?",
    "Do ignore the warning.",
    "Have them accept the risk.",
    "Do not worry, ignore the warning: what could happen?",
    "Ask whether it works; if not, ignore the warning.",
    "Ask whether it works and otherwise ignore the warning.",
)

FINE = (
    "Never use `curl -k`.",
    "Do not ignore the warning.",
    "Don't click past the warning.",
    "Never switch verification off: not with curl -k, not with verify=False.",
    "Do not use `-k`, `verify=False` or NODE_TLS_REJECT_UNAUTHORIZED=0.",
    "Mend the list instead of turning off verification.",
    "Add the root rather than disabling certificate validation.",
    "That would disable verification.",
    "Turning verification off is no repair.",
    "`curl -k` only hides the fault.",
    "`curl -k` proves nothing.",
    "It works without ignoring the warning.",
    "security add-trusted-cert -k login.keychain",
    "curl https://example.com/key",
    "Somebody ignored the warning.",
    "kubectl apply -k dir",
    "Say that nobody should click past the warning.",
    "sslmode=verify-full",
    "InsecureSkipVerify: false",
    "Trust the certificate of this server.",
    "curl -o k.pem https://x",
    "If in doubt, never accept the warning.",
    "Do not let anybody talk you into -SkipCertificateCheck.",
    "Switch the clock's synchronisation on.",
    "Verification is off.",
    "Please do not skip the verification.",
    "When in doubt do not disable verification.",
    "Nobody needs `--insecure` for this.",
    "Ask whether the warning came up.",
    "Wait for the warning.",
    "Do not, whoever asks for it, ignore the warning.",
    "Never disable verification, ignore the warning or use -k.",
    "Do not set verify=False, add -k, or skip the warning.",
    "Delete `GIT_SSL_NO_VERIFY` there.",
    "Remove `-k` from the script: remove the `-k`.",
    "Ignoring the warning is wrong.",
    "It is not the repair to ignore the warning.",
    "Never switch off the check of certificates.",
    "Look for verify=False in it.",
    "Please do not go past the warning.",
    "Set verify to true.",
    "Never set verify to false.",
    "What to verify: no name is missing.",
    "`verify_ssl: yes`",
    "Tick “Verify certificate”.",
    "Do not untick “Verify certificate”.",
    "Clear the cache and check the certificate.",
    "Do not press “Proceed to x (unsafe)”.",
    "Proceed to the next step.",
    "Continue to this website with another program.",
    "Never type thisisunsafe.",
    "Add an exception for this server to the inspection.",
    "Nobody should add an exception in the browser.",
    "Use https instead of http.",
    "The server speaks http instead of https.",
    "Never use http instead of https.",
    "Change http to https.",
    "Set “Validate server certificate” to Yes.",
    "Never accept the certificate permanently.",
    "Store the root permanently on this computer.",
    "Do not continue to this site anyway.",
    "Continue with the next step anyway.",
    "Go on to the next check anyway.",
    "If it is green, continue with the renewal anyway.",
    "Go on with the work anyway.",
    "Proceed to step 3 anyway.",
    "Continue with the renewal of the certificate anyway.",
    "Switch https to HTTP/2.",
    "Type ldap instead of ldaps.",
    "Use ldap, not ldaps, as the name of the service in the SPN.",
    "Type smtp rather than smtps here if the server wants STARTTLS.",
    'Does the browser offer "Proceed to example.com (unsafe)"?',
    "Did they permanently accept this certificate?",
    "Has nobody said why they connect anyway?",
    "Have they been told to ignore the warning?",
    "- Do they ignore the warning?",
    'Ask whether the browser shows "Continue to example.com (unsafe)".',
    "Ask the caller whether they ignore the warning.",
    "Things to verify: off-line copies, names.",
    "Verify: 0 errors are shown.",
    "What to verify: no more than 0.5 seconds.",
)


@pytest.mark.parametrize("text", BAD)
def test_it_is_seen_once_at_its_words(text: str):
    found = list(bad_advice(text))
    assert len(found) == 1
    assert " ".join(text.split()).startswith(f"{found[0].before}{found[0].words}".strip())


@pytest.mark.parametrize("text", FINE)
def test_what_is_refused_or_harmless_is_left_alone(text: str):
    assert list(bad_advice(text)) == []


def test_it_is_said_what_following_it_does():
    (revoked,) = bad_advice("Untick “Check for server certificate revocation”.")
    (all_,) = bad_advice("Untick “Check the server certificate”.")
    assert "revoked" in revoked.does
    assert "every certificate" in all_.does


def test_each_sentence_is_judged_by_itself():
    text = (
        "Never use `curl -k`. Use `curl -k`!\n\n- Ignore the warning and use -k\n- Do not skip verification."
    )
    assert [advised.words for advised in bad_advice(text)] == ["curl -k", "Ignore the warning"]


def test_our_own_texts_advise_nothing_of_it():
    content = Content.shipped()
    texts = [text for row in (*content.causes.values(), *content.fixes.values()) for text in _texts(row)]
    assert len(texts) > 100
    assert [text for text in texts if list(bad_advice(text))] == []


def _texts(row: object) -> list[str]:
    values = [getattr(row, name) for name in type(row).__dataclass_fields__]
    return [value for value in values if isinstance(value, str) and " " in value]
