import { STATUS_CODES } from 'node:http'

/** The words behind a status as they can be passed on: node refuses to write what may not stand in a field. */
export const reasonPhrase = (status: number, words: string): string =>
  /^[\t\x20-\x7e\x80-\xff]*$/.test(words) ? words : (STATUS_CODES[status] ?? '')
