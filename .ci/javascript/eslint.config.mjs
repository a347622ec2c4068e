// What the widgets' JavaScript is held to; prettier has its form.
import js from "@eslint/js";
import globals from "globals";

export default [
  js.configs.recommended,
  {
    files: ["**/*.mjs"],
    languageOptions: { ecmaVersion: 2022, sourceType: "module" },
    rules: {
      eqeqeq: "error",
      "no-shadow": "error",
      "no-var": "error",
      "one-var": ["error", "never"],
      "prefer-const": ["error", { destructuring: "all" }],
      complexity: ["error", 10],
    },
  },
  { files: ["lib/**"], languageOptions: { globals: globals.browser } },
  { files: ["tests/**", ".ci/**"], languageOptions: { globals: globals.node } },
];
