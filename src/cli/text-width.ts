const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** East Asian characters and pictures take two columns. https://www.unicode.org/reports/tr11/ */
const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u
const narrow = /^[\x20-\x7e]*$/

/** How many columns of a terminal a text takes. */
export function textWidth(text: string): number {
  if (narrow.test(text)) return text.length
  let width = 0
  for (const { segment } of segmenter.segment(text)) width += segmentWidth(segment)
  return width
}

/** As much of a text as fits into so many columns. */
export function cutToWidth(text: string, width: number): string {
  if (narrow.test(text)) return text.slice(0, Math.max(width, 0))
  let left = width
  let end = 0
  for (const { segment, index } of segmenter.segment(text)) {
    left -= segmentWidth(segment)
    if (left < 0) break
    end = index + segment.length
  }
  return text.slice(0, end)
}

/** What is only a mark or a direction takes no column. */
function segmentWidth(segment: string): number {
  if (wide.test(segment)) return 2
  return /^[\p{M}\p{Cf}]+$/u.test(segment) ? 0 : 1
}
