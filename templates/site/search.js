// The search of the site: asks the index that stands beside these pages, and no other host.
const form = document.querySelector("form.search");
const found = document.getElementById("found");
const count = document.getElementById("count");
const field = document.getElementById("words");
let asked = 0;

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

function entry(page) {
  const item = document.createElement("li");
  const title = document.createElement("h2");
  const link = element("a", page.meta.title);
  link.href = page.url;
  title.append(link);
  item.append(title, element("p", page.excerpt.replace(/<[^>]*>/g, "").replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&")));
  return item;
}

async function search(index) {
  const mine = ++asked;
  const words = field.value.trim();
  const results = words ? (await index.search(words)).results : [];
  const pages = await Promise.all(results.slice(0, 30).map((one) => one.data()));
  if (mine !== asked) return;
  found.replaceChildren(...pages.map(entry));
  const said = results.length === 1 ? form.dataset.one : form.dataset.many.replace("{number}", results.length);
  count.textContent = words ? (results.length ? said : form.dataset.none) : "";
}

try {
  const index = await import(new URL(form.dataset.index, location.href));
  await index.init();
  form.hidden = false;
  form.addEventListener("submit", (event) => { event.preventDefault(); search(index); });
  field.addEventListener("input", () => search(index));
  const wanted = new URLSearchParams(location.search).get("q");
  if (wanted) { field.value = wanted; search(index); }
} catch {
  form.hidden = true;
}
