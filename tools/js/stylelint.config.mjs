// Every style sheet must be understood by the oldest browser we promise.

export default {
  plugins: ["stylelint-no-unsupported-browser-features"],
  rules: {
    "plugin/no-unsupported-browser-features": [true, { browsers: ["chrome 90"], severity: "error" }],
  },
};
