/** An API with what a mock must understand: parameters, bodies, references, a circle, what travels one way only, several answers. */
export const alertsApi = `
openapi: 3.0.3
info: {title: Alerts, version: "1"}
servers: [{url: "https://api.example.com/v1"}]
paths:
  /alerts:
    get:
      summary: All alerts
      parameters:
        - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 100}}
      responses:
        "200":
          description: ok
          headers: {x-total: {schema: {type: integer, minimum: 0}}}
          content: {application/json: {schema: {type: array, minItems: 1, items: {$ref: "#/components/schemas/Alert"}}}}
    post:
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: "#/components/schemas/Alert"}}}
      responses:
        "201": {description: made, content: {application/json: {schema: {$ref: "#/components/schemas/Alert"}}}}
  /alerts/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string, pattern: "^[a-z0-9-]+$"}}]
    get:
      responses:
        "200": {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/Alert"}}}}
        "404":
          description: none
          content:
            application/json:
              schema: {type: object, required: [error], properties: {error: {type: string}}}
              examples: {gone: {value: {error: It is gone}}, other: {value: {error: Another reason}}}
    delete: {responses: {"204": {description: gone}}}
  /notes:
    get:
      responses: {"200": {description: ok, content: {text/plain: {schema: {type: string}}}}}
components:
  schemas:
    Alert:
      type: object
      required: [id, score, at]
      additionalProperties: false
      properties:
        id: {type: string, readOnly: true}
        score: {type: number, minimum: 0, maximum: 1, exclusiveMinimum: true}
        at: {type: string, format: date-time}
        status: {type: string, enum: [open, closed], nullable: true}
        secret: {type: string, writeOnly: true}
        parent: {$ref: "#/components/schemas/Alert"}
`;
