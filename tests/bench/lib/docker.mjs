// The outer engine: its command line for plain things, its API where a raw tty is needed.

import { execFileSync } from "node:child_process";
import { request } from "node:http";

/** Runs the command line and gives what it printed. */
export function docker(...args) {
  return execFileSync("docker", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
}

const lines = (text) => text.split("\n").filter(Boolean);

/** The sandboxes on the engine. */
export const sandboxes = () => lines(docker("ps", "-aq", "--no-trunc", "--filter", "label=drydock.owner"));

/** Everything of Drydock's that is on the engine. */
export function onEngine() {
  return [
    ...sandboxes(),
    ...lines(docker("volume", "ls", "-q", "--filter", "label=drydock.owner")),
  ];
}

function address() {
  const host = process.env.DOCKER_HOST ?? "unix:///var/run/docker.sock";
  if (host.startsWith("unix://")) return { socketPath: host.slice("unix://".length) };
  const { hostname, port } = new URL(host);
  return { host: hostname, port };
}

function post(path, body, upgrade) {
  return new Promise((done, fail) => {
    const json = JSON.stringify(body);
    const call = request({
      ...address(),
      method: "POST",
      path,
      headers: {
        "Content-Type": "application/json",
        "Content-Length": Buffer.byteLength(json),
        ...(upgrade ? { Connection: "Upgrade", Upgrade: "tcp" } : {}),
      },
    });
    call.on("error", fail);
    call.on("upgrade", (_, socket) => done(socket));
    call.on("response", (response) => {
      let text = "";
      response.on("data", (chunk) => (text += chunk));
      response.on("end", () =>
        response.statusCode < 300 && !upgrade ? done(JSON.parse(text)) : fail(new Error(`${path}: ${text}`)),
      );
    });
    call.end(json);
  });
}

/** `docker exec -it` without the command line between: a socket that is the tty. */
export async function execTty(container, command) {
  const { Id } = await post(`/containers/${container}/exec`, {
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Tty: true,
    Cmd: command,
  });
  const socket = await post(`/exec/${Id}/start`, { Tty: true, Detach: false }, true);
  socket.setNoDelay?.(true);
  return socket;
}
