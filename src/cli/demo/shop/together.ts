import type { NodeScript } from "./node-script.ts";

/** Nobody works on it: it lands by itself when all these have landed and their combination passes the gates. */
export const together: NodeScript = {
  id: "together",
  kind: "sync",
  title: "All parts together",
  instructions: "",
  depends_on: ["discount", "shipping", "weight", "receipt", "search", "stock"],
  steps: [],
};
