// Of the three ways to choose works only the chosen one's field is shown. Without this all are, and the kind decides.
const form = document.querySelector("[data-train]");
const fields = { selection: "selection", artist: "artist", filter: "query" };

function show() {
  const kind = form.elements.kind.value;
  for (const [name, field] of Object.entries(fields)) {
    form.querySelector(`[data-field="${field}"]`).hidden = name !== kind;
  }
}

form.elements.kind.addEventListener("change", show);
show();
