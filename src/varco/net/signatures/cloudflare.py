"""Cloudflare: challenges and blocks."""

from varco.net.signature import Signature

SIGNATURES = (
    Signature(
        product="Cloudflare",
        code="robot-test",
        source="https://developers.cloudflare.com/cloudflare-challenges/challenge-types/challenge-pages/detect-response/",
        headers=(("cf-mitigated", "challenge"),),
    ),
    Signature(
        product="Cloudflare",
        code="robot-test",
        source="https://developers.cloudflare.com/cloudflare-challenges/",
        headers=(("Server", "^cloudflare"),),
        body=r"<title>Just a moment",
    ),
    Signature(
        product="Cloudflare",
        code="rate-limited",
        source="https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-1xxx-errors/error-1015/",
        headers=(("Server", "^cloudflare"),),
        body=r"error code: 1015|Error\s*1015|cf-error-code\">1015",
    ),
    Signature(
        product="Cloudflare",
        code="service-block",
        source="https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-1xxx-errors/",
        statuses=(403, 409, 429, 530),
        headers=(("Server", "^cloudflare"),),
        body=r"(error code: 10\d\d|Error\s*10\d\d|cf-error-details|Attention Required!)(.*?Ray ID:\s*(<[^>]*>)?\s*(?P<reference>[0-9a-f]{16}))?",
    ),
)
