// Who serves at this counter: in a branch with a register of staff the console asks for the staff number once.

import { $, given, say } from "#web/dom.js";
import { _ } from "#web/words.js";

const form = $("#sign-on");

/** Whether somebody has to sign on before anything is done here. An account of one person is never asked.
    @param {import("./page.js").Here} here */
export const asks = ({ mine: { person } }) => Boolean(form) && !(person && signedOnHere(person));

const signedOnHere = ({ account, session }) => account === given.account && session === given.session;

/** @param {import("./page.js").Here} here */
export function drawPerson(here) {
  const asking = asks(here);
  const { person } = here.mine;
  document.body.classList.toggle("asking", asking);
  say($("#person"), person && !asking ? _("No. {number} {name}", person) : "");
  $("#sign-off").hidden = !person || asking || !form;
  if (form && form.hidden === asking) show(asking);
}

function show(asking) {
  form.hidden = !asking;
  form.staff_number.value = "";
  if (asking) form.staff_number.focus();
}

/** @param {(staffNumber: string) => void} signOn */
export function signing(signOn) {
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    signOn(form.staff_number.value.trim());
  });
}
