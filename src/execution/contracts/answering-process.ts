import { text } from "node:stream/consumers";
import { examplesIn } from "../mocks/examples.ts";
import { checkText, compareTexts, fieldsIn, missingIn, type Question } from "./answer.ts";
import { draftFrom } from "./draft.ts";

// A process that answers one question about texts and ends; see `contracts.ts`.

async function answer(question: Question): Promise<unknown> {
  switch (question.ask) {
    case "check":
      return await checkText(question.kind, question.text);
    case "compare":
      return await compareTexts(question.kind, question.before, question.after);
    case "fields":
      return await fieldsIn(question.kind, question.text);
    case "examples":
      return await examplesIn(question.kind, question.text, question.seed);
    case "draft":
      return await draftFrom(question.kind, question.name, question.samples);
    case "missing":
      return await missingIn(question.kind, question.text, question.fields);
  }
}

/** Tells a text that is nested beyond the stack from a fault of ours. */
const tooDeep = 3;

try {
  const reply = await answer(JSON.parse(await text(process.stdin)) as Question);
  process.stdout.write(JSON.stringify(reply), () => process.exit(0));
} catch (error) {
  if (!(error instanceof RangeError)) throw error;
  process.exit(tooDeep);
}
