// Loaded by every page. What only some pages have looks for its place first.

import { bridge } from "./bridge.ts";
import { followEngine } from "./engine-panes.ts";
import { decorateCode } from "./code.ts";
import { followContents } from "./contents.ts";
import { wakeIslands } from "./islands.ts";
import { followLive } from "./live.ts";
import { listenForPanes } from "./panes.ts";
import { reloadOnChange } from "./reload.ts";
import { listenForKeys } from "./shortcuts.ts";
import { wakeSimulators } from "./simulators.ts";
import { makeSplits } from "./split.ts";
import { followHandIn } from "./submit.ts";
import { themeButton } from "./theme-button.ts";

declare global {
  var drydock: typeof bridge;
  // Leptos reads these when islands wait for data of the server; ours never do.
  var __RESOLVED_RESOURCES: unknown[];
  var __SERIALIZED_ERRORS: unknown[];
  var __INCOMPLETE_CHUNKS: unknown[];
}

globalThis.drydock = bridge;
globalThis.__RESOLVED_RESOURCES = [];
globalThis.__SERIALIZED_ERRORS = [];
globalThis.__INCOMPLETE_CHUNKS = [];

void wakeIslands();
void wakeSimulators();
themeButton();
decorateCode();
followContents();
makeSplits();
listenForPanes();
followEngine();
listenForKeys();
reloadOnChange();
followHandIn();
followLive();
