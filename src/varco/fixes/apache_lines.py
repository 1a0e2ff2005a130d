"""What Apache httpd 2.4 needs, in a `.htaccess` and in a virtual host alike.

Measured on 2.4.71:
* WordPress, Magento and PrestaShop rewrite to `/index.php`; Apache then reads the rules again with that path, where the
  mark does not fit any more, and the first round's mark is called `REDIRECT_SHIP_OK`. So each rule asks for both.
* `SetEnvIf SHIP_OK …` would look for a *request header* of that name first, which anybody can send: never written.
* With `Order allow,deny` the Deny wins, so an `Allow` is of use with `Order deny,allow` only.
* Outside of directories the mark is set before Apache cleans the path, so a path with dots must be left out there.
* Two conditions put into a chain of `[OR]` mean something else: there a `[S=n]` jumps over the rules instead.
"""

from __future__ import annotations

from typing import Final

from varco.fixes.base import N_, REPAIR, SAVE, methods_regex, names_regex, paths_regex
from varco.model.fix import Cause, FixRequest, Step

REQUIRE: Final = "Require env SHIP_OK\nRequire env REDIRECT_SHIP_OK"
NO_DOTS: Final = r"%{THE_REQUEST} !~ m#(?:\.|%2e){2}#i"
_GUARDS: Final = ("<IfModule mod_authz_core.c>\n<IfModule mod_setenvif.c>", "</IfModule>\n</IfModule>")
"""mod_authz_core came with 2.4, as did SetEnvIfExpr: an older Apache passes over the lines."""


def mark(request: FixRequest, further: str = "") -> str:
    """Sets SHIP_OK for our calls, with one more condition if need be."""
    addresses = " || ".join(f"-R '{address}'" for address in request.addresses)
    conditions = (
        f"({addresses})",
        f"%{{HTTP_USER_AGENT}} =~ m#{names_regex(request)}#i",
        f"%{{REQUEST_METHOD}} =~ m#{methods_regex(request)}#",
        f"%{{REQUEST_URI}} =~ m#{paths_regex(request)}#",
        further,
    )
    return f'SetEnvIfExpr "{" && ".join(filter(None, conditions))}" SHIP_OK=1'


def in_htaccess(text: str) -> str:
    """With what to do before and, if need be, after: one line that the server does not like takes the site down."""
    return f"# {SAVE}\n{text}\n# {REPAIR}"


def guarded(line: str) -> str:
    return f"{_GUARDS[0]}\n{line}\n{_GUARDS[1]}"


def rules(place: str) -> tuple[Step, ...]:
    """What goes to the rule that stops us."""
    return (
        Step(
            name="require",
            what=N_(
                "Where a block with “Require” stops calls (<LimitExcept>, “Require ip”, a password): add these lines "
                "to the same block"
            ),
            place=place,
            language="apache",
            causes=frozenset((Cause.METHOD, Cause.ADDRESS, Cause.PASSWORD)),
            text=REQUIRE,
        ),
        Step(
            name="require-all",
            what=N_("Where a <RequireAll> block stops calls: wrap it"),
            place=place,
            language="apache",
            causes=frozenset((Cause.ADDRESS, Cause.NAME)),
            text=(
                f"<RequireAny>\n{REQUIRE}\n<RequireAll>\n"
                "Require all granted\nRequire not ip 192.0.2.0/24\n"
                "</RequireAll>\n</RequireAny>"
            ),
        ),
        Step(
            name="order",
            what=N_("Where “Order deny,allow” stops calls (the old spelling): add these lines to the same block"),
            place=place,
            language="apache",
            causes=frozenset((Cause.METHOD, Cause.ADDRESS, Cause.NAME)),
            text="Allow from env=SHIP_OK\nAllow from env=REDIRECT_SHIP_OK",
        ),
        Step(
            name="rewrite",
            what=N_(
                "Where a RewriteRule with [F], [R=405] or [R=503] stops calls: add these lines right above that rule"
            ),
            place=place,
            language="apache",
            causes=frozenset((Cause.METHOD, Cause.NAME, Cause.ADDRESS, Cause.MAINTENANCE)),
            text="RewriteCond %{ENV:SHIP_OK} !=1\nRewriteCond %{ENV:REDIRECT_SHIP_OK} !=1",
        ),
        Step(
            name="rewrite-block",
            what=N_(
                "Where its conditions are joined with [OR] (6G, 7G, 8G): these lines go above the whole block, and the "
                "number after S= is how many RewriteRules the block has"
            ),
            place=place,
            language="apache",
            causes=frozenset((Cause.METHOD, Cause.NAME, Cause.ADDRESS, Cause.CONTENT)),
            text="RewriteCond %{ENV:SHIP_OK} =1 [OR]\nRewriteCond %{ENV:REDIRECT_SHIP_OK} =1\nRewriteRule ^ - [S=2]",
        ),
        Step(
            name="bad-bot",
            what=N_("Where “SetEnvIf User-Agent … bad_bot” lists our name: add this line below the list"),
            place=place,
            language="apache",
            causes=frozenset((Cause.NAME,)),
            text="SetEnvIfExpr \"reqenv('SHIP_OK') == '1' || reqenv('REDIRECT_SHIP_OK') == '1'\" !bad_bot",
        ),
    )
