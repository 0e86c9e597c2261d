import { toConvAtlasError } from "../core/errors.ts";
import { analyzeCommand } from "./analyzeCommand.ts";
import { parseCommand, USAGE } from "./options.ts";

/** Exit status for a file or a setting that cannot be used. */
const EXIT_UNUSABLE = 2;

async function main(argv: readonly string[]): Promise<void> {
  const command = parseCommand(argv);
  switch (command.kind) {
    case "help":
      process.stdout.write(USAGE);
      return;
    case "version":
      process.stdout.write(`${__CONVATLAS_VERSION__}\n`);
      return;
    case "analyze":
      await analyzeCommand(command.options);
      return;
  }
}

// A reader such as `head` may close the pipe early: that is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1);
});

main(process.argv.slice(2)).catch((thrown: unknown) => {
  const error = toConvAtlasError(thrown);
  process.stderr.write(`${error.message}\n`);
  if (process.env.CONVATLAS_DETAILS !== undefined && error.details !== "") {
    process.stderr.write(`${error.details}\n`);
  }
  process.exitCode = EXIT_UNUSABLE;
});
