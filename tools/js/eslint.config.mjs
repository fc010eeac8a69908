// Every script that a browser gets must run in the oldest one we promise: no syntax, built-in or web API that it lacks.

import compat from "eslint-plugin-compat";
import esx from "eslint-plugin-es-x";

const OLDEST = "chrome 90";

const NEWER = ["es2022", "es2023", "es2024", "esnext", "es2022-intl-api", "es2023-intl-api"];
/** What of it Chromium 90 has already. */
const IN_90 = [
  "class-instance-fields",
  "class-private-fields",
  "class-private-methods",
  "class-static-fields",
  "regexp-d-flag",
];
const rules = Object.assign({}, ...NEWER.map((year) => esx.configs[`flat/no-new-in-${year}`].rules));
for (const name of IN_90) rules[`es-x/no-${name}`] = "off";
/** The rules know no types: arrays have methods of the same names as iterators, and our own objects have an `at` and a
    `transfer`. A call of `at` is found by its form instead. */
const OF_OTHERS = /no-iterator-prototype-|no-(array|string)-prototype-at$|no-arraybuffer-prototype-transfer$/;
for (const rule of Object.keys(rules)) if (OF_OTHERS.test(rule)) rules[rule] = "off";
const AT = { selector: "CallExpression[callee.property.name='at']", message: "Array.prototype.at is of Chromium 92." };
/** Younger than Chromium 90, and not in the rules' data. */
const UNKNOWN = [
  { object: "AbortSignal", property: "timeout" },
  { object: "AbortSignal", property: "any" },
  { property: "checkVisibility" },
  { property: "showPopover" },
  { property: "startViewTransition" },
];

export default [
  {
    files: ["**/*.js"],
    ignores: ["**/vendor/**"],
    languageOptions: { ecmaVersion: "latest", sourceType: "module" },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    plugins: { compat, "es-x": esx },
    settings: { browsers: [OLDEST], lintAllEsApis: true, "es-x": { aggressive: true } },
    rules: {
      "compat/compat": "error",
      "no-restricted-properties": ["error", ...UNKNOWN],
      "no-restricted-syntax": ["error", AT],
      ...rules,
    },
  },
];
