"""fail2ban: never ban the platform. Measured on 1.0.2."""

from __future__ import annotations

from collections.abc import Sequence

from varco.fixes.base import ADDRESS_ALONE, ADDRESS_ONLY, N_, Target
from varco.model.fix import AppliedBy, Cause, FixRequest, Step


def steps(request: FixRequest) -> Sequence[Step]:
    single = [address for address in request.addresses if "/" not in address]
    return (
        Step(
            name="ignore",
            what=N_("Never ban the platform's addresses"),
            place=N_(
                "A new file /etc/fail2ban/jail.d/ship.local. If “ignoreip” is set elsewhere, add the addresses there instead"
            ),
            language="ini",
            text=f"[DEFAULT]\nignoreip = 127.0.0.1/8 ::1 {' '.join(request.addresses)}",
        ),
        Step(
            name="unban",
            what=N_("Lift the bans that are in force"),
            place=N_("On the command line, after the reload"),
            language="sh",
            text=f"fail2ban-client unban {' '.join(single)}" if single else "fail2ban-client unban --all",
        ),
    )


TARGET = Target(
    name="fail2ban",
    title="fail2ban",
    applied_by=AppliedBy.HOST,
    causes=frozenset((Cause.BAN, Cause.ADDRESS)),
    steps=steps,
    sees=ADDRESS_ONLY,
    check=("fail2ban-client -t",),
    reload=("fail2ban-client reload",),
    undo=N_("Remove the file /etc/fail2ban/jail.d/ship.local, and reload."),
    cautions=(
        N_("The ban comes from calls that something else refused: mend that too, or they go on failing."),
        ADDRESS_ALONE,
    ),
    verified_on=("fail2ban 1.0.2",),
    sources=("https://github.com/fail2ban/fail2ban/blob/1.0.2/config/jail.conf",),
)
