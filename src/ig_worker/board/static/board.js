// The board works without this; it only spares steps. Each room's part begins where its marked elements are found.
"use strict";

// A form that changes something is sent once, however often its button is touched; one that brings a file, again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[method=post]:not([data-again])")) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
});
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));

// Calendar: a post is carried to another day, with the mouse or by its grip with a finger. What is sent is its own form.
document.querySelectorAll("[data-calendar]").forEach((calendar) => {
  const EDGE = 70, STEP = 14, SLACK = 6;
  let held = null;
  calendar.classList.add("calendar--live");

  const say = (sentence) => {
    document.querySelectorAll(".said--calendar").forEach((old) => old.remove());
    const said = document.createElement("p");
    said.className = "said said--warn said--calendar";
    said.setAttribute("role", "alert");
    said.textContent = sentence;
    calendar.before(said);
    said.scrollIntoView({ block: "nearest" });
  };
  const dayAt = (x, y) => document.elementFromPoint(x, y)?.closest("[data-day]") ?? null;
  const time = (card) => card.querySelector("[name=jam]").defaultValue;
  const refused = (day, card) => {
    if (day < calendar.dataset.today) return calendar.dataset.past;
    return day === calendar.dataset.today && time(card) <= calendar.dataset.now ? calendar.dataset.over : "";
  };

  const lift = () => {
    const before = held.card.getBoundingClientRect();
    held.ghost = held.card.cloneNode(true);
    held.ghost.classList.add("plan--carried");
    held.ghost.setAttribute("aria-hidden", "true");
    held.ghost.querySelectorAll("form").forEach((form) => form.remove());
    held.ghost.style.width = `${before.width}px`;
    held.dx = held.x - before.left;
    held.dy = held.y - before.top;
    document.body.append(held.ghost);
    held.card.classList.add("plan--lifted");
    calendar.classList.add("calendar--moving");
    // Days that were folded into a gap have come out: what is held stays under the finger.
    window.scrollBy(0, held.card.getBoundingClientRect().top - before.top);
    scroll();
  };
  const follow = () => {
    held.ghost.style.left = `${held.x - held.dx}px`;
    held.ghost.style.top = `${held.y - held.dy}px`;
    const over = dayAt(held.x, held.y);
    if (over === held.over) return;
    held.over?.classList.remove("day--target", "day--refused");
    held.over = over;
    over?.classList.add(refused(over.dataset.day, held.card) ? "day--refused" : "day--target");
  };
  const scroll = () => {
    if (!held?.ghost) return;
    const step = held.y < EDGE ? -STEP : held.y > window.innerHeight - EDGE ? STEP : 0;
    if (step) { window.scrollBy(0, step); follow(); }
    requestAnimationFrame(scroll);
  };
  const letGo = () => {
    held.ghost?.remove();
    held.over?.classList.remove("day--target", "day--refused");
    held.card.classList.remove("plan--lifted");
    calendar.classList.remove("calendar--moving");
    held = null;
  };
  const drop = (card, day) => {
    const form = card.querySelector("form"), field = form.elements.tanggal, clock = form.elements.jam;
    if (day === field.defaultValue) return;
    const why = refused(day, card);
    if (why) {
      say(why);
      if (day !== calendar.dataset.today) return;
      field.value = day;
      card.querySelector("details").open = true;
      clock.focus();
      return;
    }
    field.value = day;
    clock.value = clock.defaultValue;
    card.classList.add("plan--lifted");
    form.requestSubmit();
  };

  // Whoever comes back to this page finds the times as they were.
  window.addEventListener("pageshow", () => {
    calendar.querySelectorAll(".move__form").forEach((form) => form.reset());
    calendar.querySelectorAll(".plan--lifted").forEach((card) => card.classList.remove("plan--lifted"));
  });
  calendar.addEventListener("dragstart", (event) => event.preventDefault());
  calendar.addEventListener("pointerdown", (event) => {
    const card = event.target.closest("[data-post]");
    if (held || !card || !event.isPrimary || event.button !== 0 || event.target.closest(".move")) return;
    if (event.pointerType !== "mouse" && !event.target.closest(".plan__grip")) return;
    held = { card, x: event.clientX, y: event.clientY, ghost: null, over: null };
  });
  document.addEventListener("pointermove", (event) => {
    if (!held || !event.isPrimary) return;
    const far = Math.hypot(event.clientX - held.x, event.clientY - held.y) > SLACK;
    if (!held.ghost && !far) return;
    if (!held.ghost) lift();
    held.x = event.clientX;
    held.y = event.clientY;
    follow();
  });
  document.addEventListener("pointerup", (event) => {
    if (!held || !event.isPrimary) return;
    const { card, ghost, over } = held;
    letGo();
    if (!ghost) return;
    // The click that ends a carrying opens nothing.
    const swallow = (click) => { click.preventDefault(); click.stopPropagation(); };
    window.addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => window.removeEventListener("click", swallow, { capture: true }), 0);
    if (over) drop(card, over.dataset.day);
  });
  document.addEventListener("pointercancel", () => held && letGo());
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && held) letGo(); });
});
// A thumbnail that is still being made is asked for once more; one that is not there leaves no hole.
document.addEventListener("error", (event) => {
  const picture = event.target;
  if (!(picture instanceof HTMLImageElement) || !picture.matches(".plan__picture")) return;
  if (picture.dataset.again) { picture.remove(); return; }
  picture.dataset.again = "1";
  picture.style.visibility = "hidden";
  picture.addEventListener("load", () => { picture.style.visibility = ""; }, { once: true });
  setTimeout(() => { picture.src = `${picture.src}?lagi=1`; }, 6000);
}, true);

// Inbox: what is left of the room for an answer, counted as Meta counts it (bytes, or letters in UTF-16).
document.querySelectorAll("textarea[data-count]").forEach((area) => {
  const limit = Number(area.dataset.limit);
  const count = document.createElement("output");
  count.htmlFor = area.id;
  const show = () => {
    const text = area.value.trim();
    const left = limit - (area.dataset.count === "bytes" ? new TextEncoder().encode(text).length : text.length);
    count.textContent = (left < 0 ? area.dataset.over : area.dataset.said).replace("{n}", Math.abs(left));
    count.className = left < 0 ? "count count--over" : "count";
  };
  area.addEventListener("input", show);
  area.after(count);
  show();
});
// Making a post: how many characters are left, and pictures that stand where their numbers say.
document.querySelectorAll("textarea[data-counted]").forEach((area) => {
  const left = document.createElement("p");
  left.className = "hint number making-left";
  const tell = () => {
    const count = Number(area.dataset.counted) - area.value.length;
    left.textContent = `${Math.abs(count)} ${count < 0 ? area.dataset.over : area.dataset.words}`;
    left.classList.toggle("wrong", count < 0);
  };
  area.after(left);
  area.addEventListener("input", tell);
  tell();
});
document.querySelectorAll("[data-sortable]").forEach((list) => list.addEventListener("change", (event) => {
  if (!event.target.matches("select")) return;
  const item = event.target.closest("li");
  const others = [...list.children].filter((each) => each !== item);
  list.insertBefore(item, others[Number(event.target.value) - 1] || null);
  [...list.children].forEach((each, at) => { each.querySelector("select").value = String(at + 1); });
  event.target.focus();
}));
