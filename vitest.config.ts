import { defineConfig } from "vitest/config";

const report = process.env["INTERLOCK_TEST_REPORT"];

/** Tests of these folders start processes, or work on real repositories and stores, and take their time. */
const long = ["test/execution/**", "test/log/sqlite/**", "test/mcp/**", "test/cli/**", "test/whole/**"];

export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    reporters: ["default", ...(report ? [["json", { outputFile: report }] as const] : [])],
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
