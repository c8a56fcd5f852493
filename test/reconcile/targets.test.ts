import { describe, expect, it } from 'vitest';
import type { Selector } from '../../lib/config/config.ts';
import { CloudError } from '../../lib/reconcile/cloud-error.ts';
import { pickTargets } from '../../lib/reconcile/selection.ts';
import { type Listing, listingScopes, notInConfig, resolveTargets } from '../../lib/reconcile/targets.ts';
import { CALL } from '../support/cloud-call.ts';
import { entryOf, flowLogOf, scheduleNamed } from '../support/entries.ts';

const OFFICE = scheduleNamed('office-hours');
const NIGHT = scheduleNamed('night');

const selectorOf = (more: Partial<Selector> = {}): Selector => ({
  position: 0,
  service: 'cen',
  regionId: 'cn-hangzhou',
  cenId: null,
  transitRouterId: null,
  vpcId: null,
  resourceId: null,
  tags: {},
  all: false,
  account: null,
  schedule: OFFICE,
  ...more,
});

const listingOf = (...flowLogs: Parameters<typeof flowLogOf>[0][]): Listing => ({
  account: null,
  service: 'cen',
  scope: { regionId: 'cn-hangzhou' },
  flowLogs: new Map(flowLogs.map((more) => [more?.flowLogId ?? 'a', flowLogOf(more)])),
});

describe('explicit entries', () => {
  it('come to nothing when there are none', () => {
    expect(resolveTargets([], [], [])).toEqual({ targets: [], failures: [], warnings: [] });
  });

  it('are there once each, in the order of the file', () => {
    const [b, a, again] = [
      entryOf({ flowLogId: 'b', position: 0 }),
      entryOf({ position: 1 }),
      entryOf({ schedule: NIGHT, position: 2 }),
    ];
    const { targets } = resolveTargets([b, a, again], [], []);
    expect(targets.map(({ entry }) => entry)).toEqual([b, a]);
    expect(targets.map(({ conflict }) => conflict?.code)).toEqual([undefined, 'ListedTwice']);
    expect(targets[1]?.conflict?.message).toBe(
      'a is listed 2 times (schedules "office-hours", "night"), so it is left as it is; keep one entry',
    );
  });

  it('are in conflict also when they say the same twice', () => {
    const { targets } = resolveTargets([entryOf(), entryOf(), entryOf()], [], []);
    expect(targets).toMatchObject([{ conflict: { message: expect.stringMatching(/^a is listed 3 times/) } }]);
  });
});

