"""What only several calls together tell: differences of one thing, and marks of whole answers. Made by the doctor.

The vectors of methods are measured: docs/findings/README.md.
"""

from varco.model.finding import FindingKind, Retry, Severity, Whose

KINDS = (
    FindingKind(
        code="address-down",
        severity=Severity.AMBER,
        whose=Whose.HOST,
        retry=Retry.AFTER_CHANGE,
        title="One address does not answer",
        sentence="{host} has several addresses, and {address} does not answer.",
        advice="Take the dead address out of the domain's DNS, or start the server behind it.",
    ),
    FindingKind(
        code="ipv6-broken",
        severity=Severity.AMBER,
        whose=Whose.HOST,
        retry=Retry.AFTER_CHANGE,
        title="IPv6 does not work",
        sentence="{host} has an IPv6 address, {address}, and it does not answer. By IPv4 the shop is there.",
        advice="Remove the domain's AAAA record, or let the web server and the firewall answer by IPv6 too.",
    ),
    FindingKind(
        code="banned-meanwhile",
        severity=Severity.RED,
        whose=Whose.HOST,
        retry=Retry.SOON,
        title="Banned while asking",
        sentence="{host} answered us and then stopped, after {questions} questions: a firewall such as fail2ban has "
        "banned our address for a while.",
        advice="Wait a quarter of an hour and ask the hosting provider to put the platform's addresses on the list "
        "of those that are never banned.",
    ),
    FindingKind(
        code="refused-meanwhile",
        severity=Severity.RED,
        whose=Whose.HOST,
        retry=Retry.SOON,
        title="Refused after some calls",
        sentence="{host} answered us and then refused what it had let through before ({status}), after {questions} "
        "questions: a limit, or a firewall that has put our address on a list.",
        advice="Wait a quarter of an hour, and ask the hosting provider to exempt the platform's addresses from limits "
        "and lists for the path of the shop's interface.",
    ),
    FindingKind(
        code="pace-limited",
        severity=Severity.AMBER,
        whose=Whose.HOST,
        retry=Retry.AFTER_CHANGE,
        title="Only a slow pace passes",
        sentence="{host} answers calls with pauses between them, but in quick succession only {passed} and then refuses"
        " ({how}). An import reads many pages one after the other.",
        advice="Give the platform's addresses a wider limit for the path of the shop's interface.",
    ),
    FindingKind(
        code="pace-slowed",
        severity=Severity.AMBER,
        whose=Whose.HOST,
        retry=Retry.AFTER_CHANGE,
        title="Quick calls are made to wait",
        sentence="{host} makes calls wait that come in quick succession: the last one took {seconds} seconds. An "
        "import reads many pages one after the other.",
        advice="Give the platform's addresses a wider limit for the path of the shop's interface.",
    ),
    FindingKind(
        code="slow-pages",
        severity=Severity.AMBER,
        whose=Whose.HOST,
        retry=Retry.AFTER_CHANGE,
        title="Pages of orders come slowly",
        sentence="{host} takes {seconds} seconds for a page of {orders} orders. Platforms give up after 30 seconds or "
        "less.",
        advice="Ask the hosting provider to look at the database's load. In WooCommerce, high-performance order "
        "storage (Settings → Advanced → Features) makes lists of orders much faster.",
    ),
    FindingKind(
        code="tls-ends-soon",
        severity=Severity.AMBER,
        whose=Whose.HOST,
        retry=Retry.AFTER_CHANGE,
        title="Certificate ends soon",
        sentence="The certificate of {host} ends in {days} days, and its renewal should have happened by now.",
        advice="Renew it in the hosting panel under SSL/TLS, and look why it does not renew by itself.",
    ),
    FindingKind(
        code="https-there-too",
        severity=Severity.AMBER,
        whose=Whose.MERCHANT,
        retry=Retry.AFTER_CHANGE,
        title="https is there and not used",
        sentence="{host} is called by http although it can do https: customers' data travels openly.",
        advice="Enter the shop's address with https:// in the platform.",
    ),
    FindingKind(
        code="moved-to-https",
        severity=Severity.AMBER,
        whose=Whose.MERCHANT,
        retry=Retry.AFTER_CHANGE,
        title="Moved to https",
        sentence="{host} sends calls by http on to {location}. Calls that write lose their content on the way.",
        advice="Enter {location} in the platform: only the beginning differs.",
    ),
    FindingKind(
        code="moved-to-other-name",
        severity=Severity.AMBER,
        whose=Whose.MERCHANT,
        retry=Retry.AFTER_CHANGE,
        title="With or without www",
        sentence="{host} sends us on to {location}. Keys are not sent along to another name, and calls that write lose"
        " their content.",
        advice="Enter {location} in the platform, with or without www as it stands there.",
    ),
    FindingKind(
        code="redirect-circle",
        severity=Severity.RED,
        whose=Whose.HOST,
        retry=Retry.AFTER_CHANGE,
        title="Sent round in a circle",
        sentence="{host} sends us from one address to the next without an end.",
        advice="Ask the hosting provider to look at the redirects: two of them contradict each other, often one of "
        "the shop and one of a service in front of it.",
    ),
    FindingKind(
        code="sent-to-login",
        severity=Severity.RED,
        whose=Whose.MERCHANT,
        retry=Retry.AFTER_CHANGE,
        title="Sent to a login page",
        sentence="{host} sends our call for the shop's interface to a login page.",
        advice="In the plug-in that closes the site to visitors, exempt the path of the shop's interface.",
    ),
    FindingKind(
        code="refused-name",
        severity=Severity.RED,
        whose=Whose.HOST,
        retry=Retry.AFTER_CHANGE,
        title="Our name is refused",
        sentence="{host} refuses calls under the name “{agent}” ({how}); the same call under another name passes.",
        advice="Take our name off the list of unwanted robots, or let it through for the path of the shop's "
        "interface and our addresses.",
    ),
    FindingKind(
        code="refused-from-here",
        severity=Severity.RED,
        whose=Whose.HOST,
        retry=Retry.AFTER_CHANGE,
        title="Refused from here",
        sentence="{host} refuses us from here whatever name we give ({how}). A rule that lets only certain addresses "
        "in would look the same.",
        advice="Ask the hosting provider for rules by address, country or reputation, and let the platform's "
        "addresses in.",
    ),
    FindingKind(
        code="path-closed",
        severity=Severity.RED,
        whose=Whose.HOST,
        retry=Retry.AFTER_CHANGE,
        title="Interface's path is closed",
        sentence="{host} opens its home page and refuses {path} whatever name we give ({how}).",
        advice="Remove the rule that closes this path, or let our addresses and names through it.",
    ),
    FindingKind(
        code="methods-read-only",
        severity=Severity.RED,
        whose=Whose.HOST,
        retry=Retry.AFTER_CHANGE,
        title="Only reading methods pass",
        sentence="{host} lets GET, HEAD and POST through and refuses {methods} ({how}).",
        advice="Allow all seven methods for the path of the shop's interface, for our addresses and names.",
    ),
    FindingKind(
        code="methods-rule-set",
        severity=Severity.RED,
        whose=Whose.HOST,
        retry=Retry.AFTER_CHANGE,
        title="Firewall's rule set stops methods",
        sentence="{host} refuses {methods} and lets OPTIONS through ({how}): the mark of ModSecurity with its Core "
        "Rule Set (rule 911100).",
        advice="Allow all seven methods in the rule set for the path of the shop's interface, for our addresses and "
        "names.",
    ),
    FindingKind(
        code="methods-seven-g",
        severity=Severity.RED,
        whose=Whose.HOST,
        retry=Retry.AFTER_CHANGE,
        title="PUT and DELETE are on a list",
        sentence="{host} refuses {methods} and lets PATCH and OPTIONS through ({how}): the mark of a ready-made list "
        "of rules (6G, 7G).",
        advice="In the list's part “request methods”, except the path of the shop's interface, or switch that part "
        "off.",
    ),
    FindingKind(
        code="methods-not-routed",
        severity=Severity.RED,
        whose=Whose.HOST,
        retry=Retry.AFTER_CHANGE,
        title="Calls do not reach the shop's software",
        sentence="{host} refuses everything but GET and HEAD ({methods}: {how}): the web server looks for a file "
        "instead of asking the shop.",
        advice="Send every path that is no file to the shop's index.php.",
    ),
    FindingKind(
        code="cdn-methods",
        severity=Severity.RED,
        whose=Whose.HOST,
        retry=Retry.AFTER_CHANGE,
        title="Service in front lets only reading through",
        sentence="What stands in front of {host} refuses {methods} ({how}): the mark of a delivery network that is set"
        " to reading only.",
        advice="Let all seven methods pass for the path of the shop's interface in the delivery network's settings.",
    ),
    FindingKind(
        code="method-cut-off",
        severity=Severity.RED,
        whose=Whose.HOST,
        retry=Retry.AFTER_CHANGE,
        title="Server hangs up on a method",
        sentence="{host} hangs up without an answer to {methods}; other methods pass.",
        advice="Remove the rule that closes the connection for this method, or except our addresses, names and the "
        "interface's path.",
    ),
    FindingKind(
        code="permalinks-plain",
        severity=Severity.RED,
        whose=Whose.MERCHANT,
        retry=Retry.AFTER_CHANGE,
        title="Permalinks are “Plain”",
        sentence="WordPress at {host} has no readable addresses, so its interface has none either.",
        advice="In WordPress, open Settings → Permalinks, choose anything but “Plain” and save.",
    ),
    FindingKind(
        code="interface-elsewhere",
        severity=Severity.RED,
        whose=Whose.MERCHANT,
        retry=Retry.AFTER_CHANGE,
        title="Shop is in another folder",
        sentence="The home page of {host} says that the shop's interface is at {location}.",
        advice="Enter {location} in the platform.",
    ),
    FindingKind(
        code="login-page",
        severity=Severity.RED,
        whose=Whose.MERCHANT,
        retry=Retry.AFTER_CHANGE,
        title="Login page instead of data",
        sentence="{host} answers the interface's address with a login page.",
        advice="In the plug-in that closes the site to visitors, exempt the path of the shop's interface.",
    ),
    FindingKind(
        code="coming-soon-page",
        severity=Severity.RED,
        whose=Whose.MERCHANT,
        retry=Retry.AFTER_CHANGE,
        title="“Coming soon” instead of data",
        sentence="{host} answers the interface's address with a page that announces the shop or its maintenance.",
        advice="Open the shop in WordPress (WooCommerce → Settings → Site visibility, or the plug-in that shows the "
        "page).",
    ),
    FindingKind(
        code="names-refused",
        severity=Severity.RED,
        whose=Whose.HOST,
        retry=Retry.AFTER_CHANGE,
        title="Names and addresses are taken for attacks",
        sentence="{host} refuses a call that holds an ordinary Italian address with an apostrophe ({status}); without "
        "it the same call passes.",
        advice="Lower the firewall's strictness (paranoia level 1) for the path of the shop's interface, for our "
        "addresses and names.",
    ),
    FindingKind(
        code="links-refused",
        severity=Severity.RED,
        whose=Whose.HOST,
        retry=Retry.AFTER_CHANGE,
        title="Links are taken for attacks",
        sentence="{host} refuses a call that holds a tracking link ({status}); without it the same call passes.",
        advice="Except the firewall's rule about links for the path of the shop's interface, for our addresses and "
        "names.",
    ),
    FindingKind(
        code="brackets-refused",
        severity=Severity.RED,
        whose=Whose.HOST,
        retry=Retry.AFTER_CHANGE,
        title="Searches are taken for attacks",
        sentence="{host} refuses an address with square brackets ({status}), as lists of orders are asked for; without"
        " them the same call passes.",
        advice="Lower the firewall's strictness for the path of the shop's interface, for our addresses and names.",
    ),
    FindingKind(
        code="answer-cached",
        severity=Severity.AMBER,
        whose=Whose.HOST,
        retry=Retry.AFTER_CHANGE,
        title="Data comes out of a memory",
        sentence="{host} answers its interface out of a memory ({mark}): orders are seen late, or not at all.",
        advice="Exempt the path of the shop's interface from the page cache.",
    ),
    FindingKind(
        code="clock-wrong",
        severity=Severity.AMBER,
        whose=Whose.HOST,
        retry=Retry.AFTER_CHANGE,
        title="Shop's clock is wrong",
        sentence="The clock of {host} is wrong by {minutes} minutes.",
        advice="Switch on the server's time synchronisation (NTP).",
    ),
    FindingKind(
        code="slow-answers",
        severity=Severity.AMBER,
        whose=Whose.HOST,
        retry=Retry.AFTER_CHANGE,
        title="Shop answers slowly",
        sentence="{host} takes {seconds} seconds for answers that need no work.",
        advice="Ask the hosting provider to look at the server's load; a cache for objects and fewer plug-ins help.",
    ),
    FindingKind(
        code="service-in-front",
        severity=Severity.GREY,
        whose=Whose.HOST,
        retry=Retry.AFTER_CHANGE,
        title="{product} stands in front",
        sentence="{product} stands in front of {host} and let our calls through.",
        advice="Nothing needs doing. If calls from the platform are refused all the same, its rules are the first "
        "place to look.",
    ),
    FindingKind(
        code="cloud-shop",
        severity=Severity.GREY,
        whose=Whose.MERCHANT,
        retry=Retry.AFTER_CHANGE,
        title="A shop of {product}",
        sentence="{host} is a shop of {product}: it has no server of its own, so nothing is to be configured on a "
        "server.",
        advice="Connect it by the app or the keys that {product} gives out. Addresses, names and methods need no "
        "permission there.",
    ),
    FindingKind(
        code="check-broke",
        severity=Severity.AMBER,
        whose=Whose.US,
        retry=Retry.SOON,
        title="A test broke off",
        sentence="One test of the examination of {host} broke off ({check}). The others were made.",
        advice="Nothing is wrong with the shop because of it. Tell whoever runs Varco.",
    ),
    FindingKind(
        code="refused-by-address",
        severity=Severity.RED,
        whose=Whose.HOST,
        retry=Retry.AFTER_CHANGE,
        title="Refused by address",
        sentence="{host} answers the same calls differently from two places: a rule by address, country or reputation "
        "decides.",
        advice="Let the platform's addresses in, or take them off the list that keeps them out.",
    ),
    FindingKind(
        code="header-lost",
        severity=Severity.RED,
        whose=Whose.HOST,
        retry=Retry.AFTER_CHANGE,
        title="Keys get lost on the way",
        sentence="The web server at {host} takes the Authorization header away, so the shop never sees our keys.",
        advice="Have the web server hand the header on to PHP, by this line in its configuration: `{line}`",
    ),
)
