// The times of a business on a day, for an appointment.

import { get } from "./api.js";
import { latest } from "./latest.js";

/** Null where a later question has overtaken it. */
export const slotsOf = latest((/** @type {{ service: string, day: string }} */ asked) =>
  get(`/api/v1/appointments/slots?${new URLSearchParams(asked)}`),
);
