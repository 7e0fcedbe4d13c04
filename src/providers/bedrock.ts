import { awsError } from '../translate/converse/aws-error.ts'
import { invoker } from '../translate/invoke/provider.ts'
import type { ProviderApi } from './api.ts'

/** The part of a base URL's path that makes it Bedrock's OpenAI-compatible endpoint. */
const compatible = /\/openai\/v1$/

/** Who counts knows a model by its own id, not by that of a profile of several regions. */
const ofRegions = /^(us|us-gov|eu|apac|jp|au|global)\.(?=[a-z])/

/**
 * Amazon Bedrock: Claude is asked in Messages, OpenAI's own models in OpenAI's API, and every model in Converse. The base
 * URL may be the server's or that of its OpenAI-compatible endpoint.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/inference-api.html
 */
export const bedrock: ProviderApi = {
  says: "Bedrock's APIs",
  claude: 'bedrock',
  path({ protocol, path, streamed }, base, model) {
    const root = base.replace(compatible, '')
    // An id may be an ARN, with colons and slashes.
    const at = `${root}/model/${encodeURIComponent(model)}`
    const counts = `${root}/model/${encodeURIComponent(model.replace(ofRegions, ''))}/count-tokens`
    switch (protocol) {
      case 'messages':
        if (!/claude/.test(model)) return undefined
        if (path === '/messages/count_tokens') return counts
        return `${at}/${streamed ? 'invoke-with-response-stream' : 'invoke'}`
      case 'converse':
        return path === '/count-tokens' ? counts : at + path
      case 'chat':
      case 'responses':
        return path !== '/responses/input_tokens' && /(^|[./])openai\./.test(model)
          ? `${root}/openai/v1${path}`
          : undefined
      case 'invoke':
        return invoker(model) && at + path
      default:
        return undefined
    }
  },
  decodeError: awsError,
  authorize: key => ['authorization', `Bearer ${key}`],
}
