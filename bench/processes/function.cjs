/** Calls the handler of the folder in argv as Function Compute does, once, and ends when it has answered. */
const { writeSync } = require('node:fs');
const { handler } = require(`${process.argv[2]}/index.js`);

const timer = { triggerTime: new Date().toISOString(), triggerName: 'tick', payload: '' };
const context = {
  requestId: 'bench',
  credentials: JSON.parse(process.env.BENCH_CREDENTIALS),
  function: { name: 'flow-log-scheduler', handler: 'index.handler', memory: 128, timeout: 900 },
  region: 'cn-hangzhou',
};
handler(Buffer.from(JSON.stringify(timer)), context).then(({ summary, warnings }) => {
  writeSync(3, JSON.stringify({ usage: process.resourceUsage(), summary, warnings: warnings.length }));
  process.exit(0);
});
