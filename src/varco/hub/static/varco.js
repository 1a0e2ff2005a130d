// Small conveniences. Every page works without them.
"use strict";

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  if (!target) return;

  const dismiss = target.closest("[data-dismiss]");
  if (dismiss) dismiss.closest(".toast, .note")?.remove();

  const copy = target.closest("[data-copy]");
  if (copy) copyText(copy);

  // An open menu closes when the reader clicks elsewhere.
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// A form that was sent is not sent twice by an impatient second click.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "dialog" || form.hasAttribute("data-again")) return;
  if (form.dataset.sent && !form.hasAttribute("hx-post")) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// Filters apply as soon as they are chosen.
document.addEventListener("change", (event) => {
  const field = event.target instanceof Element ? event.target.closest("[data-apply]") : null;
  if (field && field.form) field.form.requestSubmit();
});

async function copyText(button) {
  const field = document.getElementById(button.dataset.copy);
  if (!field) return;
  const text = "value" in field ? field.value : field.textContent;
  try {
    await navigator.clipboard.writeText(text.trim());
    const words = button.querySelector("[data-words]") ?? button;
    const before = words.textContent;
    words.textContent = button.dataset.done ?? before;
    setTimeout(() => { words.textContent = before; }, 2000);
  } catch {
    if ("select" in field) field.select();
  }
}

// The set-up page proposes the time zone of this computer.
for (const form of document.querySelectorAll("form[data-guess-zone]")) {
  const select = document.getElementById(form.dataset.guessZone);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (select && select.value === "UTC" && [...select.options].some((option) => option.value === zone)) select.value = zone;
}

// The tab of this page is in view on a narrow screen.
document.querySelector(".tabs [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
