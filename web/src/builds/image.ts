// The image that came out: its size, and each layer to scale.

import { element } from "../dialog.ts";
import type { Detail } from "./model.ts";
import { change, size } from "./words.ts";

/** Empty for a build without an image. */
export function image(build: Detail): HTMLElement[] {
  if (build.image_size === null || build.layers.length === 0) return [];
  const title = element("p", { class: "build-image-title" }, "→ ");
  title.append(element("strong", {}, build.image ?? "image without a name"), ` · ${size(build.image_size)}`);
  if (build.size_change !== null && build.compared_with) {
    title.append(` (${change(build.size_change)} against build ${build.compared_with.number})`);
  }
  const largest = Math.max(1, ...build.layers.map((layer) => layer.size));
  const base = build.layers.filter((layer) => layer.base);
  const own = build.layers.filter((layer) => !layer.base);
  const row = (name: string, bytes: number, kind: string) => {
    const bar = element("span", { class: "build-bar" });
    bar.style.width = `${(100 * bytes) / Math.max(largest, total(base))}%`;
    return element(
      "li",
      { class: "build-layer", "data-kind": kind },
      element("span", { class: "build-step-name", title: name }, name),
      element("span", { class: "build-track", "aria-hidden": "true" }, bar),
      element("span", { class: "build-verdict" }, size(bytes)),
    );
  };
  const rows = own.map((layer) => row(layer.name, layer.size, "own"));
  if (base.length > 0) {
    rows.unshift(row(`base image: ${base.length} ${base.length === 1 ? "layer" : "layers"}`, total(base), "base"));
  }
  return [title, element("ul", { class: "build-layers", "aria-label": "Layers of the image" }, ...rows)];
}

const total = (layers: { size: number }[]) => layers.reduce((sum, layer) => sum + layer.size, 0);
