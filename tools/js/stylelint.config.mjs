// Every style sheet must be understood by the oldest browser we promise.

/** Not understood by Chromium 90, which does without: the page is whole at once and moves a little when its script comes. */
const DOES_WITHOUT = ["css-media-scripting"];

export default {
  plugins: ["stylelint-no-unsupported-browser-features"],
  rules: {
    "declaration-block-single-line-max-declarations": 1,
    // a size of text and a space are steps of tokens.css, a part of what is around, or of the screen's own measure
    "declaration-property-value-disallowed-list": {
      "font-size": [/^[\d.]+(rem|px|pt)$/],
      "/^(margin|padding|gap|row-gap|column-gap)/": [/\d(rem|px|pt)/],
    },
    "plugin/no-unsupported-browser-features": [
      true,
      { browsers: ["chrome 90"], ignore: DOES_WITHOUT, ignorePartialSupport: true, severity: "error" },
    ],
    // what the data of caniuse does not know: transforms of their own (104), nesting, layers, mixed colours
    "property-disallowed-list": ["translate", "rotate", "scale", "container", "container-type", "container-name"],
    "at-rule-disallowed-list": ["container", "layer", "scope", "starting-style"],
    "function-disallowed-list": ["color-mix", "light-dark", "oklch", "oklab", "lab", "lch", "color"],
    "selector-pseudo-class-disallowed-list": ["has", "user-invalid", "user-valid", "popover-open"],
    "unit-disallowed-list": ["dvh", "dvw", "svh", "svw", "lvh", "lvw", "cqw", "cqh", "cqi", "cqb", "cqmin", "cqmax"],
  },
};
