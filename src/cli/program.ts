/** The commands, their arguments and options. What a command does is loaded only when it is called. */
import { Command, InvalidArgumentError, Option } from "commander";
import type { DecideOptions } from "./commands/decide.ts";
import { type ExitCode, exitCodes } from "./exit-code.ts";
import { Problem } from "./problem.ts";
import type { Terminal } from "./terminal.ts";
import { ownVersion } from "./version.ts";

/** The whole command line; `end` gets the exit code of the command that ran. */
export function buildProgram(terminal: Terminal, end: (code: ExitCode) => void): Command {
  const program = new Command("interlock")
    .description("Lets several coding agents work on one git repository at once without breaking each other's work.")
    .version(ownVersion(), "-V, --version")
    .exitOverride()
    // A command may have a --version of its own.
    .enablePositionalOptions()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "interlock: ")) })
    .showHelpAfterError("(interlock --help lists the commands; interlock <command> --help explains one)")
    .option("--root <dir>", "folder in the repository that is meant (default: INTERLOCK_ROOT, else here)");
  const add = (name: string, description: string) =>
    program.command(name).description(description).option("--root <dir>", "folder in the repository that is meant");
  const addWithJson = (name: string, description: string) =>
    add(name, description).option("--json", "print JSON and nothing else");
  /** What commander hands an action: the arguments, the options and the command itself. */
  const act =
    <Options>(run: (args: readonly string[], options: Options) => Promise<ExitCode>) =>
    async (...given: unknown[]) => {
      const command = given.pop() as Command;
      given.pop();
      end(await run(given as string[], command.optsWithGlobals() as Options));
    };

  addWithJson("init", "detect gates and clients of this repository, and write interlock.yaml")
    .option("--dry-run", "only show what would be written")
    .action(act(async (_, options: object) => (await import("./commands/init.ts")).init(options, terminal)));
  add("mcp", "serve agents over MCP on stdin and stdout")
    .option("--profile <name>", "tools to offer: worker, planner or all (default: INTERLOCK_PROFILE, else worker)")
    .action(act(async (_, options: object) => (await import("./commands/mcp.ts")).mcp(options)));
  addWithJson("plan <file>", "check a plan (YAML or JSON; - reads stdin) and submit it")
    .option("--dry-run", "only check it and show what it would be")
    .action(
      act(async ([file = "-"], options: object) => (await import("./commands/plan.ts")).plan(file, options, terminal)),
    );
  addWithJson("run <plan>", "work a plan (its id or its file) with agents of your own on this machine")
    .requiredOption("--exec <command>", "shell command that does one node; it gets the node as JSON on stdin")
    .option("--agents <n>", "how many work at once", wholeNumber(1), 1)
    .option("--capabilities <list>", "what these agents can do, separated by commas", commaList)
    .option("--agent-prefix <name>", "what the agents are called, followed by a number", "run")
    .option("--reworks <n>", "how often a node may come back before it is given up", wholeNumber(0), 3)
    .option("--accept-parked", "continue from the kept work of earlier attempts")
    .action(
      act(async ([plan = ""], options: RunFlags) => (await import("./commands/run.ts")).run(plan, options, terminal)),
    );
  addWithJson("status [plan]", "show plans, nodes, agents, the train and kept work")
    .option("--watch", "keep showing it as it changes, until Ctrl-C")
    .action(
      act(async ([plan], options: object) => (await import("./commands/status.ts")).status(plan, options, terminal)),
    );
  addWithJson("why [node]", "say what each unlanded node waits for")
    .option("--plan <id>", "the plan that is meant")
    .action(act(async ([node], options: object) => (await import("./commands/why.ts")).why(node, options, terminal)));
  addWithJson("locks", "show who holds what, and who waits for it")
    .option("--plan <id>", "only this plan")
    .action(act(async (_, options: object) => (await import("./commands/locks.ts")).locks(options, terminal)));
  addWithJson("log", "show what happened")
    .option("--follow", "go on showing events as they come, until Ctrl-C")
    .option("--since <position>", "begin after this position", wholeNumber(0))
    .option("--limit <n>", "how many of the latest events to show", wholeNumber(1), 50)
    .option("--plan <id>", "only this plan")
    .option("--node <id>", "only this node")
    .action(act(async (_, options: LogFlags) => (await import("./commands/log.ts")).log(options, terminal)));
  addWithJson("land [plan]", "land a finished plan on its target branch").action(
    act(async ([plan], options: object) => (await import("./commands/land.ts")).land(plan, options, terminal)),
  );
  addWithJson("adopt [plan]", "take an integration branch that was moved by hand as it is now").action(
    act(async ([plan], options: object) => (await import("./commands/adopt.ts")).adopt(plan, options, terminal)),
  );
  addWithJson("restore [plan]", "put an integration branch that was moved by hand back; what was there is kept").action(
    act(async ([plan], options: object) => (await import("./commands/restore.ts")).restore(plan, options, terminal)),
  );
  addWithJson("withdraw <node>", "take a node out of the train, back to the agent that handed it in")
    .option("--plan <id>", "the plan that is meant")
    .option("--because <text>", "what its agent is told")
    .action(
      act(async ([node = ""], options: object) =>
        (await import("./commands/withdraw.ts")).withdraw(node, options, terminal),
      ),
    );
  addWithJson("decide <conflict> [decision]", "settle a conflict: say what is to be done, or keep a side by a strategy")
    .addOption(
      new Option("--strategy <name>", "how it is settled")
        .choices(["manual", "priority", "first_completion", "merge"])
        .default("manual"),
    )
    .option("--as <name>", "who decides", "operator")
    .action(
      act(async ([conflict = "", decision], options: DecideOptions) =>
        (await import("./commands/decide.ts")).decide(conflict, decision, options, terminal),
      ),
    );
  addPark(program, terminal, act);
  addWithJson(
    "merge-tree <ours> <theirs>",
    "merge two commits without touching a checkout, and resolve what git leaves",
  )
    .option("--base <commit>", "stands in for the merge base that history gives")
    .action(
      act(async ([ours = "", theirs = ""], options: object) =>
        (await import("./commands/merge-tree.ts")).mergeTree([ours, theirs], options, terminal),
      ),
    );
  program
    .command("merge-driver <base> <ours> <theirs> [marker-size] [path]")
    .description("merge one file for git: as its merge driver with %O %A %B %L %P")
    .action(
      act(async ([base = "", ours = "", theirs = "", markerSize, path]) =>
        (await import("./commands/merge-driver.ts")).mergeDriver(
          {
            base,
            ours,
            theirs,
            ...(markerSize === undefined ? {} : { markerSize }),
            ...(path === undefined ? {} : { path }),
          },
          terminal,
        ),
      ),
    );
  addWithJson("mock <contract>", "serve a contract on this machine until Ctrl-C, or show examples of it")
    .option("--version <version>", "this version, instead of what is in force now and later")
    .option("--port <n>", "listen there (default: a port of the pool `port` that nobody was lent)", wholeNumber(0))
    .option("--seed <n>", "other data: the same number gives the same", wholeNumber(0))
    .action(
      act(async ([contract = ""], options: object) =>
        (await import("./commands/mock.ts")).mock(contract, options, terminal),
      ),
    );
  addContract(program, terminal, act);
  addWithJson("gc", "remove worktrees and refs that nobody needs any more")
    .option("--dry-run", "only show what would be removed")
    .action(act(async (_, options: object) => (await import("./commands/gc.ts")).gc(options, terminal)));
  addWithJson("doctor", "look for what is wrong or in the way").action(
    act(async (_, options: object) => (await import("./commands/doctor.ts")).doctor(options, terminal)),
  );
  addWithJson("backup <file>", "write a copy of the store while it is in use").action(
    act(async ([file = ""], options: object) => (await import("./commands/backup.ts")).backup(file, options, terminal)),
  );
  addWithJson(
    "demo [scenario]",
    "watch agents work a small plan in a repository of its own; or the scenario fraud-alert",
  )
    .option("--minute-ms <n>", "fraud-alert: how long a minute of the scenario takes, in milliseconds", wholeNumber(1))
    .action(
      act(async ([scenario], options: object) =>
        (await import("./commands/demo.ts")).demo(scenario, options, terminal),
      ),
    );
  refuseWhatIsNotBuilt(program);
  return program;
}

