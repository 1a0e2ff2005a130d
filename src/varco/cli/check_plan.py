"""`varco check --dry-run`: what would be asked, in which order, why, and why it does no harm. Nothing is sent."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from varco.cli.output import console

if TYPE_CHECKING:
    from varco.app.language import Translate
    from varco.app.planned import Plan, Question


def show(plan: Plan, _: Translate) -> None:
    from varco.app.planned import purpose_of, safety_of
    from varco.shops.registry import connector

    out = console()
    name = connector(plan.platform).name
    for line in (
        _("Nothing is sent. This is what would be asked of {url} if it is a shop of {platform}:").format(
            url=plan.url, platform=name
        ),
        _(
            "First its name is looked up, and each of its addresses is connected to and its certificate read, without "
            "a request."
        ),
    ):
        out.print(line, markup=False)
    for _why, questions in groupby(plan.questions, lambda asked: (asked.purpose, asked.safe)):
        asked = list(questions)
        out.print()
        out.print(_capital(purpose_of(asked[0], _)), style="bold", markup=False)
        harmless = _("Harmless: {why}.").format(why=safety_of(asked[0], _))
        out.print(harmless, style="dim", markup=False)
        for question in asked:
            _show_question(question)
    out.print()
    _close(plan, _)


def _show_question(question: Question) -> None:
    out = console()
    body = f"  ({question.body_bytes} B)" if question.body_bytes else ""
    out.print(f"{question.after_s:7.2f} s  {question.method:<7} {question.url}{body}", markup=False)
    out.print(f"           {question.user_agent}", style="dim", markup=False)


def _close(plan: Plan, _: Translate) -> None:
    """What may be different once there is a real shop."""
    told = _("{count} questions in {seconds} s and the time that the answers take.").format(
        count=len(plan.questions), seconds=round(plan.takes_s)
    )
    lines = [told]
    if plan.manner == "thorough":
        lines.append(
            _("After each refusal ten minutes are waited, so that no firewall bans the address from which you call.")
        )
    else:
        lines.append(
            _(
                "After the first refusal nothing more is asked that might be refused; at most one plain GET under a "
                "browser's name and one repetition of what had passed are added."
            )
        )
    for line in lines:
        console().print(line, markup=False)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
