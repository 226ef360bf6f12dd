from tlswizard.lab.exercise import Bench, exercise
from tlswizard.lab.world import Scene


@exercise(
    title="The server forgot its intermediate",
    asked="https://api.fabrikam.example",
    expects=("missing-intermediate",),
    program="python",
    message="[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: "
    "unable to get local issuer certificate (_ssl.c:1006)",
)
def missing_intermediate(bench: Bench) -> Scene:
    """The root is trusted, but the server sends its own certificate alone, and no program can guess who
    stands between the two. It was never noticed with .NET: that downloads the missing link by itself, and
    a copy still lies in the user's .NET store.

    Fabrikam Root CA -> Fabrikam Issuing CA -> api.fabrikam.example
    """
    root = bench.root("Fabrikam Root CA", org="Fabrikam")
    issuing = root.intermediate("Fabrikam Issuing CA")
    leaf = issuing.leaf(["api.fabrikam.example"])
    return Scene(
        computer=bench.linux(trusts=[root], dotnet_ca=[issuing]),
        sends=(leaf,),
        names={"api.fabrikam.example": "10.2.0.15"},
    )