interface RunFlags {
  readonly exec: string;
  readonly agents: number;
  readonly capabilities?: readonly string[];
  readonly agentPrefix: string;
  readonly reworks: number;
  readonly acceptParked?: boolean;
  readonly root?: string;
  readonly json?: boolean;
}

interface LogFlags {
  readonly limit: number;
}

type Act = <Options>(
  run: (args: readonly string[], options: Options) => Promise<ExitCode>,
) => (...given: unknown[]) => Promise<void>;

function addPark(program: Command, terminal: Terminal, act: Act): void {
  const park = program.command("park").description("work that did not land and is kept");
  const add = (name: string, description: string) =>
    park
      .command(name)
      .description(description)
      .option("--root <dir>", "folder in the repository that is meant")
      .option("--json", "print JSON and nothing else");
  const load = () => import("./commands/park.ts");
  add("list", "list the kept work").action(act(async (_, options: object) => (await load()).list(options, terminal)));
  add("show <ref>", "show what is in a piece of kept work, named by its ref or its node").action(
    act(async ([ref = ""], options: object) => (await load()).show(ref, options, terminal)),
  );
  add("restore <ref> <folder>", "write a piece of kept work into a new folder").action(
    act(async ([ref = "", folder = ""], options: object) => (await load()).restore(ref, folder, options, terminal)),
  );
}

function addContract(program: Command, terminal: Terminal, act: Act): void {
  const contract = program.command("contract").description("agreed interfaces");
  contract
    .command("draft <name> <files...>")
    .description("draft a contract from files with sample payloads in JSON, and print it")
    .option("--root <dir>", "folder in the repository that is meant")
    .option("--json", "print JSON and nothing else")
    .addOption(
      new Option("--kind <kind>", "what to write").choices(["json_schema", "typescript"]).default("json_schema"),
    )
    .option("--publish", "also publish it, as a draft")
    .option("--version <version>", "what to publish it as")
    .action(async (name: string, files: string[], options: object, command: Command) => {
      // The files come as a list of their own.
      const run = async (_: readonly string[], all: DraftFlags) =>
        (await import("./commands/contract-draft.ts")).draftContract(name, files, all, terminal);
      await act(run)(options, command);
    });
}

interface DraftFlags {
  readonly kind: "json_schema" | "typescript";
  readonly publish?: boolean;
  readonly version?: string;
  readonly root?: string;
  readonly json?: boolean;
}

const notBuilt = ["serve", "approve", "hook"];

/** Commands that are documented for later: a clear word is better than "unknown command". */
function refuseWhatIsNotBuilt(program: Command): void {
  for (const name of notBuilt) {
    program
      .command(name, { hidden: true })
      .allowUnknownOption()
      .allowExcessArguments()
      .action(() => {
        throw new Problem("not_built", exitCodes.badUsage, `\`interlock ${name}\` is not built yet.`);
      });
  }
}

function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && Number.isSafeInteger(value)) return value;
    throw new InvalidArgumentError(`It must be a whole number of at least ${least}.`);
  };
}

function commaList(text: string): readonly string[] {
  return text
    .split(",")
    .map((one) => one.trim())
    .filter(Boolean);
}
