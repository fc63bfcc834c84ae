/**
 * A place in the code that a rule depends on, and how to break it.
 *
 * @typedef {object} Guard
 * @property {string} guard What it guards, and how it is broken.
 * @property {string} rule The rule of SPEC.md whose own tests have to notice.
 * @property {string} file
 * @property {string} from What stands there; it must be found exactly once.
 * @property {string} to What is put there instead.
 * @property {string} [only] A part of the name of the one test that is run, where the others of the rule take long.
 * @property {readonly (readonly [file: string, from: string, to: string])[]} [also] What else has to be broken, where a second net would catch the fall.
 * @property {readonly string[]} tests The few files whose tests of the rule are run.
 */
export {};
