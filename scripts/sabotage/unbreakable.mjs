/** Rules that no single piece of code guards, with the reason. @type {Readonly<Record<string, string>>} */
export const unbreakable = {};
