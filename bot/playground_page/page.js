"use strict";
// Shows what the server says and sends back what is done. All HTML in `html` fields is made and escaped by the server; everything else is set as text.
const at = (id) => document.getElementById(id);
const shown = {me: "", customer: "", place: "direct", etag: "", state: null, view: "", counts: {}, stranger: null};

const IDEAS = [
  "It looks good, but honestly we can't afford this right now.",
  "Price isn't the issue, my partner is.",
  "How long does it take to set up?",
  "We already work with somebody for this.",
  "Great, send me the contract!",
];
const TRIES = ["/suggest that is over our budget", "/playbook budget", "/playbook strategies", "what can you do?", "who asked about the price?", "/deal list", "/zone ledger", "how do I answer 'too expensive' from a clinic?", "which deals went quiet?"];

async function ask(path, body) {
  const answer = await fetch(path, {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify({person: shown.me, ...body})});
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(said.error || "The playground does not answer: is it still running in the terminal?");
  return said;
}

async function act(path, body) {
  try {
    const said = await ask(path, body);
    await refresh();
    return said;
  } catch (error) {
    notice(error.message);
    return null;
  }
}

function notice(text) {
  at("notice").textContent = text;
  at("notice").hidden = false;
  clearTimeout(notice.timer);
  notice.timer = setTimeout(() => { at("notice").hidden = true; }, 7000);
}

let asking = Promise.resolve();
function refresh() {
  asking = asking.then(fetchState, fetchState);
  return asking;
}

async function fetchState() {
  const query = new URLSearchParams({person: shown.me, customer: shown.customer});
  let answer;
  try {
    answer = await fetch(`/state?${query}`, {headers: shown.etag ? {"If-None-Match": shown.etag} : {}});
  } catch {
    notice("The playground does not answer: is it still running in the terminal?");
    return;
  }
  if (answer.status === 304) return;
  if (!answer.ok) { notice((await answer.json()).error); return; }
  shown.etag = answer.headers.get("ETag") || "";
  draw(await answer.json());
}

function draw(state) {
  const before = shown.state;
  shown.state = state;
  shown.me = state.me.slug;
  if (!shown.stranger) shown.customer = state.customer;
  if (!before) options(at("people"), state.people.map((one) => [one.slug, one.name]), shown.me);
  drawContacts(state);
  drawThread(state);
  drawSlack();
  drawWindow(state.view);
}

function options(select, pairs, chosen) {
  select.replaceChildren(...pairs.map(([value, text]) => new Option(text, value, false, value === chosen)));
}

function element(tag, kind, text) {
  const made = document.createElement(tag);
  if (kind) made.className = kind;
  if (text !== undefined) made.textContent = text;
  return made;
}

function drawContacts(state) {
  const rows = state.contacts.map((one) => {
    const row = element("li");
    const press = element("button", one.number === shown.customer ? "on" : "", one.name);
    press.type = "button";
    press.onclick = () => { shown.stranger = null; shown.customer = one.number; shown.etag = ""; refresh(); };
    row.append(press);
    return row;
  });
  at("contacts").replaceChildren(...rows);
}

function current(state) {
  const known = state.contacts.find((one) => one.number === shown.customer);
  return known || shown.stranger || {name: "", number: ""};
}

function drawThread(state) {
  const who = current(state);
  if (shown.stranger && state.contacts.some((one) => one.number === shown.stranger.number)) shown.stranger = null;
  at("customer-name").textContent = who.name;
  at("customer-number").textContent = who.number;
  at("customer-label").textContent = "Write on WhatsApp";
  at("side-customer").textContent = who.name || "The customer";
  at("side-marketer").textContent = `You, ${state.me.name},`;
  at("customer-text").placeholder = who.name ? "Type a WhatsApp message" : "Start with a new customer";
  const parts = [];
  let day = "";
  for (const one of state.customer === shown.customer ? state.thread : []) {
    if (one.day !== day) parts.push(element("div", "day", one.day));
    day = one.day;
    const bubble = element("div", one.mine ? "bubble mine" : "bubble", one.text);
    bubble.append(element("i", "", one.status ? `${one.at} ${one.status}` : one.at));
    parts.push(bubble);
  }
  const box = at("thread");
  box.replaceChildren(...parts);
  box.scrollTop = box.scrollHeight;
}

