import { GatewayError } from '../../errors.ts'

/** How base64 of a kind of image begins. */
const beginnings: readonly (readonly [string, string])[] = [
  ['iVBORw0KGgo', 'image/png'],
  ['/9j/', 'image/jpeg'],
  ['UklGR', 'image/webp'],
  ['R0lGOD', 'image/gif'],
]

/** The data URL of an image that came as bare base64; what is a URL already stays. Throws `bad_request`, naming `where`. */
export function imageUrl(image: unknown, where: string): string {
  if (typeof image === 'string') {
    if (/^(?:data:image\/|https?:\/\/)/.test(image)) return image
    const type = beginnings.find(([beginning]) => image.startsWith(beginning))?.[1]
    if (type !== undefined) return `data:${type};base64,${image}`
  }
  throw new GatewayError('bad_request', {
    reason: `${where} is no PNG, JPEG, WebP or GIF in base64`,
  })
}
