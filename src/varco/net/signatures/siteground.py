"""SiteGround's robot test: a 202 that is a block (woocommerce/woocommerce#52896)."""

from varco.net.signature import Signature

SIGNATURES = (
    Signature(
        product="SiteGround",
        code="robot-test",
        source="https://github.com/woocommerce/woocommerce/issues/52896",
        headers=(("SG-Captcha", "challenge"),),
    ),
    Signature(
        product="SiteGround",
        code="robot-test",
        source="https://github.com/woocommerce/woocommerce/issues/52896",
        body=r"/\.well-known/sgcaptcha/",
    ),
)
