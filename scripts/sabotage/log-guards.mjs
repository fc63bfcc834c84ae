/** @type {readonly import("./guard.mjs").Guard[]} */
export const logGuards = [];
