import { parseArgs } from "node:util";
import { LARGE_UNET, writeLargeUnet } from "./largeUnet.ts";

const USAGE = "Usage: npm run large-unet -- FILE [--width N] [--side N] [--seed N]\n";

/** `npm run large-unet`: writes a U-Net of random weights to measure large models with. */
function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      width: { type: "string" },
      side: { type: "string" },
      seed: { type: "string" },
    },
  });
  const [path] = positionals;
  const options = {
    width: Number(values.width ?? LARGE_UNET.width),
    side: Number(values.side ?? LARGE_UNET.side),
    seed: Number(values.seed ?? LARGE_UNET.seed),
  };
  const isUsable = Object.values(options).every((number) => Number.isInteger(number) && number > 0);
  if (path === undefined || positionals.length > 1 || !isUsable || options.side % 16 !== 0) {
    process.stderr.write(USAGE);
    process.exitCode = 2;
    return;
  }
  const bytes = writeLargeUnet(path, options);
  process.stdout.write(`${path}: ${(bytes / 2 ** 20).toFixed(1)} MiB\n`);
}

main();
