// Opens the finished mail at once and keeps its link up to date while somebody types. The page works
// without this file: the server writes every mail, and this only asks it sooner.
"use strict";
const form = document.querySelector("form");
let turn = 0, waiting = 0, finished = false;

async function ask() {
  const mine = ++turn;
  const body = new URLSearchParams(new FormData(form));
  const answer = await fetch("/send", { method: "POST", body });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return mine === turn && page.getElementById("ready") ? page : null;
}

function show(page) {
  for (const id of ["ready", ...[...document.querySelectorAll(".problem")].map((p) => p.id)])
    document.getElementById(id).replaceChildren(...page.getElementById(id).childNodes);
  for (const field of form.elements)
    if (field.id)
      field.toggleAttribute("aria-invalid", page.getElementById(field.id)?.hasAttribute("aria-invalid") ?? false);
  const made = page.querySelector("form");
  form.className = made.className;
  form.querySelector("button").replaceChildren(...made.querySelector("button").childNodes);
  const link = document.querySelector("#ready a.button");
  finished = Boolean(link);
  return link;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const page = await ask();
    const link = page && show(page);
    if (link) location.href = link.href;
    else form.querySelector("[aria-invalid]")?.focus();
  } catch {
    form.submit();
  }
});

form.addEventListener("input", () => {
  clearTimeout(waiting);
  if (!finished) return;
  waiting = setTimeout(async () => {
    try {
      const page = await ask();
      if (page) show(page);
    } catch {
      // Away for a moment: pressing the button asks again.
    }
  }, 300);
});
