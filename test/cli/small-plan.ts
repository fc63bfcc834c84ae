/** A plan of two streams that meet, a gate that every node must pass, and an agent that does what the nodes say. */
export const smallPlan = `
id: small
title: A small plan
nodes:
  - {id: contract, title: The contract, writes: [src/contract.txt], estimate_minutes: 10}
  - {id: api, title: The API, depends_on: [contract], writes: [src/api.txt], estimate_minutes: 30}
  - {id: ui, title: The page, depends_on: [contract], writes: [src/ui.txt], estimate_minutes: 20}
  - {id: together, kind: sync, title: Both, depends_on: [api, ui]}
`;

export const gatedConfig = `
gates:
  list:
    - {name: test, run: "! grep -rq BROKEN src", default: true}
`;

/** Writes the node's file, breaks it on the first try where the node is \`api\`, and says what it did. */
export const obedientAgent = `#!/bin/sh
cat > "$INTERLOCK_WORKTREE/../brief-$INTERLOCK_NODE\${INTERLOCK_REWORK:+-again}.json"
if [ "$INTERLOCK_NODE" = api ] && [ -z "$INTERLOCK_REWORK" ]; then
  echo BROKEN > src/api.txt
else
  echo "$INTERLOCK_NODE by $INTERLOCK_AGENT" > "src/$INTERLOCK_NODE.txt"
fi
echo "did $INTERLOCK_NODE"
`;
