/**
 * Where Function Compute 3.0 is, as the component that deploys knows it; it refuses every other region.
 * @see https://github.com/devsapp/fc3/blob/master/src/schema.json, IRegion
 */
export const FUNCTION_COMPUTE_REGIONS: readonly string[] = [
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-southeast-3',
  'ap-southeast-5',
  'ap-southeast-7',
  'cn-beijing',
  'cn-chengdu',
  'cn-hangzhou',
  'cn-heyuan-acdr-1',
  'cn-hongkong',
  'cn-huhehaote',
  'cn-qingdao',
  'cn-shanghai',
  'cn-shanghai-cloudspe',
  'cn-shanghai-finance-1',
  'cn-shenzhen',
  'cn-wulanchabu',
  'cn-zhangjiakou',
  'eu-central-1',
  'eu-west-1',
  'me-central-1',
  'us-east-1',
  'us-west-1',
];
