/** The way back from what was deployed. */
import { describe, expect, it } from 'vitest';
import { CONFIG, emulator, NAME, project, status, WITH_RETAIL, writes } from './emulated-project.ts';

describe('flow-logs remove', () => {
  const tags = (flowLogId: string) => Object.keys(emulator.flowLog(flowLogId).tags);

  it('leaves the flow logs Active, without overrides, function and timer', async () => {
    const { flowLogs } = project();
    expect(await flowLogs(['deploy', '--yes'])).toMatchObject({ status: 0 });
    await emulator.fireTimer(NAME, 'tick');
    expect([status('flowlog-on'), status('flowlog-off')]).toEqual(['Active', 'Inactive']);
    await flowLogs(['override', 'set', '--status', 'Inactive', '--for', '1h', '--flow-log', 'flowlog-on']);
    expect(tags('flowlog-on')).toEqual(['flow-log-scheduler:override']);

    emulator.setFault(({ action }) =>
      action === 'ActiveFlowLog' ? { kind: 'error', code: 'NoPermission', status: 403 } : undefined,
    );
    const half = await flowLogs(['remove', '--yes', '--keep', 'Active']);
    expect(half.status).toBe(1);
    expect(half.err).toContain(`The timer is removed; function ${NAME} is still there`);
    expect(writes()).not.toContain('DeleteFunction');
    emulator.setFault(undefined);

    const questions: string[] = [];
    const ask = async (question: string) => {
      questions.push(question);
      return questions.length === 1 ? 'Active' : 'yes';
    };
    const { status: exit, out } = await flowLogs(['remove'], { ask });
    expect(exit).toBe(0);
    expect(questions).toEqual([
      'Which status shall the flow logs keep? Active, Inactive, or as-is [as-is] ',
      expect.stringMatching(
        /^Remove function flow-log-scheduler and its timer and all overrides, and leave every/,
      ),
    ]);
    expect([status('flowlog-on'), status('flowlog-off')]).toEqual(['Active', 'Active']);
    expect(tags('flowlog-on')).toEqual([]);
    expect(writes().at(-1)).toBe('DeleteFunction');
    for (const line of [
      `removed function ${NAME}`,
      `RAM role ${NAME}`,
      'Logstore audit of project netops-audit',
    ]) {
      expect(out).toContain(line);
    }
  });

  it('leaves each flow log as it is, and has no function to remove the second time', async () => {
    const { flowLogs } = project();
    await flowLogs(['override', 'set', '--status', 'Active', '--for', '1h', '--flow-log', 'flowlog-off']);
    const { status: exit, out } = await flowLogs(['remove', '--yes']);
    expect(exit).toBe(0);
    expect(out).toContain(`there is no function ${NAME}`);
    expect(out).toContain('1 flow log Inactive: nothing enables them any more');
    expect([status('flowlog-on'), status('flowlog-off')]).toEqual(['Inactive', 'Active']);
    expect(tags('flowlog-off')).toEqual([]);
  });

  it('changes nothing without a yes', async () => {
    const { flowLogs } = project();
    const { status: exit, err } = await flowLogs(['remove', '--keep', 'Active'], { ask: async () => 'n' });
    expect({ exit, err }).toEqual({ exit: 1, err: 'nothing was changed\n' });
    expect(writes()).toEqual([]);
  });

  it('changes nothing when whoever is asked leaves, and asks no more', async () => {
    const { flowLogs } = project();
    const asked: string[] = [];
    const ask = async (question: string) => {
      asked.push(question);
      return null;
    };
    const { status: exit, err } = await flowLogs(['remove'], { ask });
    expect({ exit, err, asked: asked.length }).toEqual({ exit: 1, err: '\nnothing was changed\n', asked: 1 });
    expect(writes()).toEqual([]);
  });

  it('changes nothing where it cannot know all flow logs', async () => {
    const flowLogs = [{ select: { regionId: 'cn-hangzhou', all: true }, schedule: 'always' }];
    const made = project({ config: { ...CONFIG, flowLogs } });
    emulator.setFault(({ action }) =>
      action === 'DescribeFlowlogs' ? { kind: 'error', code: 'NoPermission', status: 403 } : undefined,
    );
    const { status: exit, err } = await made.flowLogs(['remove', '--yes', '--keep', 'Active']);
    expect(exit).toBe(1);
    expect(err).toMatch(/NoPermission.*\nnothing was changed\n$/s);
    expect(writes()).toEqual([]);
  });

  it('says which flow logs it could not leave as asked for', async () => {
    const { flowLogs } = project({ config: WITH_RETAIL });
    const { status: exit, err } = await flowLogs(['remove', '--yes', '--keep', 'Inactive']);
    expect(exit).toBe(1);
    expect(err).toContain(`left as they are, overrides too: the flow logs of account retail`);
    expect([status('flowlog-on'), status('flowlog-off'), status('flowlog-retail')]).toEqual([
      'Inactive',
      'Inactive',
      'Active',
    ]);
  });
});
