import { chatClient } from './chat/client.ts'
import { chatProvider } from './chat/provider.ts'
import type { ClientCodec, ProviderCodec } from './codec.ts'
import { converseProvider } from './converse/provider.ts'
import { geminiClient } from './gemini/client.ts'
import { geminiProvider } from './gemini/provider.ts'
import { messagesClient } from './messages/client.ts'
import { messagesProvider } from './messages/provider.ts'
import { responsesClient } from './responses/client.ts'
import { responsesProvider } from './responses/provider.ts'
import type { Asking, Spoken } from './routes.ts'

/** The protocols that clients speak. */
export const clientCodecs: Readonly<Partial<Record<Asking, ClientCodec>>> = {
  chat: chatClient,
  responses: responsesClient,
  messages: messagesClient,
  gemini: geminiClient,
}

/** The protocols that providers speak. */
export const providerCodecs: Readonly<Partial<Record<Spoken, ProviderCodec>>> = {
  chat: chatProvider,
  responses: responsesProvider,
  messages: messagesProvider,
  gemini: geminiProvider,
  converse: converseProvider,
}
