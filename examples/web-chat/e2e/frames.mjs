// How a page keeps up while somebody scrolls: frames a second, and the longest of them. They depend on
// the machine and on what else it does, so a story prints them; what it asserts is what is drawn.

/** Scrolls an element down and up again, a little each frame, as long as somebody would. */
export function whileScrolling(page, selector, { forMs = 3_000, pxPerFrame = 60 } = {}) {
  return page.evaluate(
    ({ selector, forMs, pxPerFrame }) =>
      new Promise(resolve => {
        const scroller = document.querySelector(selector)
        const begin = performance.now()
        const at = []
        let [step, elements, rows] = [pxPerFrame, 0, 0]
        const frame = now => {
          at.push(now)
          elements = Math.max(elements, scroller.querySelectorAll('*').length)
          rows = Math.max(rows, scroller.querySelectorAll('li').length)
          const before = scroller.scrollTop
          scroller.scrollTop += step
          if (scroller.scrollTop === before) step = -step
          if (now - begin < forMs) return requestAnimationFrame(frame)
          const gaps = at.slice(1).map((time, index) => time - at[index])
          const perSecond = (1_000 * gaps.length) / (at.at(-1) - at[0])
          resolve({ perSecond, longestMs: Math.max(...gaps), elements, rows })
        }
        requestAnimationFrame(frame)
      }),
    { selector, forMs, pxPerFrame },
  )
}

/** In a line for people. */
export function inWords({ perSecond, longestMs, elements, rows }) {
  const [frames, longest] = [perSecond.toFixed(1), Math.round(longestMs)]
  return `${frames} frames a second, the longest ${longest} ms; at most ${rows} rows, ${elements} elements`
}
