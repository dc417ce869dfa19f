// Asks the server what it thinks of the form while it is being filled in. The server asks again
// when it is sent; the button to check does the same without this file.

const PAUSE = 600; // ms without a key
const form = document.getElementById("client-form");
const list = document.getElementById("findings");
const button = document.getElementById("client-check");
let waiting, asking;

async function check() {
  clearTimeout(waiting);
  asking?.abort();
  asking = new AbortController();
  button.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(list.dataset.address, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      headers: { Accept: "application/json" },
      redirect: "error", // signed out meanwhile: the form itself will say so
      signal: asking.signal,
    });
    if (answer.ok) show(await answer.json());
  } catch (problem) {
    if (problem.name === "AbortError") return; // a newer question is on its way
  }
  button.removeAttribute("aria-busy");
}

function show({ findings, command }) {
  const items = findings.map(({ state, text }) => {
    const item = document.getElementById(`finding-${state}`).content.cloneNode(true);
    item.querySelector(".finding-text").textContent = text;
    return item;
  });
  document.getElementById("findings-none").hidden = items.length > 0;
  document.getElementById("command").textContent = command;
  const said = findings.map(({ state, text }) => state + text).join("\n");
  if (list.dataset.said !== said) list.replaceChildren(...items); // read out only what changed
  list.dataset.said = said;
}

form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(check, PAUSE);
});
form.addEventListener("change", check);
button.addEventListener("click", (event) => {
  event.preventDefault();
  check();
});
check();
