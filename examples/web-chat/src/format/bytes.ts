/** Sizes for people. */

import { type Locale, readerLocale } from './locale'

/** "12 bytes", "850 kB", "10 MB": binary steps, since limits are set in them, with the everyday unit names. */
export function bytesLabel(bytes: number, locale: Locale = readerLocale()): string {
  if (bytes < 1_024) {
    const inBytes = { style: 'unit', unit: 'byte', unitDisplay: 'long' } as const
    return new Intl.NumberFormat(locale, inBytes).format(bytes)
  }
  const mebibytes = bytes / 1_048_576
  const isLarge = mebibytes >= 1
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: isLarge ? 'megabyte' : 'kilobyte',
    maximumFractionDigits: isLarge ? 1 : 0,
  }).format(isLarge ? mebibytes : bytes / 1024)
}
