"""What only Shopify knows: apps and their scopes, versions that end, fulfilment orders that wait."""

from varco.model.finding import FindingKind, Retry, Severity, Whose


def _kind(
    code: str,
    title: str,
    sentence: str,
    advice: str,
    whose: Whose = Whose.MERCHANT,
    retry: Retry = Retry.AFTER_CHANGE,
    severity: Severity = Severity.RED,
) -> FindingKind:
    return FindingKind(
        code=code, severity=severity, whose=whose, retry=retry, title=title, sentence=sentence, advice=advice
    )


def _waits(code: str, title: str, sentence: str, advice: str) -> FindingKind:
    """About one order alone: the others go on, and this one is tried again all the same."""
    return _kind(code, title, sentence, advice, retry=Retry.NEVER, severity=Severity.AMBER)


KINDS = (
    _kind(
        "shop-address-needed",
        "Shop's name at Shopify needed",
        "{host} is a Shopify shop, but does not say by which name Shopify knows it.",
        "Enter the address that ends in .myshopify.com. Shopify shows it under Settings → Domains.",
    ),
    _kind(
        "app-not-of-shop",
        "App of another organisation",
        "Client ID and secret are right, but the app belongs to another organisation than the shop {host}.",
        "Make the app in the Dev Dashboard of the organisation that owns this shop, and enter the new app's client ID "
        "and secret here.",
    ),
    _kind(
        "app-not-installed",
        "App not installed",
        "The app is known to Shopify, but it is not installed on the shop {host}.",
        "In the Dev Dashboard, release a version of the app with its permissions, then install it on this shop.",
    ),
    _kind(
        "app-keys-wrong",
        "Client ID or secret wrong",
        "Shopify does not accept this client ID with this secret for {host}.",
        "Copy both again, whole, from the app's settings in the Dev Dashboard. Once a secret was rotated, the new one "
        "is needed here.",
    ),
    _kind(
        "app-token-refused",
        "Token refused",
        "The shop {host} does not accept our token: the app was removed from it, or its access was taken back.",
        "Look in Shopify under Settings → Apps whether the app is still installed, and install it again. Then enter "
        "its keys here once more.",
    ),
    _kind(
        "app-address-list",
        "App's own address list",
        "Shopify refuses our calls to {host}. The usual cause: the app has a list of addresses that may call it, and "
        "ours is not on it.",
        "In the Dev Dashboard, open the app's IP allowlist. Take the list away, or put the public address of the "
        "machine that runs Varco on it.",
    ),
    _kind(
        "scope-missing",
        "Permission missing",
        "The app in the Shopify shop {host} lacks the permission {scope}. What it is about may be missing without a "
        "word.",
        "In the Dev Dashboard, add it to the app's access scopes, release the new version and let the shop accept it. "
        "Then try the keys again.",
    ),
    _kind(
        "orders-of-60-days",
        "Only the last 60 days",
        "Shopify shows this app only the orders of the last {days} days.",
        "Nothing needs doing if older orders are shipped. Otherwise give the app the permission read_all_orders too.",
        severity=Severity.GREY,
    ),
    _kind(
        "customer-data-hidden",
        "Customers' data hidden",
        "Shopify hides names and addresses from the app: order {number} is to be shipped and comes without an address.",
        "In the Dev Dashboard, ask for protected customer data for the app: name, address, phone and e-mail. On some "
        "plans Shopify does not give it to an app of one's own.",
    ),
    _kind(
        "shop-frozen",
        "Shop closed by Shopify",
        "Shopify answers for {host} that the shop is frozen or locked ({status}).",
        "Log in to Shopify: it says why, mostly an unpaid bill or a plan that ended. Afterwards orders come by "
        "themselves.",
    ),
    _kind(
        "shopify-fault",
        "Fault at Shopify",
        "Shopify broke off over our question for {host} with an error of its own.",
        "Nothing needs doing: we ask again. If it lasts, look at shopifystatus.com.",
        Whose.SERVICE,
        Retry.SOON,
    ),
    _kind(
        "query-not-understood",
        "Question not understood",
        "Shopify at {host} does not understand our question ({reason}): its interface has changed.",
        "Update Varco. If the newest version says this too, tell whoever runs it.",
        Whose.US,
    ),
    _kind(
        "api-version-ends",
        "Version of the interface ends",
        "Shopify ends version {version} of its interface on {date}, and this Varco uses it.",
        "Update Varco before that day.",
        Whose.US,
        severity=Severity.AMBER,
    ),
    _kind(
        "api-version-other",
        "Another version answers",
        "We ask Shopify for version {version} of its interface, and {other} answers: ours has ended.",
        "Update Varco.",
        Whose.US,
        severity=Severity.AMBER,
    ),
    _waits(
        "fulfilment-on-hold",
        "On hold in Shopify",
        "Shopify holds this order back ({reason}). It cannot be shipped until somebody releases the hold.",
        "Open the order in Shopify, settle what it is held for, and press “Release hold”. Varco notices by itself.",
    ),
    _waits(
        "fulfilment-scheduled",
        "To be shipped later",
        "Shopify lets this order be shipped from {date} on.",
        "Nothing needs doing: it can be shipped then. To ship it earlier, open the order in Shopify and press “Mark as "
        "ready”.",
    ),
    _waits(
        "fulfilment-not-ready",
        "Not ready yet in Shopify",
        "Shopify has not yet said from which location this order is shipped.",
        "Nothing needs doing in the first minutes. If it stays, the app lacks a permission for fulfilment orders: the "
        "connection's page says which.",
    ),
    _waits(
        "fulfilment-elsewhere",
        "Not ours to ship",
        "Shopify does not leave this order to us: another service ships it, the customer picks it up, or the shop "
        "delivers it itself.",
        "Open the order in Shopify: it says who ships it and how. Orders that your shop delivers itself can be taken "
        "in, by a choice in the connection's “Address and keys”.",
    ),
    _waits(
        "order-out-of-sight",
        "Older than 60 days",
        "Shopify does not show this app orders that are older than 60 days, so nothing can be read or written there.",
        "Give the app the permission read_all_orders, or enter the tracking number in Shopify by hand.",
    ),
)
