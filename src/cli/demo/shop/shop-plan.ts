import { stringify } from "yaml";
import { command } from "./command.ts";
import { discount } from "./discount.ts";
import type { NodeScript } from "./node-script.ts";
import { readme } from "./readme.ts";
import { receipt } from "./receipt.ts";
import { search } from "./search.ts";
import { shipping } from "./shipping.ts";
import { stock } from "./stock.ts";
import { together } from "./together.ts";
import { vat } from "./vat.ts";
import { weight } from "./weight.ts";

/** The demo's nodes, in the order in which they stand in its plan. */
export const shopNodes: readonly NodeScript[] = [
  vat,
  weight,
  discount,
  shipping,
  search,
  stock,
  receipt,
  together,
  command,
  readme,
];

export const planId = "till";

/** The plan as a planner would write it into a file. */
export function shopPlanYaml(): string {
  return stringify({
    id: planId,
    title: "A till for a small shop",
    goal: "The till knows discount, shipping, VAT, weight and stock, and prints a receipt.",
    target: "main",
    nodes: shopNodes.map(({ steps: _, ...node }) => node),
  });
}
