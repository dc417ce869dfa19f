// Passkeys: holds the ceremony and sends its outcome with an ordinary form.
// Without this file, or where the browser has no passkeys, those forms stay hidden.

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const known = (list) => (list ?? []).map((each) => ({ ...each, id: bytes(each.id) }));

const options = (creating, asked) => {
  const native = PublicKeyCredential[`parse${creating ? "Creation" : "Request"}OptionsFromJSON`];
  if (native) return native.call(PublicKeyCredential, asked);
  const read = { ...asked, challenge: bytes(asked.challenge) };
  if (!creating) return { ...read, allowCredentials: known(asked.allowCredentials) };
  read.user = { ...asked.user, id: bytes(asked.user.id) };
  return { ...read, excludeCredentials: known(asked.excludeCredentials) };
};

const written = (made) => {
  if (made.toJSON) return made.toJSON();
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
    if (made.response[name]) response[name] = text(made.response[name]);
  response.transports = made.response.getTransports?.();
  return { id: made.id, rawId: text(made.rawId), type: made.type, response, clientExtensionResults: {} };
};

// Tell the server with the form whether this device can make one.
const able = document.querySelector("input[name=passkeys_able]");
if (able)
  window.PublicKeyCredential?.isUserVerifyingPlatformAuthenticatorAvailable?.()
    .then((can) => (able.value = can ? "1" : ""))
    .catch(() => {});

let waiting; // the ceremony that waits for the person to choose from a field

const hold = async (form, mediation) => {
  const creating = form.dataset.passkey === "create";
  const publicKey = options(creating, JSON.parse(form.dataset.request));
  waiting?.abort();
  waiting = new AbortController();
  const asked = { publicKey, mediation, signal: waiting.signal };
  const made = await navigator.credentials[creating ? "create" : "get"](asked);
  form.elements.credential.value = JSON.stringify(written(made));
  form.submit();
};

const say = (form, outcome) => {
  form.querySelector("[role=status]").textContent = form.dataset[outcome] ?? "";
};

const press = async (form, button) => {
  button.setAttribute("aria-busy", "true");
  say(form, "waiting");
  try {
    await hold(form);
  } catch (error) {
    const outcomes = { InvalidStateError: "already", NotSupportedError: "unsupported" };
    say(form, outcomes[error.name] ?? "cancelled");
    button.removeAttribute("aria-busy");
  }
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) break;
  const button = form.querySelector("button");
  button.addEventListener("click", () => press(form, button));
  form.hidden = false;
  if ("autofill" in form.dataset)
    PublicKeyCredential.isConditionalMediationAvailable?.()
      .then((can) => can && hold(form, "conditional"))
      .catch(() => {});
}

for (const other of document.querySelectorAll("[data-without-passkey]"))
  other.hidden = Boolean(window.PublicKeyCredential);
