"""Answers of the shop's own software. D14, D16, D20; WooCommerce's codes are measured."""

from varco.model.finding import FindingKind, Retry, Severity, Whose


def _shop(
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


KINDS = (
    _shop(
        "keys-not-accepted",
        "Keys not accepted",
        "{host} answers as if we had sent no keys: they are unknown or deleted, or the server takes the Authorization "
        "header away.",
        "Make new keys in the shop, as the manual's page about its platform shows. If that does not help, the server "
        "must pass the header on: `CGIPassAuth On` in Apache, `fastcgi_param HTTP_AUTHORIZATION $http_authorization;` "
        "in nginx.",
    ),
    _shop(
        "keys-wrong",
        "Keys wrong",
        "{host} knows our key but not its secret, or does not accept our signature.",
        "Copy the keys again, whole. If one was shown only once and is lost, make new ones.",
    ),
    _shop(
        "permission-missing",
        "Permission missing",
        "{host} accepts our keys, but they may not do this.",
        "Give the keys “Read/Write”, and to a user who may manage the shop (Administrator or Shop manager).",
    ),
    _shop(
        "interface-locked",
        "Interface locked by a plug-in",
        "A plug-in of the shop at {host} demands a login for its interface ({reason}).",
        "In the security plug-in, exempt the path /wp-json/wc/v3/ from “REST API only for logged-in users”.",
    ),
    _shop(
        "shop-software-off",
        "Shop software switched off",
        "{host} answers, but the interface of its shop software is not there.",
        "In WordPress → Plugins, switch WooCommerce on again. In Magento, have the disabled module enabled again.",
    ),
    _shop(
        "shop-crashed",
        "Shop crashes",
        "The shop's own software at {host} breaks off with an error ({status}).",
        "A plug-in, module or theme is the usual cause, and the shop's own log names it. WordPress has sent its "
        "administrator an e-mail about it.",
        retry=Retry.SOON,
    ),
    _shop(
        "database-down",
        "Shop's database is down",
        "The shop at {host} cannot reach its database.",
        "Tell the hosting provider if it lasts over a few minutes.",
        Whose.HOST,
        Retry.SOON,
    ),
    _shop(
        "not-in-shop",
        "Not in the shop",
        "The shop at {host} says that this order does not exist.",
        "It was deleted in the shop. Nothing more can be written to it.",
        retry=Retry.NEVER,
        severity=Severity.AMBER,
    ),
    _shop(
        "refused-by-shop",
        "Refused by the shop",
        "The shop at {host} refuses this for the order ({reason}).",
        "Open the order in the shop and look whether it can still be changed.",
        retry=Retry.NEVER,
        severity=Severity.AMBER,
    ),
    _shop(
        "dirty-answer",
        "Warnings before the data",
        "The shop at {host} prints PHP warnings before its data. We read the data all the same.",
        "Have PHP's display_errors switched off (in WordPress: WP_DEBUG_DISPLAY in wp-config.php), and the warning's "
        "cause mended.",
        severity=Severity.AMBER,
        retry=Retry.SOON,
    ),
    _shop(
        "order-unreadable",
        "Order cannot be read",
        "Order {number} has a form that we cannot read ({reason}). The other orders came in.",
        "Open the order in the shop and save it again. We keep what the shop sent, and try again when it changes.",
        Whose.US,
        severity=Severity.AMBER,
    ),
    _shop(
        "insecure-http",
        "Connection not encrypted",
        "The shop at {host} is called without encryption: customers' data travels openly.",
        "Switch on https with the hosting provider and enter the https address here.",
        severity=Severity.AMBER,
    ),
    _shop(
        "not-a-shop",
        "No known shop here",
        "{host} answers, but no shop software that we know.",
        "Check the address: it must be the shop's home page, with its folder if it has one.",
    ),
)
