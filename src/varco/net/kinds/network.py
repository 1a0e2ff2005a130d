"""No HTTP answer: names, addresses, connections. Decision table D01 to D04, D06."""

from varco.model.finding import FindingKind, Retry, Severity, Whose

KINDS = (
    FindingKind(
        code="name-not-found",
        severity=Severity.RED,
        whose=Whose.MERCHANT,
        retry=Retry.SOON,
        title="Shop address not found",
        sentence="The name {host} does not exist in the internet's address book (DNS).",
        advice="Check the shop's address for a typing mistake. If it is right, its domain or DNS record has expired: "
        "ask whoever manages the domain.",
    ),
    FindingKind(
        code="name-server-failed",
        severity=Severity.RED,
        whose=Whose.SERVICE,
        retry=Retry.SOON,
        title="DNS does not answer",
        sentence="The name servers for {host} gave no answer.",
        advice="Usually this passes by itself. If it lasts over an hour, tell whoever manages the domain.",
    ),
    FindingKind(
        code="address-not-allowed",
        severity=Severity.RED,
        whose=Whose.MERCHANT,
        retry=Retry.AFTER_CHANGE,
        title="Not a public address",
        sentence="{host} leads to {address}, which is not an address of the public internet. Varco does not call it.",
        advice="Give the shop's public address. Whoever runs this Varco can allow a private network with "
        "VARCO_ALLOWED_NETWORKS.",
    ),
    FindingKind(
        code="connection-refused",
        severity=Severity.RED,
        whose=Whose.HOST,
        retry=Retry.SOON,
        title="Connection refused",
        sentence="{host} refuses connections: its web server is off, or a firewall (such as fail2ban) turns us away.",
        advice="Open the shop in a browser. If it opens there, ask the hosting provider whether a firewall has banned "
        "our address; if not, the web server must be started.",
    ),
    FindingKind(
        code="host-unreachable",
        severity=Severity.RED,
        whose=Whose.HOST,
        retry=Retry.SOON,
        title="Server cannot be reached",
        sentence="A firewall or router says that {host} cannot be reached from our address.",
        advice="Ask the hosting provider to open ports 80 and 443 for our address (firewalld rejects in this way).",
    ),
    FindingKind(
        code="connect-timeout",
        severity=Severity.RED,
        whose=Whose.HOST,
        retry=Retry.SOON,
        title="No answer at the door",
        sentence="{host} does not answer our attempt to connect: a firewall throws our packets away, or the server "
        "is down.",
        advice="Open the shop in a browser. If it opens there, ask the hosting provider to allow our address in the "
        "firewall.",
    ),
    FindingKind(
        code="connection-dropped",
        severity=Severity.RED,
        whose=Whose.HOST,
        retry=Retry.SOON,
        title="Server hangs up",
        sentence="{host} accepts the connection and then hangs up without an answer to {method}.",
        advice="A rule of the server or its firewall hangs up on us, often because of our name (User-Agent) or the "
        "method {method}. Ask the hosting provider to look for it.",
    ),
    FindingKind(
        code="answer-timeout",
        severity=Severity.RED,
        whose=Whose.HOST,
        retry=Retry.SOON,
        title="Shop too slow",
        sentence="{host} took our request and gave no answer within {seconds} seconds.",
        advice="The shop is overloaded, or a firewall swallows our request. If it lasts, ask the hosting provider to "
        "look at the server's load and its firewall.",
    ),
    FindingKind(
        code="answer-cut",
        severity=Severity.AMBER,
        whose=Whose.HOST,
        retry=Retry.SOON,
        title="Answer breaks off",
        sentence="{host} began to answer and broke off in the middle.",
        advice="The shop's PHP process may run out of time or memory. If it lasts, ask the hosting provider.",
    ),
    FindingKind(
        code="answer-too-large",
        severity=Severity.RED,
        whose=Whose.MERCHANT,
        retry=Retry.AFTER_CHANGE,
        title="Answer too large",
        sentence="{host} sends more data than any list of orders needs. We stopped reading.",
        advice="Something else than the shop's interface answers at this address: check it.",
    ),
    FindingKind(
        code="not-http",
        severity=Severity.RED,
        whose=Whose.MERCHANT,
        retry=Retry.AFTER_CHANGE,
        title="Not a web server",
        sentence="What answers at {host} does not speak HTTP.",
        advice="Check the port in the shop's address.",
    ),
)
