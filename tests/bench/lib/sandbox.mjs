// Which container of the outer engine belongs to a session.

import { docker } from "./docker.mjs";

export function sandboxOf(session) {
  const found = docker("ps", "-q", "--no-trunc", "--filter", `label=drydock.session=${session}`);
  if (!found || found.includes("\n")) throw new Error(`one container with drydock.session=${session} was expected; found: ${found}`);
  return found;
}