describe('a selector', () => {
  const listing = listingOf(
    { flowLogId: 'dev', tags: { env: 'dev', team: 'x' }, cenId: 'cen-1', transitRouterId: 'tr-1' },
    { flowLogId: 'prod', tags: { env: 'prod' }, cenId: 'cen-2', transitRouterId: 'tr-1' },
    { flowLogId: 'bare', cenId: null },
  );

  it.each<[string, Partial<Selector>, readonly string[]]>([
    ['every flow log of its region', {}, ['dev', 'prod', 'bare']],
    ['those of a CEN instance', { cenId: 'cen-1' }, ['dev']],
    ['those of a transit router', { transitRouterId: 'tr-1' }, ['dev', 'prod']],
    ['those with a tag', { tags: { env: 'dev' } }, ['dev']],
    ['those with all of its tags', { tags: { env: 'prod', team: 'x' } }, []],
    ['those with everything it asks for', { transitRouterId: 'tr-1', tags: { env: 'prod' } }, ['prod']],
    ['none whose tag has another value', { tags: { env: 'DEV' } }, []],
  ])('selects %s', (_what, more, ids) => {
    const { targets } = resolveTargets([], [selectorOf(more)], [listing]);
    expect(targets.map(({ entry }) => entry.flowLogId)).toEqual(ids);
    expect(targets.every(({ conflict }) => conflict === null)).toBe(true);
  });

  it('tells of each flow log what CEN told', () => {
    const selector = selectorOf({ position: 3, schedule: NIGHT, cenId: 'cen-1' });
    expect(resolveTargets([], [selector], [listing]).targets).toEqual([
      {
        entry: {
          position: 3,
          service: 'cen',
          flowLogId: 'dev',
          regionId: 'cn-hangzhou',
          cenId: 'cen-1',
          vpcId: null,
          account: null,
          schedule: NIGHT,
        },
        selectors: [selector],
        conflict: null,
      },
    ]);
  });

  it('selects the flow logs of its service alone, and those of its VPC from a listing of that VPC', () => {
    const scope = { regionId: 'cn-hangzhou' };
    const vpc = { account: null, service: 'vpc' } as const;
    const flowLogs = (...ids: readonly string[]) =>
      new Map(ids.map((id) => [id, flowLogOf({ flowLogId: id, resourceId: `vsw-${id}` })]));
    const listings: readonly Listing[] = [
      { account: null, service: 'cen', scope, flowLogs: flowLogs('flowlog-1') },
      { ...vpc, scope, flowLogs: flowLogs('fl-1', 'fl-2', 'fl-3') },
      { ...vpc, scope: { ...scope, vpcId: 'vpc-1' }, flowLogs: flowLogs('fl-2', 'fl-3') },
    ];
    const selected = (more: Partial<Selector>) =>
      resolveTargets([], [selectorOf(more)], listings).targets.map(({ entry }) => [
        entry.flowLogId,
        entry.service,
        entry.vpcId,
      ]);
    expect(selected({})).toEqual([['flowlog-1', 'cen', null]]);
    expect(selected({ service: 'vpc' })).toHaveLength(3);
    expect(selected({ service: 'vpc', resourceId: 'vsw-fl-1' })).toEqual([['fl-1', 'vpc', null]]);
    expect(selected({ service: 'vpc', vpcId: 'vpc-1' })).toEqual([
      ['fl-2', 'vpc', 'vpc-1'],
      ['fl-3', 'vpc', 'vpc-1'],
    ]);
    expect(selected({ service: 'vpc', vpcId: 'vpc-1', resourceId: 'vsw-fl-1' })).toEqual([]);
  });

  it('gives way to an explicit entry', () => {
    const explicit = entryOf({ flowLogId: 'dev', schedule: NIGHT, position: 1 });
    const { targets } = resolveTargets([explicit], [selectorOf()], [listing]);
    expect(targets.find(({ entry }) => entry.flowLogId === 'dev')).toEqual({
      entry: explicit,
      selectors: [],
      conflict: null,
    });
    expect(targets).toHaveLength(3);
  });

  it('does not select what CEN lists for its region and tells of another', () => {
    const elsewhere = listingOf(
      { flowLogId: 'a', regionId: 'cn-shanghai' },
      { flowLogId: 'b', regionId: '' },
    );
    const { targets } = resolveTargets([], [selectorOf({})], [elsewhere]);
    expect(targets.map(({ entry }) => entry.flowLogId)).toEqual(['b']);
  });

  it('may select what another one selects for the same schedule', () => {
    const { targets } = resolveTargets([], [selectorOf(), selectorOf({ position: 1 })], [listing]);
    expect(targets.map(({ conflict }) => conflict)).toEqual([null, null, null]);
  });

  it('is in conflict with another one for a different schedule, for what both select alone', () => {
    const other = selectorOf({ position: 1, schedule: NIGHT, tags: { env: 'dev' } });
    const { targets } = resolveTargets([], [selectorOf(), other], [listing]);
    expect(targets.map(({ entry, conflict }) => [entry.flowLogId, conflict?.code])).toEqual([
      ['dev', 'SelectedTwice'],
      ['prod', undefined],
      ['bare', undefined],
    ]);
    expect(targets[0]?.conflict?.message).toMatch(
      /flowLogs\[0\] and flowLogs\[1\].*left as it is; narrow a selector, or list the flow log by its ID$/,
    );
  });

  it('fails when its region could not be listed, and no other selector does', () => {
    const refused = new CloudError('refused', { ...CALL, code: 'NoPermission', requestId: 'r-1' });
    const broken: Listing = {
      account: null,
      service: 'cen',
      scope: { regionId: 'cn-shanghai' },
      flowLogs: refused,
    };
    const { targets, failures } = resolveTargets(
      [],
      [selectorOf(), selectorOf({ position: 1, regionId: 'cn-shanghai' })],
      [listing, broken],
    );
    expect(targets).toHaveLength(3);
    expect(failures).toEqual([
      {
        code: 'NoPermission',
        message:
          'flowLogs[1]: the flow logs of cn-shanghai could not be listed, so none is selected: refused',
        requestId: 'r-1',
      },
    ]);
  });

  it('is warned of when it selects nothing, and not when an explicit entry has what it selects', () => {
    const mistyped = selectorOf({ position: 2, tags: { env: 'devv' } });
    expect(resolveTargets([], [mistyped], [listing]).warnings).toEqual([
      { subject: 'flowLogs[2]', message: 'selects no flow log of cn-hangzhou' },
    ]);
    const explicit = entryOf({ flowLogId: 'dev' });
    const same = selectorOf({ tags: { env: 'dev' } });
    expect(resolveTargets([explicit], [same], [listing]).warnings).toEqual([]);
  });

  it('leaves one whose tags cannot be read as it is, and says so where they decide', () => {
    const odd = listingOf({ flowLogId: 'a', tags: { env: 'dev' } }, { flowLogId: 'odd', tags: null });
    const resolved = (more: Partial<Selector>, ...explicit: Parameters<typeof entryOf>[0][]) => {
      const { targets, warnings } = resolveTargets(explicit.map(entryOf), [selectorOf(more)], [odd]);
      return [targets.map(({ entry }) => entry.flowLogId), warnings];
    };
    const message =
      'its tags could not be read, so it was left as it is; they decide whether it is selected by flowLogs[0]';
    expect(resolved({ tags: { env: 'dev' } })).toEqual([['a'], [{ subject: 'odd', message }]]);
    expect(resolved({})).toEqual([['a', 'odd'], []]);
    expect(resolved({ tags: { env: 'dev' }, cenId: 'cen-other' })[1]).not.toContainEqual({
      subject: 'odd',
      message,
    });
    expect(resolved({ tags: { env: 'dev' } }, { flowLogId: 'odd' })[1]).toEqual([]);
  });

  it('finds nothing in a region of another account', () => {
    expect(resolveTargets([], [selectorOf({ account: 'retail' })], [listing]).targets).toEqual([]);
  });
});

