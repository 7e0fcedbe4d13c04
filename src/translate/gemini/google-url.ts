/**
 * True for a URL of what Google holds itself: a file sent to it, a bucket's object, a video. It reads those, and no others,
 * and nobody else does. https://ai.google.dev/gemini-api/docs/file-input-methods
 */
export const isGoogleUrl = (url: string): boolean =>
  /^(gs:|https:\/\/generativelanguage\.googleapis\.com\/|https?:\/\/(www\.|m\.)?(youtube\.com|youtu\.be)\/)/i.test(
    url,
  )
