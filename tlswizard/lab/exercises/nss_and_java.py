from tlswizard.lab.exercise import Bench, exercise
from tlswizard.lab.world import Scene


@exercise(
    title="Works in the browser, fails in Java",
    asked="https://wiki.corp.example",
    expects=("store-disagrees",),
    program="java-17",
    message="sun.security.validator.ValidatorException: PKIX path building failed: "
    "sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path "
    "to requested target",
)
def nss_and_java(bench: Bench) -> Scene:
    """The company's root was added to this computer and to the browser, and both are content. A Java that
    somebody unpacked into /opt brings a list of roots of its own along. Nobody added it there.

    Corp Root CA -> Corp Issuing CA -> wiki.corp.example
    """
    root = bench.root("Corp Root CA", org="Corp")
    issuing = root.intermediate("Corp Issuing CA")
    leaf = issuing.leaf(["wiki.corp.example"])
    return Scene(
        computer=bench.browser_and_java(trusts=[root]),
        sends=(leaf, issuing),
        names={"wiki.corp.example": "10.2.0.40"},
    )