describe('listings', () => {
  it('are one for each account and region', () => {
    const entries = [
      entryOf({ flowLogId: 'a' }),
      entryOf({ flowLogId: 'b', regionId: 'cn-shanghai' }),
      entryOf({ flowLogId: 'c' }),
      entryOf({ flowLogId: 'd', account: 'retail' }),
    ];
    expect(listingScopes([...entries, selectorOf()])).toMatchObject([
      { account: null, scope: { regionId: 'cn-hangzhou' } },
      { account: null, scope: { regionId: 'cn-shanghai' } },
      { account: 'retail', scope: { regionId: 'cn-hangzhou' } },
    ]);
    expect(listingScopes(entries).map(({ wanted }) => wanted)).not.toContain('all');
    expect(listingScopes([...entries, selectorOf()]).map(({ wanted }) => wanted)).toContain('all');
  });

  it.each([
    ['the same one', ['cen-1', 'cen-1'], { regionId: 'cn-hangzhou', cenId: 'cen-1' }],
    ['different ones', ['cen-1', 'cen-2'], { regionId: 'cn-hangzhou' }],
    ['one here and none there', ['cen-1', null], { regionId: 'cn-hangzhou' }],
    ['none', [null, null], { regionId: 'cn-hangzhou' }],
  ])('are narrowed to a CEN instance when every entry names %s', (_name, cenIds, scope) => {
    const entries = cenIds.map((cenId, index) => entryOf({ flowLogId: `${index}`, cenId }));
    const listing = { account: null, service: 'cen', scope, wanted: expect.any(Array) };
    expect(listingScopes(entries)).toEqual([listing]);
  });

  it('are one for each service, and one more for each VPC', () => {
    const vpc = { service: 'vpc' } as const;
    const entries = [
      entryOf({ flowLogId: 'flowlog-1' }),
      entryOf({ ...vpc, flowLogId: 'fl-1' }),
      entryOf({ ...vpc, flowLogId: 'fl-2', vpcId: 'vpc-1' }),
      selectorOf({ ...vpc, vpcId: 'vpc-1' }),
      selectorOf({ ...vpc, vpcId: 'vpc-2' }),
      selectorOf({ ...vpc, resourceId: 'vsw-1' }),
    ];
    const regionId = 'cn-hangzhou';
    expect(listingScopes(entries)).toEqual([
      { account: null, service: 'cen', scope: { regionId }, wanted: ['flowlog-1'] },
      { account: null, ...vpc, scope: { regionId }, wanted: 'all' },
      { account: null, ...vpc, scope: { regionId, vpcId: 'vpc-1' }, wanted: 'all' },
      { account: null, ...vpc, scope: { regionId, vpcId: 'vpc-2' }, wanted: 'all' },
    ]);
  });
});

