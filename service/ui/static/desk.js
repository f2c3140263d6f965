"use strict";
// Everything here makes the forms of the page faster; without it they work as plain forms.

const cards = document.getElementById("cards");
const toast = document.getElementById("toast");
const toastText = document.getElementById("toast-text");
const toastUndo = document.getElementById("toast-undo");
const help = document.getElementById("help");
const SAID = { approve: "Approved", reject_spam: "Rejected as spam", reject_other: "Rejected" };
const REFILL_BELOW = 12;

const answered = new Set(); // campaigns and comments that were decided or skipped on this page
const done = []; // what can be undone, newest last
let current = null;
let refilling = false;

const all = () => (cards ? [...cards.querySelectorAll(".card")] : []);
const keyOf = (card) => card.dataset.campaign || card.id;

function setCurrent(card, focus = true) {
  if (current && current !== card) current.classList.remove("current");
  current = card;
  if (!card) return;
  card.classList.add("current");
  if (focus) {
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest" });
  }
}

function step(by) {
  const list = all();
  if (!list.length) return;
  const place = list.indexOf(current);
  setCurrent(list[Math.min(Math.max(place + by, 0), list.length - 1)]);
}

function say(text, undoable = false, wrong = false) {
  toastText.textContent = text;
  toastUndo.hidden = !undoable;
  toast.hidden = false;
  toast.classList.toggle("wrong", wrong);
}

async function post(form, address, fields) {
  const body = new URLSearchParams([["csrf", form.elements.csrf.value], ...fields]);
  const response = await fetch(address, {
    method: "POST",
    body,
    headers: { Accept: "application/json" },
  });
  const read = await response.json();
  if (!response.ok) throw new Error(read.detail || read.title);
  return read;
}

function itemsOf(card) {
  const boxes = [...card.querySelectorAll("input[name=item]")];
  return boxes.filter((box) => box.type === "hidden" || box.checked).map((box) => box.value);
}

const commentOf = (item) => item.slice(0, item.lastIndexOf(":"));

function inputOf(card, comment) {
  return [...card.querySelectorAll("input[name=item]")].find((box) => commentOf(box.value) === comment);
}

// A campaign is decided only once it was looked through: the first key opens it.
async function look(card) {
  const members = card.querySelector(".members");
  if (card.dataset.looked || !members) return;
  card.dataset.looked = "loading";
  try {
    const response = await fetch(members.dataset.src);
    if (!response.ok) throw new Error("These comments can't be read now.");
    const read = new DOMParser().parseFromString(await response.text(), "text/html");
    members.replaceChildren(...read.body.childNodes);
  } catch (fault) {
    delete card.dataset.looked;
    say(fault.message, false, true);
    return;
  }
  members.hidden = false;
  card.querySelector(".answers").hidden = false;
  card.querySelector(".look").hidden = true;
  card.dataset.looked = "yes";
  setCurrent(card);
  say(`${itemsOf(card).length} alike. Look through them, then decide.`);
}

function away(card) {
  const next = card.nextElementSibling || card.previousElementSibling;
  const place = { card, parent: card.parentNode, before: card.nextElementSibling };
  card.remove();
  answered.add(keyOf(card));
  if (current === card) {
    current = null;
    setCurrent(next);
  }
  showEmpty();
  return place;
}

function back(place) {
  const before = place.before && place.before.parentNode === place.parent ? place.before : null;
  place.parent.insertBefore(place.card, before || (before === null && place.before ? place.parent.firstChild : null));
  answered.delete(keyOf(place.card));
  showEmpty();
}

async function decide(list, outcome) {
  const closed = list.find((card) => Number(card.dataset.alike) > 1 && card.dataset.looked !== "yes");
  if (closed) return look(closed);
  const items = list.flatMap(itemsOf);
  if (!items.length) return say("Nothing is ticked.", false, true);
  const stay = list[0].dataset.stay === "yes";
  const form = list[0].querySelector("form");
  const places = [];
  for (const card of list) {
    const left = [...card.querySelectorAll("input[name=item][type=checkbox]:not(:checked)")];
    if (!stay && !left.length) places.push(away(card));
  }
  select(false);
  say("Saving…");
  try {
    const read = await post(form, "/review/decide", [
      ["outcome", outcome],
      ...items.map((item) => ["item", item]),
    ]);
    told(read, list, places, outcome, stay);
  } catch (fault) {
    for (const place of places.reverse()) back(place);
    setCurrent(list[0]);
    say(`Not saved. ${fault.message}`, false, true);
  }
}

function told(read, list, places, outcome, stay) {
  const stored = read.items.filter((item) => item.status === 201);
  const stale = read.items.filter((item) => item.status !== 201);
  for (const item of read.items) {
    const card = list.find((one) => inputOf(one, item.comment));
    if (!card) continue;
    inputOf(card, item.comment).value = `${item.comment}:${item.state}`;
    if (item.status !== 201) tellStale(card, item, places);
  }
  waiting(read.waiting);
  if (stay && stored.length) return location.reload();
  for (const card of list) if (card.isConnected) dropDecided(card, stored);
  // Of a campaign that is too large to be shown at once, the rest comes again.
  for (const card of list) if (Number(card.dataset.alike) > card.querySelectorAll("input[name=item]").length) answered.delete(keyOf(card));
  if (stored.length) done.push({ stored, places, outcome });
  const said = `${SAID[outcome]}${stored.length > 1 ? `: ${stored.length}` : ""}.`;
  if (stale.length) say(`${stored.length ? said : ""} ${stale[0].message}`, stored.length > 0, true);
  else say(said, true);
  refill();
}

