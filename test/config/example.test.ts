import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createFlowLogStore } from '../../lib/emulator/flow-log-store.ts';
import { DEFAULT_SEED } from '../../lib/emulator/seed.ts';
import { parseConfig } from '../../lib/tool/lint/parse.ts';

const text = readFileSync(new URL('../../examples/flow-logs.yaml', import.meta.url), 'utf8');

describe('the example that functions/flow-logs.yaml begins as', () => {
  const parsed = parseConfig(text, Date.parse('2026-11-23T00:00:00Z'));
  if (!parsed.ok) expect.fail('it does not validate');
  const { config, warnings } = parsed;

  it('is valid, with nothing to warn of', () => {
    expect(warnings).toEqual([]);
  });

  it('lists flow logs that the emulator has by default, each in its region', () => {
    const there = DEFAULT_SEED.accounts.flatMap(({ flowLogs }) => flowLogs ?? []);
    for (const { flowLogId, regionId, cenId } of config.flowLogs) {
      expect(there).toContainEqual(expect.objectContaining({ flowLogId, regionId, ...(cenId && { cenId }) }));
    }
  });

  it('finds their Logstores in the emulator, too, each in the region of its flow log', () => {
    const account = DEFAULT_SEED.accounts[0] ?? expect.fail('no account');
    const emulated = createFlowLogStore(Date.now);
    for (const flowLog of account.flowLogs ?? []) emulated.add(account.accountId, flowLog);
    for (const { projectName: project, logStoreName: logstore, regionId } of emulated.list()) {
      expect(DEFAULT_SEED.logstores).toContainEqual({ project, logstore, regionId });
    }
  });

  it('leaves a first plan something to do at any time: two flow logs of one schedule differ', () => {
    const there = DEFAULT_SEED.accounts.flatMap(({ flowLogs }) => flowLogs ?? []);
    const statusesOf = (wanted: string) =>
      config.flowLogs
        .filter(({ schedule }) => schedule.name === wanted)
        .map(({ flowLogId }) => there.find((each) => each.flowLogId === flowLogId)?.status ?? 'Active');
    const differing = [...config.schedules.keys()].filter((name) => new Set(statusesOf(name)).size === 2);
    expect(differing).not.toEqual([]);
  });

  it('is valid with the pricing that it shows as a comment', () => {
    const priced = parseConfig(text.replace(/^# (pricing:| {2}\w)/gm, '$1'));
    expect(priced).toMatchObject({
      ok: true,
      config: { pricing: { currency: 'CNY', pricePerGB: 0.4 } },
    });
  });
});