const NOTES = {direct: "only you see this conversation", home: "only you see this", channel: "everybody sees this channel; what is marked is for your eyes only", sales: "everybody sees this channel; what is marked is for your eyes only"};

function drawSlack() {
  const state = shown.state;
  for (const press of document.querySelectorAll(".place")) {
    const place = press.dataset.place;
    const count = place === "home" ? 0 : state.places[place].length;
    const fresh = place !== shown.place && count > (shown.counts[place] ?? count);
    press.classList.toggle("on", place === shown.place);
    press.classList.toggle("new", fresh);
    if (!fresh) shown.counts[place] = count;
  }
  at("place-name").textContent = {direct: "Tradecraft", home: "Tradecraft: Home", channel: "# general", sales: "# sales"}[shown.place];
  at("place-note").textContent = NOTES[shown.place];
  at("slack-form").hidden = shown.place === "home";
  at("slack-form").style.display = shown.place === "home" ? "none" : "";
  const box = at("messages");
  const low = box.scrollHeight - box.scrollTop - box.clientHeight < 80;
  if (shown.place === "home") {
    box.innerHTML = state.home || '<div class="waiting">Opening the home tab…</div>';
    for (const used of box.querySelectorAll("[data-action]")) used.dataset.where = "home";
    return;
  }
  box.replaceChildren(...state.places[shown.place].map(drawMessage));
  if (!state.places[shown.place].length) box.append(element("div", "waiting", "Nothing yet. Let a customer write on the left, or try something from the list."));
  if (low) box.scrollTop = box.scrollHeight;
}

function drawMessage(one) {
  const row = element("article", `message${one.only ? " only" : ""}${one.reply ? " reply" : ""}`);
  const content = element("div", "content");
  const by = element("div", "by");
  by.append(element("b", "", one.who));
  if (one.app) by.append(element("span", "app", "APP"));
  by.append(element("span", "at", ` ${one.at}`));
  content.append(by);
  if (one.only) content.append(element("div", "eyes", "Only visible to you"));
  const body = element("div", "blocks");
  body.innerHTML = one.html;
  for (const used of body.querySelectorAll("[data-action]")) used.dataset.where = one.where;
  content.append(body);
  row.append(element("div", one.app ? "avatar" : "avatar person", one.who[0]), content);
  return row;
}

function drawWindow(view) {
  const dialog = at("window");
  const key = view ? view.id + view.html : "";
  if (key === shown.view) return;
  shown.view = key;
  if (!view) { dialog.close(); return; }
  dialog.querySelector("h1").textContent = view.title;
  const body = dialog.querySelector(".body");
  body.innerHTML = view.html;
  for (const used of body.querySelectorAll("[data-action]")) used.dataset.where = "view";
  const close = element("button", "", view.close);
  close.value = "close";
  const feet = [close];
  if (view.submit) {
    const send = element("button", "primary", view.submit);
    send.value = "send";
    feet.push(send);
  }
  dialog.querySelector(".feet").replaceChildren(...feet);
  if (!dialog.open) dialog.showModal();
}

function filled(box) {
  const values = {};
  for (const one of box.querySelectorAll("[data-block][data-action]")) {
    if (one.tagName === "BUTTON" || !one.dataset.block) continue;
    if (one.classList.contains("choices")) values[one.dataset.block] = [...one.querySelectorAll("input:checked")].map((each) => each.value);
    else if (one.tagName === "SELECT" && one.multiple) values[one.dataset.block] = [...one.selectedOptions].map((each) => each.value);
    else values[one.dataset.block] = one.dataset.kind.includes("external") ? (one.dataset.value || "") : one.value;
    if (one.dataset.kind === "radio_buttons") values[one.dataset.block] = values[one.dataset.block][0] || "";
  }
  return values;
}

document.addEventListener("click", async (event) => {
  const used = event.target.closest("button[data-action]");
  if (!used) return;
  event.preventDefault();
  if (used.dataset.url) { window.open(used.dataset.url, "_blank", "noreferrer"); return; }
  if (used.dataset.confirm && !window.confirm(used.dataset.confirm)) return;
  used.disabled = true;
  await act("/click", {where: used.dataset.where, action: used.dataset.action, value: used.dataset.value});
  used.disabled = false;
});

document.addEventListener("change", (event) => {
  const used = event.target.closest("select[data-action], input[data-kind='datepicker'][data-action]");
  if (used && (used.dataset.where !== "view" || used.closest(".buttons, .beside")) && used.value) act("/click", {where: used.dataset.where, action: used.dataset.action, value: used.value});
});

