export * from '../rpc/gate.ts';
