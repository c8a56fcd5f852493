/** A process that only tells what it used. */
require('node:fs').writeSync(3, JSON.stringify({ usage: process.resourceUsage() }));
process.exit(0);
