"""Amazon CloudFront, by its documentation: it answers 403 by itself where a behaviour passes on GET and HEAD only.

There are three sets of methods only: two, three or all seven.
"""

from __future__ import annotations

from collections.abc import Sequence

from varco.fixes.base import N_, Target
from varco.model.fix import AppliedBy, Cause, FixRequest, Step


def steps(request: FixRequest) -> Sequence[Step]:
    return (
        Step(
            name="behaviour",
            what=N_(
                "Make a behaviour for each of these paths, before the default one: allowed methods “GET, HEAD, OPTIONS, PUT, "
                "POST, PATCH, DELETE”, cache policy “CachingDisabled”, origin request policy “AllViewer” (it hands on the "
                "keys and the name)"
            ),
            place=N_("In the console: the distribution → Behaviors → Create behavior → Path pattern"),
            text="\n".join([*(f"{prefix}*" for prefix in request.prefixes), *request.exact]),
        ),
    )


TARGET = Target(
    name="cloudfront",
    title="Amazon CloudFront",
    applied_by=AppliedBy.SERVICE,
    causes=frozenset((Cause.METHOD, Cause.HEADER)),
    steps=steps,
    sees=frozenset(("path", "method")),
    undo=N_("Delete the behaviours."),
    cautions=(N_("CloudFront knows neither address nor name here: keep the rule of the web server or of AWS WAF."),),
    sources=(
        "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html",
    ),
    needs_addresses=False,
)
