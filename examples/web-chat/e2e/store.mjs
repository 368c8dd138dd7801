// What the page keeps in its only database, looked at from outside.
import { until } from './server.mjs'

/** Waits until so many messages, or changes of messages, are queued in the database. */
export function kept(person, count, what = 'message/') {
  return until(`${count} queued of ${person.name}`, async () => {
    return (await person.page.evaluate(countRecords, ['outbox', what])) === count
  })
}

export async function keepsChats(person) {
  return (await person.page.evaluate(countRecords, ['messages', ''])) > 0
}

/**
 * How many records a table of the only database has under a key; runs in the page. The browser may
 * take the database away meanwhile: then there are none, and no empty one is left in its place.
 */
async function countRecords([table, key]) {
  const databases = await indexedDB.databases()
  if (databases.length === 0) return 0
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(databases[0].name)
    opening.onerror = reject
    opening.onupgradeneeded = () => {
      opening.transaction.abort()
      resolve(0)
    }
    opening.onsuccess = () => {
      const database = opening.result
      try {
        const range = IDBKeyRange.bound(key, `${key}\uffff`)
        const counting = database.transaction(table).objectStore(table).count(range)
        counting.onsuccess = () => resolve(counting.result)
        counting.onerror = reject
      } catch (error) {
        reject(error)
      }
      database.close()
    }
  })
}
