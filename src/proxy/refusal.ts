import { header, type RawHeaders } from '../wire/headers.ts'

/**
 * Of a key that is not one, or not any more. AWS says that with 403, Google for its API keys with 400.
 * https://ai.google.dev/gemini-api/docs/troubleshooting
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html
 */
const words =
  /"API_KEY_INVALID"|API key (?:not valid|expired)|\b(?:ExpiredToken|UnrecognizedClient)|security token included in the request is (?:expired|invalid)|bearer token has expired/i

/** The body of such an answer has to be read: its status alone says that of many things. */
export const mayRefuseKey = (status: number): boolean => status === 400 || status === 403

/** Whether a provider says that it does not take the credential. `text` is the body, as far as it is known. */
export const refusesKey = (status: number, headers: RawHeaders, text = ''): boolean =>
  status === 401 ||
  (mayRefuseKey(status) &&
    (words.test(header(headers, 'x-amzn-errortype') ?? '') || words.test(text)))
