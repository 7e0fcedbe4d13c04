import type { ProviderApi } from './api.ts'

/** The part of a base URL's path that makes it Bedrock's OpenAI-compatible endpoint. */
const compatible = /\/openai\/v1$/

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
    switch (protocol) {
      case 'messages':
        if (!/claude/.test(model) || path !== '/messages') return undefined
        return `${at}/${streamed ? 'invoke-with-response-stream' : 'invoke'}`
      case 'converse':
        return at + path
      case 'chat':
      case 'responses':
        return /(^|[./])openai\./.test(model) ? `${root}/openai/v1${path}` : undefined
      default:
        return undefined
    }
  },
  authorize: key => ['authorization', `Bearer ${key}`],
}
