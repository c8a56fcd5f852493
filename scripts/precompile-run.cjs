'use strict';
/** Runs the function of the folder in argv as Function Compute does, then writes what V8 has compiled of it. */
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const vm = require('node:vm');

let script;
let cacheFile;
class WatchedScript extends vm.Script {
  constructor(...args) {
    super(...args);
    script = this;
  }
}
vm.Script = WatchedScript;
const { readFileSync } = fs;
fs.readFileSync = (path, ...args) => {
  if (String(path).endsWith('.cache')) cacheFile = path;
  return readFileSync(path, ...args);
};

const { handler } = require(`${process.argv[2]}/index.js`);

const timer = Buffer.from(
  JSON.stringify({ triggerTime: new Date().toISOString(), triggerName: 'tick', payload: '' }),
);
const context = { requestId: 'precompile', credentials: JSON.parse(process.env.PRECOMPILE_KEY) };

(async () => {
  await handler(timer, context);
  const data = script.createCachedData();
  const digest = createHash('sha256').update(data).digest();
  fs.writeFileSync(cacheFile, Buffer.concat([digest, data]));
})().catch((error) => {
  console.error(`the built function does not run: ${error.message}`);
  process.exitCode = 1;
});
