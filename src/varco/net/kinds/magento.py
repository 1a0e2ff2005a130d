"""What only Magento knows: resources of an integration, statuses that belong to states, a clock that signs."""

from varco.model.finding import FindingKind, Retry, Severity, Whose

KINDS = (
    FindingKind(
        code="clock-refused",
        severity=Severity.RED,
        whose=Whose.US,
        retry=Retry.SOON,
        title="Clock refused",
        sentence="The shop at {host} takes our signature for one from the future.",
        advice="Set the clock of the machine that runs Varco, or the one of the shop's server. Both should ask a time "
        "server.",
    ),
    FindingKind(
        code="resource-missing",
        severity=Severity.RED,
        whose=Whose.MERCHANT,
        retry=Retry.AFTER_CHANGE,
        title="Permission missing",
        sentence="The integration in the Magento shop at {host} may not use “{resource}”.",
        advice="In Magento, open System → Extensions → Integrations, edit Varco's, tick it under “API”, save, and "
        "press “Reauthorize”. Then enter the new keys here.",
    ),
    FindingKind(
        code="store-view-unknown",
        severity=Severity.RED,
        whose=Whose.MERCHANT,
        retry=Retry.AFTER_CHANGE,
        title="Store view unknown",
        sentence="The Magento shop at {host} has no store view with the code “{store}”.",
        advice="Look at its code in Magento under Stores → Settings → All Stores. Then enter the right one in the "
        "connection under “Other address or keys”.",
    ),
    FindingKind(
        code="status-of-other-state",
        severity=Severity.AMBER,
        whose=Whose.MERCHANT,
        retry=Retry.NEVER,
        title="Status belongs to another state",
        sentence="Magento does not give the status “{status}” to an order that is “{now}”.",
        advice="Magento sets “Complete” by itself once an order is shipped and invoiced. For a word of your own, "
        "assign a status to the state Processing (Stores → Settings → Order Status) and choose it here.",
    ),
)
