/**
 * What runs in the process of a function instance: loads a CommonJS file and calls the export that is its
 * handler.
 * It is text because the emulator runs from its sources and from the single file of the built tool: a file beside
 * this one would be found by one of them only.
 * Messages in: `{ event, context }`, the event in base64. Messages out: `started` once, then for each message in
 * `{ ok: true, body }` or `{ ok: false, error }`.
 */
export const INSTANCE_PROGRAM = `
const [, file, name] = process.argv;
process.on('disconnect', () => process.exit());

const describe = (error) => ({
  errorMessage: String(error?.message ?? error),
  errorType: String(error?.name ?? 'Error'),
  stackTrace: String(error?.stack ?? '').split('\\n').slice(1).map((line) => line.trim()),
});
const bodyOf = (result) => {
  if (result === undefined) return '';
  if (typeof result === 'string') return result;
  return Buffer.isBuffer(result) ? result.toString() : JSON.stringify(result);
};

let load = () => {
  const { [name]: handler } = require(file);
  if (typeof handler !== 'function') throw new TypeError(file + ' exports no function named ' + name);
  load = () => handler;
  return handler;
};

process.on('message', async ({ event, context }) => {
  try {
    const result = await load()(Buffer.from(event, 'base64'), context);
    process.send({ ok: true, body: bodyOf(result) });
  } catch (error) {
    process.send({ ok: false, error: describe(error) });
  }
});
process.send('started');
`;
