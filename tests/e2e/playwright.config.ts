import { defineConfig } from "@playwright/test";

// Debian's Chromium: nothing is downloaded. The flags keep it from asking anybody outside for anything.
const flags = [
  "--headless=new",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export default defineConfig({
  testDir: "specs",
  outputDir: "../../test-results/e2e",
  globalSetup: "./support/global-setup.ts",
  reporter: [["list"], ["json", { outputFile: "../../test-results/e2e.json" }]],
  // Labs start real engines: two at once is what two cores carry.
  workers: 2,
  fullyParallel: false,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  use: {
    actionTimeout: 15_000,
    browserName: "chromium",
    viewport: { width: 1280, height: 800 },
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: flags,
    },
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
  },
});
