"""The call of `varco fix` that prints the lines against a finding."""

from __future__ import annotations

from varco.inside.known import Known


def fix_command(known: Known, finding: str, *, target: str, identity: str, platform: str, folder: str) -> str:
    """Empty: no lines mend it. Without a target that can do it, `varco fix` names those that can."""
    kind = known.kinds.get(finding)
    if kind is None or not kind.targets:
        return ""
    words = [
        "varco fix",
        *(f"--for {name}" for name in (target,) if name in kind.targets),
        f"--finding {finding} --identity {identity} --platform {platform} --ips FILE",
        *(f"--folder {name}" for name in (folder,) if name),
    ]
    return " ".join(words)
