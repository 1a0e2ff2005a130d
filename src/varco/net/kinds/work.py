"""What the hub itself finds while it ships, writes back and compares."""

from varco.model.finding import FindingKind, Retry, Severity, Whose


def _work(
    code: str,
    title: str,
    sentence: str,
    advice: str,
    whose: Whose = Whose.MERCHANT,
    retry: Retry = Retry.NEVER,
    severity: Severity = Severity.AMBER,
) -> FindingKind:
    return FindingKind(
        code=code, severity=severity, whose=whose, retry=retry, title=title, sentence=sentence, advice=advice
    )


KINDS = (
    _work(
        "internal-error",
        "Fault in Varco",
        "Varco itself broke off. Nothing is lost; it tries again.",
        "Whoever runs this Varco finds the cause in its log.",
        Whose.US,
        Retry.SOON,
        Severity.RED,
    ),
    _work(
        "doubled-in-shop",
        "Twice in the shop",
        "The tracking of order {number} stands in the shop twice: its answer came so late that it was written again.",
        "Delete one of them in the shop. Customers see the same number twice.",
        Whose.SERVICE,
    ),
    _work(
        "order-changed",
        "Order changed meanwhile",
        "Order {number} was changed in the shop while the form was open ({what}).",
        "Look at the new data and ship again.",
    ),
    _work(
        "order-closed",
        "Order no longer to be shipped",
        "Order {number} is “{status}” in the shop by now.",
        "Do not ship it, or open it again in the shop first.",
    ),
    _work(
        "shipped-but-closed",
        "Shipped, but cancelled in the shop",
        "Order {number} was shipped from here, and is “{status}” in the shop by now.",
        "If the parcel is still here, keep it back. If it has left, settle it with the customer: a return, or the "
        "order opened again in the shop.",
    ),
    _work(
        "tracking-number-invalid",
        "Tracking number cannot be right",
        "This tracking number cannot be used: {reason}",
        "Check it against the carrier's label.",
    ),
    _work(
        "cannot-ship",
        "Cannot be shipped",
        "{reason}",
        "Correct the form and send it again.",
    ),
    _work(
        "not-possible",
        "Not possible",
        "{reason}",
        "Correct it and try again.",
    ),
    _work(
        "same-server",
        "Several shops on one server",
        "{count} shops on one server ({server}) fail alike: {names}.",
        "It is one thing to mend: open one of them and do what its problem says. The others come back with it.",
        Whose.HOST,
        Retry.SOON,
        Severity.RED,
    ),
    _work(
        "unusually-quiet",
        "Unusually quiet",
        "No order came from {integration} for {hours} hours. On this weekday {usual} are usual.",
        "Place a test order in the shop, or look whether its checkout works.",
        severity=Severity.AMBER,
        retry=Retry.SOON,
    ),
    _work(
        "webhook-refused",
        "Webhooks cannot be set up",
        "{host} refuses to note an address at which it could tell us what happens ({status}). Nothing else is touched: "
        "the shop is asked every few minutes instead.",
        "To hear of orders at once, let this one call of ours hold an address. Otherwise webhooks can be switched off "
        "in the connection's settings: nothing is missed without them.",
        Whose.HOST,
        Retry.AFTER_CHANGE,
    ),
    _work(
        "webhook-disabled",
        "Webhooks were switched off in the shop",
        "{host} had switched off or lost {count} of our webhooks. They are back; until the first of them arrives, the "
        "shop is asked every few minutes.",
        "Nothing needs doing. If it happens again, see whether this Varco was out of reach for the shop at that time.",
        Whose.US,
        Retry.SOON,
    ),
    _work(
        "webhook-not-arriving",
        "Webhooks do not arrive",
        "Order {number} changed in the shop, and the shop did not tell us. It is asked every few minutes again, so "
        "nothing is missed.",
        "See whether the shop's server may call this Varco, and whether its scheduled tasks run (in WordPress: "
        "WP-Cron).",
        Whose.MERCHANT,
        Retry.SOON,
    ),
    _work(
        "counts-differ",
        "Counts differ",
        "The shop has {theirs} orders with status {status}, we have {ours}. The import reads the window again.",
        "Nothing needs doing: what is missing comes by itself. If this stays, tell whoever runs Varco.",
        Whose.US,
        Retry.SOON,
    ),
    _work(
        "status-not-in-shop",
        "Status does not exist",
        "The shop has no order status “{status}”.",
        "Choose another status in the connection's settings under “Writing back to the shop”.",
        retry=Retry.NEVER,
    ),
)