describe('what is in no entry', () => {
  const idsOf = (listings: readonly Listing[], ids: readonly string[]) => {
    const { targets } = resolveTargets(
      ids.map((flowLogId) => entryOf({ flowLogId })),
      [],
      [],
    );
    return notInConfig(targets, listings).map(({ account, flowLog }) => [account, flowLog.flowLogId]);
  };

  it('is what was listed and is no target', () => {
    expect(idsOf([listingOf({ flowLogId: 'a' }, { flowLogId: 'b' })], ['a'])).toEqual([[null, 'b']]);
  });

  it('is there once, however often it was listed, with its account', () => {
    const retail = { ...listingOf({ flowLogId: 'c' }), account: 'retail' };
    expect(idsOf([retail, retail, listingOf({ flowLogId: 'a' })], ['a'])).toEqual([['retail', 'c']]);
  });

  it('is not known where nothing could be listed', () => {
    const error = new CloudError('no', { ...CALL, code: 'NoPermission' });
    expect(idsOf([{ ...listingOf(), flowLogs: error }], ['a'])).toEqual([]);
  });
});

describe('flow logs picked by their tags', () => {
  const filter = { regionId: null, schedule: null, account: null, tags: { env: 'prod' } };
  const targetsOf = (...ids: readonly string[]) =>
    resolveTargets(
      ids.map((flowLogId, position) => entryOf({ flowLogId, position })),
      [],
      [],
    ).targets;

  it('are not those whose tags cannot be read, and that is said', () => {
    const listing = listingOf({ flowLogId: 'a', tags: { env: 'prod' } }, { flowLogId: 'b', tags: null });
    const { targets, warnings, problem } = pickTargets(targetsOf('a', 'b'), filter, [listing]);
    expect(targets.map(({ entry }) => entry.flowLogId)).toEqual(['a']);
    expect(warnings).toEqual([
      { subject: 'b', message: expect.stringContaining('its tags could not be read') },
    ]);
    expect(problem).toBeNull();
  });

  it('are not those that were not found', () => {
    const { targets, problem } = pickTargets(targetsOf('gone'), filter, [listingOf({ flowLogId: 'a' })]);
    expect(targets).toEqual([]);
    expect(problem).toBe('select: no flow log of the config has all of this');
  });

  it('may be none of all that there are', () => {
    expect(pickTargets([], 'all', []).problem).toBeNull();
  });

  it('are not those of a region that was not listed', () => {
    expect(pickTargets(targetsOf('a'), filter, []).targets).toEqual([]);
  });
});
