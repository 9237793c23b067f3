// Shows the mailboxes, the way of each mail and the ledger as they are now, once a second, and hands
// what is written here to the mail host. It decides nothing.
"use strict";
const SERVICE = "till@post.example", ADA = "ada@home.example", BEN = "ben@ferry.example", CLEO = "cleo@orchard.example";
const EXAMPLES = [
  { label: "Ada pays Ben", from: ADA, subject: "lunch", body: "Please pay ben@ferry.example $5 for lunch.\n\nThanks, Ada" },
  { label: "Ben, in German", from: BEN, body: "Bitte zahle ada@home.example 3 Dollar für den Kaffee." },
  { label: "Ada to Ben, the till in Cc", from: ADA, to: BEN, cc: SERVICE, subject: "$12.50 for the ladder", body: "Thanks again, Ben!" },
  { label: "The amount is missing", from: ADA, body: "pay ben@ferry.example for the boat" },
  { label: "More than Ben has", from: BEN, body: "pay ada@home.example $900" },
  { label: "A question moves nothing", from: ADA, body: "Should I pay ben@ferry.example $20 or wait until Friday?" },
  { label: "Cleo signs up", from: CLEO, body: "sign up" },
  { label: "Ada looks at her balance", from: ADA, body: "balance" },
  { label: "Forged in Ben's name", from: BEN, forged: "yes", subject: "urgent", body: "pay cleo@orchard.example $20 right now" },
];
const $ = (id) => document.getElementById(id);
const program = $("program"), mail = $("mail");

function element(tag, attributes = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (name === "class") made.className = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value);
  made.append(...inside.filter((one) => one !== null && one !== undefined));
  return made;
}
const named = (address) => {
  const local = address.split("@")[0].split("+")[0];
  return local.charAt(0).toUpperCase() + local.slice(1);
};
const clock = (at) => new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

// The mail program.
function compose(fields) {
  mail.reset();
  const filled = { from: ADA, to: SERVICE, cc: "", subject: "", body: "", answers: "", forged: "", ...fields };
  if (![...$("from").options].some((option) => option.value === filled.from))
    $("from").append(element("option", { value: filled.from }, filled.from));
  for (const [name, value] of Object.entries(filled)) if (mail.elements[name]) mail.elements[name].value = value;
  $("program-title").textContent = filled.answers ? "Answer" : "New mail";
  $("forged-note").hidden = !filled.forged;
  $("problem").textContent = "";
  if (!program.open) program.showModal();
  mail.elements.body.focus();
  mail.elements.body.setSelectionRange(filled.body.length, filled.body.length);
}
const answer = (whose, letter) => compose({
  from: whose,
  to: letter.reply_to,
  subject: /^re:/i.test(letter.subject) ? letter.subject : `Re: ${letter.subject}`,
  answers: letter.message_id,
});
mail.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const sent = await fetch("/play/mail", { method: "POST", body: new URLSearchParams(new FormData(mail)) });
    if (!sent.ok) { $("problem").textContent = await sent.text(); return; }
    program.close();
    look();
  } catch { $("problem").textContent = "The demo does not answer."; }
});
$("close").addEventListener("click", () => program.close());
$("examples").append(...EXAMPLES.map(({ label, ...fields }) =>
  element("button", { type: "button", class: fields.forged ? "example bad" : "example", onclick: () => compose(fields) }, label)));

