/** In bytes: what is larger costs more to copy into one piece with its head or frame than to send as a piece of its own. */
export const copyLimit = 16 * 1024
