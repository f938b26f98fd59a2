// The breeding bench: what is picked gets a weight each, buttons wake when enough is picked, arrows and letters work among
// the pictures. Without this the form works all the same, with equal weights.
const bench = document.querySelector("[data-bench]");
const list = bench.querySelector("[data-picked]");
const row = bench.querySelector("[data-picked-row]");
const words = bench.querySelector("[data-picked-word]").dataset;
const picked = [];

bench.addEventListener("change", ({ target }) => {
  if (!target.matches("[name=parent]")) return;
  const place = picked.indexOf(target.value);
  if (target.checked && place < 0) picked.push(target.value);
  if (!target.checked && place >= 0) picked.splice(place, 1);
  for (const twin of bench.querySelectorAll(`[name=parent][value="${target.value}"]`)) twin.checked = target.checked;
  show();
});

bench.addEventListener("input", ({ target }) => {
  if (!target.matches("input[type=range]")) return;
  target.parentElement.querySelector("output").value = target.value;
});

function show() {
  const weights = new Map([...list.querySelectorAll("input")].map((input) => [input.name, input.value]));
  list.replaceChildren(...picked.map((key, place) => rowOf(key, place, weights.get(`weight-${key}`) ?? "1")));
  bench.querySelector("[data-none-picked]").hidden = picked.length > 0;
  for (const button of bench.querySelectorAll("[data-least]")) button.disabled = picked.length < Number(button.dataset.least);
  for (const select of bench.querySelectorAll("[data-layer]")) offer(select);
}

function rowOf(key, place, weight) {
  const item = row.content.cloneNode(true);
  const input = item.querySelector("input");
  const label = item.querySelector("label");
  const box = bench.querySelector(`[name=parent][value="${key}"]`);
  item.querySelector("img").src = bench.querySelector(`label[for="${box.id}"] img`).src;
  input.name = input.id = `weight-${key}`;
  input.value = item.querySelector("output").value = weight;
  label.htmlFor = input.id;
  label.textContent = `${words.pickedWord} ${place + 1}`;
  return item;
}

function offer(select) {
  const chosen = select.value;
  while (select.options.length > 1) select.remove(1);
  picked.forEach((_key, place) => select.add(new Option(`${words.placeWord} ${place + 1}`, String(place))));
  select.value = [...select.options].some((option) => option.value === chosen) ? chosen : "";
}

// The order of picking decides which parent is which: the form's boxes come in the page's order, so they are sent by it.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.elt !== bench) return;
  detail.formData.delete("parent");
  for (const key of picked) detail.formData.append("parent", key);
});

document.addEventListener("htmx:afterSwap", () => {
  const there = new Set([...bench.querySelectorAll("[name=parent]:checked")].map((box) => box.value));
  for (const key of [...picked]) if (!there.has(key)) picked.splice(picked.indexOf(key), 1);
  show();
});

function step(event, boxes) {
  const columns = getComputedStyle(event.target.closest("ul")).gridTemplateColumns.split(" ").length;
  const moves = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns };
  const next = boxes[boxes.indexOf(event.target) + moves[event.key]];
  if (!(event.key in moves)) return false;
  next?.focus();
  return true;
}

bench.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !event.target.matches("[name=parent]")) return;
  const boxes = [...event.target.closest("ul").querySelectorAll("[name=parent]")];
  const button = bench.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (step(event, boxes)) event.preventDefault();
  else if (button && !button.disabled) {
    event.preventDefault();
    button.click();
  } else if (event.key === "Enter") {
    event.preventDefault();
    event.target.click();
  }
});

for (const box of bench.querySelectorAll("[name=parent]:checked")) picked.push(box.value);
show();
