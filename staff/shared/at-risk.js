// What a page says when the browser stores nothing more of what waits.

import { _ } from "#web/words.js";

export const AT_RISK = _(
  "This tablet's storage is full: what waits is lost when this page is closed. Leave it open until the connection is back.",
);
