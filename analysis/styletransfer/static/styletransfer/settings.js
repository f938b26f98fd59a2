// Takes the settings along where another picture or style is chosen, for each choice is another address. What was painted stays
// behind: it belongs to one picture. Without this the settings begin anew.
const form = document.querySelector("[data-settings]");

const settings = () => {
  const found = new FormData(form);
  for (const name of [...found.keys()]) {
    if (/^(csrfmiddlewaretoken|mask|part_.*)$/.test(name)) found.delete(name);
  }
  for (const box of form.querySelectorAll("input[type=checkbox]:not(:checked)")) found.set(box.name, "");
  return found;
};

if (form) {
  document.addEventListener("click", ({ target }) => {
    const link = target.closest("a");
    if (link?.pathname !== form.dataset.settings) return;
    const address = new URL(link.href);
    for (const [name, value] of settings()) address.searchParams.set(name, value);
    link.href = address.href;
  });
  for (const search of document.querySelectorAll(`form[action="${form.dataset.settings}"]`)) {
    search.addEventListener("formdata", ({ formData }) => {
      for (const [name, value] of settings()) formData.set(name, value);
    });
  }
}
