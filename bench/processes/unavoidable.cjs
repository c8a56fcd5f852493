/**
 * What every Node.js program pays that signs a request, sends it and prints a line: the least that any implementation
 * of the scheduler takes, without a line of its own. The first use of `Intl` would be 12 ms more.
 */
const { createHmac } = require('node:crypto');
const { request } = require('node:http');
const { writeSync } = require('node:fs');

createHmac('sha256', 'key').update('text').digest('hex');
process.stdout.write('{}\n');
request(process.env.CBN_ENDPOINT, { method: 'POST' }, (answer) => {
  answer.resume().on('end', () => {
    writeSync(3, JSON.stringify({ usage: process.resourceUsage() }));
    process.exit(0);
  });
}).end();
