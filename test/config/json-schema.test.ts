import { readFileSync } from 'node:fs';
import { Ajv, type AnySchemaObject } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { configJsonSchema } from '../../lib/config/json-schema.ts';
import { configFile, issuesOf, withException, without, withSchedule, withWindow } from '../support/config.ts';
import { changedFile, validFile } from '../support/config-files.ts';

const functions = new URL('../../functions/', import.meta.url);
const example = readFileSync(new URL('../../examples/flow-logs.yaml', import.meta.url), 'utf8');
const read = (name: string) => readFileSync(new URL(name, functions), 'utf8');

const ajv = new Ajv({ allErrors: true });
const schema = configJsonSchema() as AnySchemaObject;
const accepts = ajv.compile(schema);
const errorsOf = (file: unknown) => (accepts(file) ? [] : (accepts.errors ?? []));

describe('the JSON Schema', () => {
  it('that lies beside the config is the one that the definition gives', () => {
    expect(JSON.parse(read('flow-logs.schema.json'))).toEqual(schema);
  });

  it('is valid itself', () => {
    expect(ajv.validateSchema(schema)).toBe(true);
  });

  it('accepts the config that is deployed, and so does the validator', () => {
    expect(errorsOf(parseYaml(example))).toEqual([]);
    expect(issuesOf(example)).toEqual([]);
  });

  const window = { days: 'daily', from: '08:00', to: '20:00' };

  it.each<[string, unknown, string]>([
    ['no document', null, ''],
    ['a list', [], ''],
    ['a key too many', configFile({ owner: 'x' }), ''],
    ['no timezone', without(configFile(), 'timezone'), ''],
    ['no recordTo', without(configFile(), 'recordTo'), ''],
    ['another word for recordTo', configFile({ recordTo: 'stderr' }), '/recordTo'],
    ['recordTo without its parts', configFile({ recordTo: {} }), '/recordTo'],
    ['a list of schedules', configFile({ schedules: [] }), '/schedules'],
    ['a schedule without windows', withSchedule({}), '/schedules/s'],
    ['a schedule with a misspelled key', withSchedule({ windows: [], timezon: 'UTC' }), '/schedules/s'],
    ['a name with a space', configFile({ schedules: { 'a b': { windows: [] } } }), '/schedules'],
    ['a window without its parts', withWindow({}), '/schedules/s/windows/0'],
    ['a window of both kinds', withWindow({ ...window, cron: '* * * * *' }), '/schedules/s/windows/0'],
    ['a misspelled day', withWindow({ ...window, days: ['tue'] }), '/schedules/s/windows/0/days/0'],
    ['no day of a list', withWindow({ ...window, days: [] }), '/schedules/s/windows/0/days'],
    ['a time as a number', withWindow({ ...window, from: 8 }), '/schedules/s/windows/0/from'],
    [
      'another status',
      withException({ from: '2026-12-28', to: '2026-12-28', status: 'on' }),
      '/schedules/s/exceptions/0/status',
    ],
    [
      'one holiday for a list',
      configFile({ calendars: { plant: { holidays: '2026-12-24' } } }),
      '/calendars/plant/holidays',
    ],
    ['no flow log', configFile({ flowLogs: [] }), '/flowLogs'],
    ['a flow log without its parts', configFile({ flowLogs: [{}] }), '/flowLogs/0'],
    ['a limit out of range', configFile({ limits: { concurrency: 0 } }), '/limits/concurrency'],
    ['a limit in halves', configFile({ limits: { maxFlowLogs: 1.5 } }), '/limits/maxFlowLogs'],
    ['an unknown limit', configFile({ limits: { maxFlowLog: 5 } }), '/limits'],
  ])('refuses %s at its place, and so does the validator', (_, file, place) => {
    expect(errorsOf(file).map(({ instancePath }) => instancePath)).toContain(place);
    expect(issuesOf(file)).not.toEqual([]);
  });

  it('accepts whatever the validator accepts', () => {
    fc.assert(
      fc.property(validFile, (file) => {
        expect(issuesOf(file)).toEqual([]);
        expect(errorsOf(file)).toEqual([]);
      }),
    );
  });

  it('accepts every file with something odd in it that the validator accepts', () => {
    let accepted = 0;
    fc.assert(
      fc.property(changedFile, (file) => {
        if (issuesOf(file).length > 0) return;
        accepted += 1;
        expect(errorsOf(file)).toEqual([]);
      }),
      { numRuns: 500 },
    );
    expect(accepted).toBeGreaterThan(20);
  });
});

describe('the validator', () => {
  it('throws for no file, however odd', () => {
    fc.assert(
      fc.property(fc.oneof(changedFile, fc.jsonValue(), fc.string()), (file) => {
        expect(Array.isArray(issuesOf(file))).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it('refuses every file that the JSON Schema refuses', () => {
    let refused = 0;
    fc.assert(
      fc.property(changedFile, (file) => {
        if (errorsOf(file).length === 0) return;
        refused += 1;
        expect(issuesOf(file)).not.toEqual([]);
      }),
      { numRuns: 150 },
    );
    expect(refused).toBeGreaterThan(20);
  });
});
