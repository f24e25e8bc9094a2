import js from "@eslint/js";
import { createTypeScriptImportResolver } from "eslint-import-resolver-typescript";
import { importX } from "eslint-plugin-import-x";
import svelte from "eslint-plugin-svelte";
import tseslint from "typescript-eslint";
import svelteConfig from "./svelte.config.js";
import { PACKAGES, ZONES } from "./zones.js";

const escaped = (name) => name.replaceAll("/", "\\/");

const zones = Object.entries(ZONES).map(([folder, allowed]) => ({
  target: `./src/${folder}`,
  from: "./src",
  except: [folder, ...allowed].map((name) => `./${name}`),
  message: `${folder} may import only ${[folder, ...allowed].join(", ")}.`,
}));

/** Bare imports only: what starts with a dot is the zones' concern. */
const packages = Object.entries(PACKAGES).map(([folder, allowed]) => ({
  files: [`src/${folder}/**/*.{ts,svelte}`],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: [
          {
            regex: `^(?!\\.${allowed.map((name) => `|${escaped(name)}($|/)`).join("")})`,
            message: `${folder} may import the packages: ${allowed.join(", ") || "none"}.`,
          },
        ],
      },
    ],
  },
}));

export default tseslint.config(
  { ignores: ["src/client/schema.ts"] },
  js.configs.recommended,
  {
    files: ["**/*.ts", "**/*.svelte"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: [".svelte"],
      },
    },
    rules: {
      // The compiler knows every name; ESLint does not know the browser's.
      "no-undef": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // A table of what keys do reads best with one call a line; the function's type says void.
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreVoidReturningFunctions: true }],
    },
  },
  svelte.configs.recommended,
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: tseslint.parser, svelteConfig } },
    rules: {
      // Both break the content security policy, or the promise that text stays text.
      "svelte/no-at-html-tags": "error",
      "svelte/no-inline-styles": "error",
      // A template's scripts are typed by svelte-check; these two misread its runes.
      "@typescript-eslint/no-unnecessary-condition": "off",
      "@typescript-eslint/no-confusing-void-expression": "off",
      // Props are taken apart in one statement, of which only those that are bound are assigned.
      "prefer-const": ["error", { destructuring: "all" }],
    },
  },
  {
    files: ["src/**/*.{ts,svelte}"],
    plugins: { "import-x": importX },
    // Without a resolver the zones pass everything.
    settings: { "import-x/resolver-next": [createTypeScriptImportResolver()] },
    rules: {
      "import-x/no-restricted-paths": ["error", { basePath: import.meta.dirname, zones }],
      "import-x/no-cycle": "error",
      "import-x/no-unresolved": "error",
      "max-lines": ["error", { max: 300 }],
    },
  },
  ...packages,
);