function tellStale(card, item, places) {
  const place = places.find((one) => one.card === card);
  if (place && !card.isConnected) back(place);
  const old = card.querySelector(".conflict");
  if (old) old.remove();
  const note = document.createElement("p");
  note.className = "conflict";
  note.textContent = `${item.message} You can still answer, knowing this; or skip it.`;
  card.querySelector("form").prepend(note);
  setCurrent(card);
}

// Of an open campaign, those that were left out stay to be decided.
function dropDecided(card, stored) {
  const gone = new Set(stored.map((item) => item.comment));
  for (const box of card.querySelectorAll(".members input[name=item]")) {
    if (gone.has(commentOf(box.value))) box.closest("li").remove();
    else box.checked = true;
  }
}

async function undo() {
  const last = done.pop();
  if (!last) return say("There is nothing to undo.");
  const form = last.places.length ? last.places[0].card.querySelector("form") : document.querySelector("form:has(input[name=csrf])");
  say("Taking back…");
  try {
    const read = await post(form, "/review/undo", last.stored.map((item) => ["review", item.review]));
    const stale = read.items.filter((item) => item.status !== 201);
    for (const place of last.places.reverse()) {
      for (const item of read.items) {
        const box = inputOf(place.card, item.comment);
        if (box && item.state) box.value = `${item.comment}:${item.state}`;
      }
      back(place);
    }
    waiting(read.waiting);
    if (last.places.length) setCurrent(last.places[last.places.length - 1].card);
    if (stale.length) return say(stale[0].message, false, true);
    say(`Taken back: ${SAID[last.outcome].toLowerCase()}.`, done.length > 0);
    if (!last.places.length) location.reload();
  } catch (fault) {
    done.push(last);
    say(`Not taken back. ${fault.message}`, true, true);
  }
}

function waiting(count) {
  for (const id of ["waiting", "empty-waiting"]) {
    const shown = document.getElementById(id);
    if (shown) shown.textContent = count.toLocaleString("en");
  }
}

function showEmpty() {
  const empty = document.getElementById("empty");
  if (empty) empty.hidden = all().length > 0 || refilling;
}

// The next cards come while the last ones are still being decided, so that no key waits for a page.
async function refill() {
  const next = document.getElementById("next-page");
  if (!next || refilling || all().length >= REFILL_BELOW) return;
  refilling = true;
  try {
    const address = new URL(location.href);
    address.searchParams.delete("cursor");
    address.searchParams.set("part", "cards");
    const read = new DOMParser().parseFromString(await (await fetch(address)).text(), "text/html");
    const here = new Set(all().map(keyOf));
    let fresh = 0;
    for (const card of read.querySelectorAll(".card")) {
      if (here.has(keyOf(card)) || answered.has(keyOf(card))) continue;
      cards.append(prepared(card));
      fresh += 1;
    }
    if (!fresh && !next.dataset.cut) next.parentNode.remove();
  } catch (fault) {
    say(`More can't be read now. ${fault.message}`, done.length > 0, true);
  }
  refilling = false;
  showEmpty();
  if (!current && all().length) setCurrent(all()[0]);
}

function selected() {
  return all().filter((card) => card.classList.contains("selected"));
}

function select(on, card) {
  for (const one of card ? [card] : all()) {
    one.classList.toggle("selected", on);
    const box = one.querySelector(".select");
    if (box) box.checked = on;
  }
  const bar = document.getElementById("selection");
  if (!bar) return;
  bar.hidden = selected().length === 0;
  document.getElementById("selected-count").textContent = selected().length;
}

function answer(outcome) {
  const list = selected().length ? selected() : current ? [current] : [];
  if (list.length) decide(list, outcome);
}

function prepared(card) {
  const skip = card.querySelector(".skip-card");
  if (skip) skip.hidden = false;
  card.classList.add("live");
  return card;
}

const KEYS = {
  a: () => answer("approve"),
  r: () => answer("reject_spam"),
  e: () => answer("reject_other"),
  s: () => current && !current.dataset.stay && (away(current), say("Skipped for now."), refill()),
  u: undo,
  j: () => step(1),
  k: () => step(-1),
  x: () => current && select(!current.classList.contains("selected"), current),
  g: () => current && look(current),
  o: () => current && current.dataset.open && location.assign(current.dataset.open),
  "/": () => document.getElementById("text")?.focus(),
  "?": () => help.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.key === "Escape" && event.target.matches("input[type=search]")) return step(0);
  if (event.target.matches("input:not([type=checkbox]), textarea, select") || help.open) return;
  if (localStorage.getItem("keys") === "off" && event.key !== "?") return;
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

cards?.addEventListener("submit", (event) => {
  event.preventDefault();
  decide([event.target.closest(".card")], event.submitter.value);
});
cards?.addEventListener("click", (event) => {
  const card = event.target.closest(".card");
  if (!card) return;
  if (event.target.closest(".look")) {
    event.preventDefault();
    look(card);
  } else if (event.target.closest(".skip-card")) {
    setCurrent(card);
    KEYS.s();
  } else if (event.target.matches(".select")) select(event.target.checked, card);
});
cards?.addEventListener("focusin", (event) => {
  const card = event.target.closest(".card");
  if (card && card !== current) setCurrent(card, false);
});
document.getElementById("selection")?.addEventListener("click", (event) => {
  const outcome = event.target.dataset.all;
  if (outcome) answer(outcome);
  else if (event.target.id === "select-none") select(false);
});
toastUndo?.addEventListener("click", undo);
const keysOn = document.getElementById("keys-on");
if (keysOn) {
  keysOn.checked = localStorage.getItem("keys") !== "off";
  keysOn.addEventListener("change", () => localStorage.setItem("keys", keysOn.checked ? "on" : "off"));
}
all().forEach(prepared);
if (all().length) setCurrent(all()[0], false);
