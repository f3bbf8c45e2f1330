// Shows what the push service brings while no page is open, and opens the page that it is about.

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("push", (event) => event.waitUntil(show(event.data.json())));
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data.to));
});

const isChat = (client) => new URL(client.url).pathname === "/admin/chat";
const windows = () => self.clients.matchAll({ type: "window", includeUncontrolled: true });

async function show({ title, text, tag, to, silent, always }) {
  const seen = (await windows()).some((client) => client.focused && isChat(client));
  if (seen && !always) return; // the list on the page says it
  const icon = new URL("icon_192.png", self.location).href;
  await self.registration.showNotification(title, { body: text, tag, renotify: true, silent, icon, badge: icon, data: { to } });
}

/** In the page of the chats that is open, where there is one: what is being written there is kept. */
async function open(to) {
  const address = new URL(to, self.location.origin).href;
  const page = (await windows()).find(isChat);
  try {
    await page.focus();
    await page.navigate(address);
  } catch {
    await self.clients.openWindow(address);
  }
}
