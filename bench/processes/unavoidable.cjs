/**
 * What every Node.js program pays that decides by a time zone, signs a request, sends it and prints a line: the least
 * that any implementation of the scheduler takes, without a line of its own.
 */
const { createHmac } = require('node:crypto');
const { request } = require('node:http');
const { writeSync } = require('node:fs');

new Intl.DateTimeFormat('en-US', { timeZone: 'Asia/Shanghai' }).format(0);
createHmac('sha256', 'key').update('text').digest('hex');
process.stdout.write('{}\n');
request(process.env.CBN_ENDPOINT, { method: 'POST' }, (answer) => {
  answer.resume().on('end', () => {
    writeSync(3, JSON.stringify({ usage: process.resourceUsage() }));
    process.exit(0);
  });
}).end();
