// Why a service that must be recorded has no recording.

import { _ } from "#web/words.js";

export const NO_SALE = {
  declined: _("the customer does not agree to be recorded"),
  unsuitable: _("the product does not suit the customer"),
  no_sale: _("nothing was to be sold"),
};
export const OVERRIDES = {
  equipment: _("the equipment failed"),
  elsewhere: _("recorded in another system"),
  not_needed: _("this business needs none"),
};