document.addEventListener("input", async (event) => {
  const list = event.target.closest("input[data-kind*='external'][data-action]");
  if (!list) return;
  delete list.dataset.value;
  clearTimeout(list.waiting);
  list.waiting = setTimeout(async () => {
    let found;
    try {
      found = await ask("/options", {block: list.dataset.block, action: list.dataset.action, typed: list.value});
    } catch (error) { notice(error.message); return; }
    list.parentElement.querySelector(".options")?.remove();
    const box = element("div", "options");
    for (const option of found.options.slice(0, 8)) {
      const row = element("div", "", option.text);
      row.onclick = () => { list.value = option.text; list.dataset.value = option.value; box.remove(); };
      box.append(row);
    }
    list.after(box);
  }, 250);
});

at("window").addEventListener("submit", async (event) => {
  event.preventDefault();
  const dialog = at("window");
  if (event.submitter?.value !== "send") { await act("/close", {}); return; }
  const said = await act("/submit", {values: filled(dialog)});
  dialog.querySelectorAll(".fault").forEach((one) => one.remove());
  for (const [block, text] of Object.entries((said && said.errors) || {})) {
    dialog.querySelector(`[data-block="${CSS.escape(block)}"]`)?.after(element("div", "fault", text));
  }
});
at("window").addEventListener("cancel", (event) => { event.preventDefault(); act("/close", {}); });

at("customer-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const who = current(shown.state);
  if (!who.number) { at("stranger").showModal(); return; }
  const text = at("customer-text").value;
  at("customer-text").value = "";
  const side = at("customer-form").querySelector("[name=side]:checked").value;
  await act(side === "customer" ? "/customer" : "/marketer", {number: who.number, name: who.name, text});
});

at("slack-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = at("slack-text").value;
  at("slack-text").value = "";
  at("messages").scrollTop = at("messages").scrollHeight;
  await act("/slack", {place: shown.place, text});
});

async function drop(file) {
  if (!file) return;
  const url = await new Promise((done) => { const reader = new FileReader(); reader.onload = () => done(reader.result); reader.readAsDataURL(file); });
  document.querySelector('[data-place="direct"]').click();
  await act("/drop", {name: file.name, content: url.slice(url.indexOf(",") + 1)});
}

at("file").onchange = async () => { await drop(at("file").files[0]); at("file").value = ""; };
at("slack").addEventListener("dragover", (event) => event.preventDefault());
at("slack").addEventListener("drop", (event) => { event.preventDefault(); drop(event.dataTransfer.files[0]); });

for (const box of ["customer-text", "slack-text"]) {
  at(box).addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); at(box).form.requestSubmit(); }
  });
}

for (const press of document.querySelectorAll(".place")) {
  press.onclick = () => {
    shown.place = press.dataset.place;
    drawSlack();
    at("messages").scrollTop = shown.place === "home" ? 0 : at("messages").scrollHeight;
    if (shown.place === "home") act("/home", {});
  };
}

at("people").onchange = async () => {
  await ask("/close", {}).catch(() => {});
  Object.assign(shown, {me: at("people").value, customer: "", etag: "", stranger: null, counts: {}});
  await refresh();
  if (shown.place === "home") act("/home", {});
};

at("new-customer").onclick = () => at("stranger").showModal();
at("stranger").addEventListener("close", () => {
  if (at("stranger").returnValue !== "ok") return;
  const digits = at("stranger-number").value.replace(/\D/g, "");
  shown.stranger = {name: at("stranger-name").value.trim(), number: `+${digits}`};
  shown.customer = shown.stranger.number;
  drawContacts(shown.state);
  drawThread(shown.state);
  at("customer-text").focus();
});

for (const idea of IDEAS) {
  const press = element("button", "", idea);
  press.type = "button";
  press.onclick = () => { at("customer-text").value = idea; at("customer-text").focus(); };
  at("ideas").append(press);
}
for (const one of TRIES) {
  const press = element("button", "", one);
  press.type = "button";
  press.onclick = () => { if (shown.place === "home") document.querySelector('[data-place="direct"]').click(); act("/slack", {place: shown.place, text: one}); };
  at("tries").append(press);
}

refresh();
setInterval(refresh, 800);
