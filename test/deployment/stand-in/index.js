/** In place of the component fc3: takes what Serverless Devs hands to a component, and notes it. */
const { appendFileSync } = require('node:fs');
const { join } = require('node:path');

module.exports = class {
  async deploy({ props, args, getCredential }) {
    const { AccountID: accountId } = await getCredential();
    appendFileSync(join(__dirname, 'deployed.jsonl'), `${JSON.stringify({ props, args, accountId })}\n`);
    return {};
  }
};
