/** The interface that the streams agree on: what there was to know at first, and what the requirement added. */
export const contractName = "FraudAlertsAPI";

/** The file in which the repository keeps the version in force. */
export const contractFile = "contracts/fraud-alerts.json";

const firstFields = { id: "string", timestamp: "string", amount: "number", reason: "string" } as const;

/** What the analyst finds out an hour later. */
export const addedFields = ["ip_address", "device_id"] as const;

export const firstContract = openApi("0.1.0", firstFields);

export const secondContract = openApi("0.2.0", {
  ...firstFields,
  ...Object.fromEntries(addedFields.map((field) => [field, "string"])),
});

function openApi(version: string, fields: Readonly<Record<string, string>>): string {
  const alert = { $ref: "#/components/schemas/Alert" };
  const answer = { "application/json": { schema: { type: "array", items: alert } } };
  const document = {
    openapi: "3.1.0",
    info: { title: "Fraud alerts", version },
    paths: {
      "/alerts": {
        get: {
          summary: "The newest alerts, newest first",
          responses: { 200: { description: "Alerts", content: answer } },
        },
      },
    },
    components: {
      schemas: {
        Alert: {
          type: "object",
          required: Object.keys(fields),
          properties: Object.fromEntries(Object.entries(fields).map(([name, type]) => [name, { type }])),
        },
      },
    },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
