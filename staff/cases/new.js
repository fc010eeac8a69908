// A complaint is taken in: at a counter while the customer is there, or from the opinion book.

import { post } from "#web/api.js";
import { $ } from "#web/dom.js";
import { complain } from "../shared/names.js";
import "#web/guard.js";

const LISTS = ["against", "readers"];
const form = $("#new");

async function take(event) {
  event.preventDefault();
  const button = $("#take");
  complain(null);
  button.disabled = true;
  try {
    const made = await post("/api/v1/cases", body());
    location.assign(`/desk/cases/${made.id}`);
  } catch (problem) {
    complain(problem);
    button.disabled = false;
  }
}

/** Fields that are empty are left out; the visit is one field of two. */
function body() {
  const given = new FormData(form);
  /** @type {Record<string, any>} */
  const fields = {};
  for (const [name, value] of given) if (value !== "" && !LISTS.includes(name)) fields[name] = value;
  for (const name of LISTS) fields[name] = given.getAll(name).filter((value) => value !== "");
  const { visit_day: day, visit_number: number, people, confidential, came_on: came, ...rest } = fields;
  return {
    ...rest,
    ...(number && { visit: { day, number } }),
    ...(came && { came_at: new Date(came).toISOString() }),
    people: Number(people || 1),
    confidential: Boolean(confidential),
  };
}

form.addEventListener("submit", take);
document.body.dataset.ready = "yes";
