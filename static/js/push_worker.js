// Shows the notices that are pushed to this browser, and opens the page each is about. Keeps nothing
// and answers no request: pages come from the server alone.

const HOME = "/account";

const page = (address) => {
  const url = new URL(address ?? HOME, self.location.origin);
  return url.origin === self.location.origin ? url.href : new URL(HOME, self.location.origin).href;
};

self.addEventListener("push", (event) => {
  const { id, title, body, opens } = event.data.json();
  const icon = "/static/img/mark.svg";
  // One id is one notice: sent again, it takes the place of itself without a sound.
  event.waitUntil(self.registration.showNotification(title, { body, icon, tag: id, data: page(opens) }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(page(event.notification.data)));
});
