/**
 * Puts a snapshot together from what the core wrote: an unchanged item of a list comes as the
 * number of its place in the snapshot before, a changed or new one in full. So unchanged items
 * keep their identity, and cost nothing to cross the boundary.
 */

import { errorFromReport, type ErrorReport } from './errors.js'
import { placeholderFromHash } from './placeholder.js'

/**
 * Parses what the core wrote; errors become {@link RelayError}s, thumb hashes pictures. Nothing at
 * all is `undefined`: what is not known (any more) has no JSON.
 */
export function parse<T>(json: string): T {
  return (json === '' ? undefined : JSON.parse(json, revive)) as T
}

/** A list as the core writes it. */
export type ListPatch<T> = readonly (number | T)[]

export function applyPatch<T extends object>(previous: readonly T[], patch: ListPatch<T>): readonly T[] {
  return patch.map((entry) => {
    if (typeof entry !== 'number') return entry
    const item = previous[entry]
    if (item === undefined) throw new RangeError(`the core refers to item ${entry} of ${previous.length}`)
    return item
  })
}

/** Errors and thumb hashes as an application takes them. */
export function revive(key: string, value: unknown): unknown {
  if ((key === 'error' || key === 'heldUpBy') && isReport(value)) return errorFromReport(value)
  if (key === 'thumbHash' || !hasThumbHash(value)) return value
  const { thumbHash, ...attachment } = value
  const placeholder = placeholderFromHash(thumbHash)
  return placeholder === undefined ? attachment : { ...attachment, placeholder }
}

function isReport(value: unknown): value is ErrorReport {
  return typeof value === 'object' && value !== null && 'code' in value
}

function hasThumbHash(value: unknown): value is { thumbHash: string } {
  return typeof value === 'object' && value !== null && 'thumbHash' in value
}
