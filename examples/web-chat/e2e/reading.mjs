// Where the messages stand on the screen, in pixels: of one moment, and of every frame of a while.

/** Puts the measuring tools into the page; they live as long as it does. */
export async function measurable(page) {
  await page.evaluate(() => {
    const list = () => document.querySelector('section[aria-label="Messages"]')
    // The bubble, not its row: the space above it belongs to whoever stands before it.
    const bubble = row => row.querySelector('[data-bubble]') ?? row
    /** The places of all bubbles that are drawn, by key, and which are at least partly on screen. */
    const drawn = () => {
      const box = list().getBoundingClientRect()
      const tops = {}
      const seen = []
      for (const row of list().querySelectorAll('[data-key]')) {
        const { top, bottom } = bubble(row).getBoundingClientRect()
        tops[row.dataset.key] = top - box.top
        if (bottom > box.top && top < box.bottom) seen.push(row.dataset.key)
      }
      return { tops, seen, offset: list().scrollTop }
    }
    const places = () => {
      const { tops, seen } = drawn()
      return Object.fromEntries(seen.map(key => [key, tops[key]]))
    }
    const state = { frames: undefined }
    // As soon as the frame is painted: before, rows that were not measured yet may stand anywhere.
    const record = () => {
      if (state.frames === undefined) return
      globalThis.scheduler.postTask(() => state.frames?.push(drawn()), {
        priority: 'user-blocking',
      })
      requestAnimationFrame(record)
    }
    globalThis.reading = {
      list,
      places,
      start() {
        state.frames = []
        requestAnimationFrame(record)
      },
      stop() {
        const { frames } = state
        state.frames = undefined
        return frames
      },
      end() {
        const { scrollHeight, scrollTop, clientHeight } = list()
        return scrollHeight - scrollTop - clientHeight
      },
    }
  })
}

export const places = page => page.evaluate(() => globalThis.reading.places())
export const fromEnd = page => page.evaluate(() => globalThis.reading.end())

/** How far what was on screen before and still is has moved at most, in pixels. */
export function moved(before, after) {
  const both = Object.keys(before).filter(key => key in after)
  if (both.length === 0) throw new Error('nothing that was on screen still is')
  return Math.max(...both.map(key => Math.abs(after[key] - before[key])))
}

/** The way that what is on screen went from frame to frame: all of a frame goes together. */
export function travelled(frames) {
  return frames.slice(1).map((after, index) => {
    const before = frames[index]
    const ways = before.seen
      .filter(key => key in after.tops)
      .map(key => after.tops[key] - before.tops[key])
    if (ways.length === 0) throw new Error(`frame ${index} and the next have nothing in common`)
    // The first is the one that is read at; on a slow machine the last may still be measured.
    return { way: ways[0], least: Math.min(...ways), most: Math.max(...ways) }
  })
}

/** What the painted frames say about a while. */
export async function whileRecording(page, run) {
  await page.evaluate(() => globalThis.reading.start())
  await run()
  await painted(page)
  return travelled(await page.evaluate(() => globalThis.reading.stop()))
}

/** A gate before some requests: while it is closed, they wait. */
export async function gate(page, pattern) {
  let open = () => {}
  let opened = Promise.resolve()
  await page.route(pattern, async route => {
    await opened
    await route.continue().catch(() => undefined)
  })
  return {
    close: () => {
      opened = new Promise(resolve => {
        open = resolve
      })
    },
    open: () => open(),
  }
}

/** Two frames have been painted: what was caused before is on screen. */
export const painted = page =>
  page.evaluate(
    () => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  )
