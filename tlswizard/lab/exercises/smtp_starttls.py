from tlswizard.lab.exercise import Bench, exercise
from tlswizard.lab.world import Scene


@exercise(
    title="The mail server's private authority",
    asked="smtp://mail.corp.example:25",
    expects=("untrusted-root",),
    program="dotnet-framework-service",
    message="The remote certificate is invalid according to the validation procedure",
)
def smtp_starttls(bench: Bench) -> Scene:
    """An Exchange server turns to TLS after STARTTLS, with a certificate of the company's own two-level
    authority. The service that sends the mail runs on a computer that is not in the domain, and so
    nobody gave it the root.

    Corp Root CA -> Corp Issuing CA 01 -> mail.corp.example
    """
    root = bench.root("Corp Root CA", org="Corp")
    issuing = root.intermediate("Corp Issuing CA 01")
    leaf = issuing.leaf(["mail.corp.example", "autodiscover.corp.example", "EXCH01.corp.example", "EXCH01"])
    return Scene(
        computer=bench.windows(),
        sends=(leaf, issuing, root),
        names={"mail.corp.example": "10.4.0.25", "exch01.corp.example": "10.4.0.25", "exch01": "10.4.0.25"},
    )
