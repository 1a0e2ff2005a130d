"""Answers of what stands in front of the shop's software: server rules, firewalls, services. D07 to D19."""

from varco.model.finding import FindingKind, Retry, Severity, Whose


def _server(
    code: str, title: str, sentence: str, advice: str, whose: Whose = Whose.HOST, retry: Retry = Retry.AFTER_CHANGE
) -> FindingKind:
    return FindingKind(
        code=code,
        severity=Severity.RED,
        whose=whose,
        retry=retry,
        title=title,
        sentence=sentence,
        advice=advice,
    )


KINDS = (
    _server(
        "robot-test",
        "Robot test instead of data",
        "{product} puts a test before our request that only a browser can pass.",
        "Exempt the path of the shop's interface from the test for our address and name; with most hosting providers "
        "a support ticket does it.",
    ),
    _server(
        "service-block",
        "Blocked by {product}",
        "{product} blocks our request to {host}.",
        "Allow our address in {product}. The reference {reference} finds the event in its log.",
    ),
    _server(
        "refused-by-server",
        "Refused by the web server",
        "{product} at {host} refuses {method} ({status}). A rule stops us by our address, name, method or content "
        "before the shop sees the request.",
        "Ask the hosting provider which rule it is, or run `varco check` for a test that tells them apart.",
    ),
    _server(
        "method-refused",
        "Method refused",
        "{product} at {host} does not let {method} through ({status}).",
        "Allow the method {method} for the path of the shop's interface.",
    ),
    _server(
        "site-password",
        "Site behind a password",
        "The whole site {host} asks for a password (“{realm}”) before the shop can see our keys.",
        "Exempt the path of the shop's interface from the site's password: both use the same header, so both cannot "
        "be sent.",
    ),
    _server(
        "redirected",
        "Shop lives at another address",
        "{host} sends us on to {location}. Calls that write lose their content on the way.",
        "Enter the final address in the connection's settings.",
        Whose.MERCHANT,
    ),
    _server(
        "maintenance",
        "Under maintenance",
        "The shop at {host} is in maintenance mode.",
        "Nothing needs doing if this is planned: we come back by ourselves and read the gap.",
        Whose.MERCHANT,
        Retry.SOON,
    ),
    _server(
        "server-down",
        "Shop's server fails",
        "The server in front of {host} answers {status}: the shop's software behind it does not run or is overloaded.",
        "Usually this passes. If it lasts, ask the hosting provider.",
        retry=Retry.SOON,
    ),
    _server(
        "rate-limited",
        "Too many requests",
        "{host} asks us to slow down ({status}).",
        "We wait. If it happens often, ask the hosting provider to raise the limit for our address.",
        retry=Retry.SOON,
    ),
    _server(
        "request-too-large",
        "Request too large",
        "The server at {host} refuses our request because of its size ({status}).",
        "Raise the server's limit for the path of the shop's interface.",
    ),
    _server(
        "interface-not-found",
        "Shop's interface not found",
        "{host} answers the interface's address with a page ({status}) instead of data: the address is wrong, "
        "permalinks are off, or a rule closes the path.",
        "Check the address. In WordPress, open Settings → Permalinks, choose anything but “Plain” and save; in "
        "PrestaShop, set “Friendly URL” to Yes.",
        Whose.MERCHANT,
    ),
    _server(
        "page-instead-of-data",
        "Web page instead of data",
        "{host} answers the interface's address with a web page.",
        "Check the address and WordPress → Settings → Permalinks (not “Plain”). A login, maintenance or “coming soon” "
        "page does the same.",
        Whose.MERCHANT,
    ),
    _server(
        "unexpected-answer",
        "Answer not understood",
        "{host} answered {method} with {status}, in a form that we do not know.",
        "Open the log of the connection and send the entry to the hosting provider.",
        Whose.US,
        Retry.SOON,
    ),
)