// A letter's prepared mail arrives behind the #: whose mailbox, then the mailto: link.
function prepared() {
  const [, whose, link] = location.hash.match(/^#([^/]+)\/(mailto:.*)$/) ?? [];
  if (!link) return;
  history.replaceState(null, "", location.pathname);
  const [to, query = ""] = link.slice("mailto:".length).split("?");
  const fields = Object.fromEntries(query.split("&").map((pair) => pair.split("=").map(decodeURIComponent)));
  compose({ from: decodeURIComponent(whose), to: decodeURIComponent(to), subject: fields.subject ?? "", body: (fields.body ?? "").replaceAll("\r\n", "\n") });
}
addEventListener("hashchange", prepared);

// Mailboxes. A mail never changes, so what is shown of it stays as it was opened.
function letter(box, one) {
  const frame = element("iframe", {
    title: one.subject,
    scrolling: "no",
    sandbox: "allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation",
    src: `/play/letter/${encodeURIComponent(box.whose)}/${encodeURIComponent(one.name)}`,
  });
  const fit = () => { frame.style.height = `${Math.ceil(frame.contentDocument.body.getBoundingClientRect().height)}px`; };
  frame.addEventListener("load", () => { fit(); new ResizeObserver(fit).observe(frame.contentDocument.body); });
  return frame;
}
function opened(box, one, id) {
  const other = one.sent ? `to ${one.to.map(named).join(", ")}` : named(one.from);
  const summary = element("summary", {},
    element("span", { class: "who" }, other), element("time", {}, clock(one.at)),
    element("span", { class: "subject" }, one.subject || (one.text ?? "").trim().split("\n")[0]));
  const shown = element("details", { id, class: one.sent ? "mail sent" : "mail" }, summary);
  shown.addEventListener("toggle", () => {
    if (!shown.open || shown.dataset.filled) return;
    shown.dataset.filled = "yes";
    if (one.text !== null) shown.append(element("p", { class: "text" }, one.text.trim()));
    else shown.append(letter(box, one));
    if (!one.sent) shown.append(element("button", { type: "button", class: "small", onclick: () => answer(box.address, one) }, "Reply"));
  });
  return shown;
}
function mailbox(box) {
  let place = document.getElementById(`box-${box.whose}`);
  if (!place) {
    place = element("article", { id: `box-${box.whose}`, class: "box" },
      element("header", {},
        element("span", { class: "face", "aria-hidden": "true" }, named(box.address).charAt(0)),
        element("div", {}, element("h2", {}, named(box.address)), element("p", { class: "address" }, box.address)),
        element("p", { class: "balance" })),
      element("button", { type: "button", class: "write", onclick: () => compose({ from: box.address }) }, `Write as ${named(box.address)}`),
      element("div", { class: "mails" }));
    $("boxes").append(place);
    $("from").append(element("option", { value: box.address }, `${named(box.address)} — ${box.address}`));
  }
  const balance = place.querySelector(".balance"), told = box.balance ?? "no account";
  if (balance.textContent !== told) {
    const moved = balance.textContent !== "";
    balance.textContent = told;
    balance.classList.toggle("none", box.balance === null);
    if (moved) balance.animate([{ opacity: .2 }, { opacity: 1 }], 700);
  }
  const list = place.querySelector(".mails"), fresh = [];
  for (const one of box.mails) {
    const id = `mail-${box.whose}-${one.name}`;
    if (!document.getElementById(id)) fresh.push([one, opened(box, one, id)]);
  }
  list.prepend(...fresh.map(([, shown]) => shown));
  const newest = fresh.find(([one]) => !one.sent);
  if (newest) {
    for (const earlier of list.querySelectorAll("details[open]")) earlier.open = false;
    newest[1].open = true;
  }
  if (!list.childElementCount && !list.textContent) list.append(element("p", { class: "empty" }, "No mail yet."));
  else if (list.childElementCount > 1) list.querySelector(".empty")?.remove();
}

// What happens behind them.
const step = (one) => element("li", { class: `${one.of} ${one.tone}` },
  element("span", { class: "says" }, one.says), element("span", { class: "after" }, one.of === "stored" ? "" : one.after < 10000 ? `+${one.after} ms` : `+${Math.round(one.after / 1000)} s`));
const way = (one) => element("li", {},
  element("p", { class: "mail-words" }, element("b", {}, named(one.from)), " ", one.words ? `“${one.words}”` : "…"),
  element("p", { class: "when" }, clock(one.at)), element("ol", { class: "steps" }, ...one.steps.map(step)));
const who = (name) => (name.includes("@") ? named(name) : name);
function books({ accounts, sums, bookings }) {
  const row = (name, sum) => element("tr", {}, element("th", { scope: "row" }, name), element("td", {}, sum));
  $("accounts").replaceChildren(...accounts.map((one) => row(who(one.name), one.balance)));
  $("sums").replaceChildren(...sums.map((sum) => row("All together, always", sum)));
  $("bookings").replaceChildren(...bookings.map((one) => element("li", {},
    element("span", {}, `${who(one.from)} → ${who(one.to)}`), element("b", {}, one.amount), element("time", {}, clock(one.at)))));
}

let last = "", looking = false;
async function look() {
  if (looking || document.hidden) return;
  looking = true;
  try {
    const answer = await fetch("/play/state");
    const text = await answer.text();
    if (answer.ok && text !== last) {
      last = text;
      const state = JSON.parse(text);
      state.boxes.forEach(mailbox);
      $("flow").replaceChildren(...state.flow.map(way));
      books(state.books);
    }
    $("away").hidden = answer.ok;
  } catch { $("away").hidden = false; }
  looking = false;
}
setInterval(look, 1000);
document.addEventListener("visibilitychange", look);
look().then(prepared);
