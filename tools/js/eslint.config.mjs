// Every script that a browser gets must run in the oldest one we promise: no syntax, built-in or web API that it lacks.

import compat from "eslint-plugin-compat";
import esx from "eslint-plugin-es-x";

const OLDEST = "chrome 90";

export default [
  {
    files: ["**/static/**/*.js"],
    ignores: ["**/vendor/**"],
    languageOptions: { ecmaVersion: "latest", sourceType: "module" },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    plugins: { compat, "es-x": esx },
    settings: { browsers: [OLDEST], lintAllEsApis: true, "es-x": { aggressive: true } },
    rules: {
      "compat/compat": "error",
      ...esx.configs["flat/no-new-in-esnext"].rules,
      ...esx.configs["flat/no-new-in-es2025"].rules,
      ...esx.configs["flat/no-new-in-es2024"].rules,
      ...esx.configs["flat/no-new-in-es2023"].rules,
      ...esx.configs["flat/no-new-in-es2022"].rules,
    },
  },
];
