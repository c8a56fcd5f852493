/**
 * In place of the component fc3 of Serverless Devs, which is on no package registry. Notes in `handed-over.jsonl`, beside
 * s.yaml, what `s` hands to a component. With FC_CLIENT_CUSTOM_ENDPOINT and FC_CODE_TEMP_OSS_ENDPOINT it sends that to
 * Function Compute by Alibaba Cloud's own clients, in the order of fc3. It never asks a question.
 */
const { appendFileSync, readdirSync, readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { dirname, join, relative, resolve } = require('node:path');

module.exports = class {
  async deploy(inputs) {
    const { props, credential, folder } = await handedOver('deploy', inputs);
    const cloud = connect(credential);
    if (cloud === null) return {};
    const { functionName, region, code, triggers = [], asyncInvokeConfig, role, ...settings } = props;
    const body = {
      ...settings,
      functionName,
      // A bare name is completed with the account, in lower case.
      role: (role.startsWith('acs:') ? role : `acs:ram::${credential.AccountID}:role/${role}`).toLowerCase(),
      code: await cloud.upload(zipOf(resolve(folder, code))),
    };
    await cloud.createOrUpdate('Function', [], functionName, body);
    for (const { triggerConfig, ...trigger } of triggers) {
      const sent = { ...trigger, triggerConfig: JSON.stringify(triggerConfig) };
      await cloud.createOrUpdate('Trigger', [functionName], trigger.triggerName, sent);
    }
    if (asyncInvokeConfig !== undefined) await cloud.putAsyncInvokeConfig(functionName, asyncInvokeConfig);
    return { region, functionName };
  }

  async remove(inputs) {
    const { props, credential } = await handedOver('remove', inputs);
    await connect(credential)?.remove(props.functionName);
    return {};
  }
};

/** What `s` hands over, noted without what is secret. */
async function handedOver(command, { props, args, yaml, getCredential }) {
  const credential = await getCredential();
  const folder = dirname(yaml.path);
  const { AccountID: accountId, AccessKeyID: accessKeyId, SecurityToken } = credential;
  const noted = { command, props, args, accountId, accessKeyId, hasToken: SecurityToken !== undefined };
  appendFileSync(join(folder, 'handed-over.jsonl'), `${JSON.stringify(noted)}\n`);
  return { props, credential, folder };
}

/** Null without endpoints. */
function connect({ AccountID, AccessKeyID, AccessKeySecret, SecurityToken }) {
  const { FC_CLIENT_CUSTOM_ENDPOINT: endpoint, FC_CODE_TEMP_OSS_ENDPOINT: ossEndpoint } = process.env;
  if (!endpoint || !ossEndpoint) return null;
  const fc = require('@alicloud/fc20230330');
  const { protocol, host } = new URL(endpoint);
  const client = new fc.default({
    accessKeyId: AccessKeyID,
    accessKeySecret: AccessKeySecret,
    securityToken: SecurityToken,
    protocol: protocol.slice(0, -1),
    endpoint: host,
  });

  return {
    /** Where the code is then. */
    async upload(zip) {
      const Fc2 = require('@alicloud/fc2');
      const account = new Fc2(AccountID, {
        accessKeyID: AccessKeyID,
        accessKeySecret: AccessKeySecret,
        securityToken: SecurityToken,
        region: 'that-of-the-endpoint',
        endpoint,
      });
      const { data } = await account.getTempBucketToken();
      const Oss = createRequire(require.resolve('@alicloud/fc2'))('ali-oss');
      const oss = new Oss({
        endpoint: ossEndpoint,
        accessKeyId: data.credentials.AccessKeyId,
        accessKeySecret: data.credentials.AccessKeySecret,
        stsToken: data.credentials.SecurityToken,
        bucket: data.ossBucket,
        // Never needed; without it the client prints a warning.
        refreshSTSToken: async () => data.credentials,
      });
      const ossObjectName = `${AccountID}/${data.objectName}`;
      await oss.put(ossObjectName, zip);
      return { ossBucketName: data.ossBucket, ossObjectName };
    },

    /** @param kind `Function` or `Trigger`, as it is in the names of the client's operations */
    async createOrUpdate(kind, parents, name, body) {
      const request = (verb) =>
        new fc[`${verb}${kind}Request`]({ body: new fc[`${verb}${kind}Input`](body) });
      try {
        await client[`create${kind}`](...parents, request('Create'));
      } catch (error) {
        if (error.code !== `${kind}AlreadyExists`) throw error;
        await client[`update${kind}`](...parents, name, request('Update'));
      }
    },

    async putAsyncInvokeConfig(functionName, { qualifier, ...config }) {
      const body = new fc.PutAsyncInvokeConfigInput({ destinationConfig: {}, ...config });
      await client.putAsyncInvokeConfig(
        functionName,
        new fc.PutAsyncInvokeConfigRequest({ qualifier, body }),
      );
    },

    /** Triggers first. Nothing to do for a function that is not there. */
    async remove(functionName) {
      try {
        const { body } = await client.listTriggers(functionName, new fc.ListTriggersRequest({}));
        for (const { triggerName } of body.triggers) await client.deleteTrigger(functionName, triggerName);
        await client.deleteFunction(functionName);
      } catch (error) {
        if (error.code !== 'FunctionNotFound') throw error;
      }
    },
  };
}

function zipOf(folder) {
  const { zipSync } = require('fflate');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  return Buffer.from(
    zipSync(Object.fromEntries(files.map((file) => [relative(folder, file), readFileSync(file)]))),
  );
}
