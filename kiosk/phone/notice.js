// Being told although the page is closed: by web push where the browser has it, by the bank's gateway where there is one.
// A line says which of them works on this phone.

import { post } from "#web/api.js";
import { $, given, say } from "#web/dom.js";
import { _, refusal } from "#web/words.js";

const WORKER = "/static/kiosk/phone/worker.js";
const LINES = {
  on: _("This phone is notified when it is almost your turn, even with the page closed."),
  able: _("Touch the button above to be notified even with the page closed."),
  denied: _("Notifications are switched off for this page: please keep it open, or allow them in the browser."),
  none: _("This phone cannot be notified with the page closed: please keep it open."),
};

const isAble = () =>
  isSecureContext && "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

/** @param {keyof typeof LINES} how */
const line = (how) => say($("#notice-line"), LINES[how]);

/** Ask the browser's maker, then the branch. A browser whose push service cannot be reached says so only now.
    @param {(body: object) => Promise<any>} ask */
async function subscribe(ask) {
  if ((await Notification.requestPermission()) !== "granted") return line("denied");
  try {
    const worker = await navigator.serviceWorker.register(WORKER);
    const options = { userVisibleOnly: true, applicationServerKey: bytes(given.pushKey) };
    await ready(worker);
    const push = (await worker.pushManager.getSubscription()) ?? (await worker.pushManager.subscribe(options));
    const { endpoint, keys } = push.toJSON();
    await ask({ push: { endpoint, keys } });
    return line("on");
  } catch {
    return line("none");
  }
}

/** Until the worker is at work: none before can be subscribed for.
    @param {ServiceWorkerRegistration} registration */
const ready = ({ active, installing, waiting }) =>
  active ??
  new Promise((resolve) => {
    const coming = installing ?? waiting;
    coming?.addEventListener("statechange", () => coming.state === "activated" && resolve(coming));
  });

/** @param {string} text */
const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));

/** @param {string} id
    @param {string} token */
export function notices(id, token) {
  const ask = (body) => post(`/api/v1/tickets/${id}/notice?token=${token}`, body);
  const able = isAble();
  line(!able ? "none" : Notification.permission === "denied" ? "denied" : "able");
  if (able) $("#arm").addEventListener("click", () => subscribe(ask), { once: true });
  $("#gateway")?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    try {
      await ask({ telephone: form.telephone.value });
      form.hidden = true;
      say($("#notice-line"), _("A message is sent to this number when it is almost your turn."));
    } catch (problem) {
      $("#problem").hidden = false;
      say($("#problem span"), refusal(problem));
    }
  });
}
