import { defineConfig } from "vitest/config";

const report = process.env["INTERLOCK_TEST_REPORT"];

/** CI counts the tests in a report of its own. */
const forCi: ["json", { outputFile: string }][] = report ? [["json", { outputFile: report }]] : [];

/** Tests of these folders start processes, or work on real repositories and stores, and take their time. */
const long = [
  "test/core/model/**",
  "test/execution/**",
  "test/log/sqlite/**",
  "test/log/postgres/**",
  "test/mcp/**",
  "test/cli/**",
  "test/whole/**",
  "test/simulation/**",
];

export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    // It must meet the same copy of graphql as our own code does, or it takes our schemas for those of strangers.
    server: { deps: { inline: ["@graphql-inspector/core"] } },
    reporters: ["default", ...forCi],
    // `npm run coverage` measures the core by its own tests.
    coverage: {
      provider: "v8",
      include: ["src/core/**/*.ts"],
      reporter: ["text", "text-summary"],
      thresholds: { branches: 95 },
    },
    projects: [
      { extends: true, test: { name: "unit", include: ["test/**/*.test.ts"], exclude: long } },
      {
        extends: true,
        test: {
          name: "long",
          include: long.map((folder) => `${folder}/*.test.ts`),
          globalSetup: "test/global-setup.ts",
        },
      },
    ],
  },
});
