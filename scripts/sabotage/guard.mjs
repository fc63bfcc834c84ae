/**
 * A place in the code that a rule depends on, and how to break it.
 *
 * @typedef {object} Guard
 * @property {string} guard What it guards, and how it is broken.
 * @property {string} rule The rule of SPEC.md whose own tests have to notice.
 * @property {string} file
 * @property {string} from What stands there; it must be found exactly once.
 * @property {string} to What is put there instead.
 * @property {readonly string[]} tests The few files whose tests of the rule are run.
 */
export {};
