/**
 * Everything of the core that somebody looks at, and the one place where changes become
 * notifications.
 *
 * A view is a cell fed by a topic of the core. It is opened in the core while it is watched (some
 * are watched for as long as the client lives) and stays open a little longer, because React's
 * StrictMode and a change of page unsubscribe and subscribe again at once. The core only says
 * *that* a topic changed; the value is fetched once a frame, however often it changed.
 */

import { Cell } from './cell.js'
import type { Core, Topic } from './core.js'
import type { FrameSource } from './frames.js'

/** Longer than any re-render or navigation, short enough that nothing piles up. */
const LINGER_MS = 10_000

export interface ViewOptions<T> {
  readonly topic: Topic
  readonly initial: T
  /** Shown instead of `initial` when the topic names nothing, such as an id that is none. */
  readonly missing?: T
  /** Makes the next snapshot from what the core wrote. */
  readonly decode: (json: string, previous: T) => T
  /** Open from the first connect to the end, watched or not. */
  readonly isKept?: boolean
  /** Whether a value tells nothing yet. After a restart such a one does not replace what is shown. */
  readonly isBlank?: (value: T) => boolean
  /** Before the listeners are called. */
  readonly onChange?: (value: T) => void
}

export class View<T> {
  readonly cell: Cell<T>
  readonly options: ViewOptions<T>
  isOpen = false
  /** What the core's next change refers to: the snapshot, but for a while after a restart. */
  base: T
  /** The snapshot is from before the restart. */
  isHeld = false
  lingering: ReturnType<typeof setTimeout> | undefined

  constructor(options: ViewOptions<T>, views: Views) {
    this.options = options
    this.base = options.initial
    this.cell = new Cell(options.initial, {
      onWatched: () => views.open(this),
      onUnwatched: () => views.linger(this),
    })
  }
}

/** A view of any type, for the collections: `decode` makes `View` invariant in `T`. */
type AnyView = View<any>

export class Views {
  readonly #frames: FrameSource
  readonly #onFault: (error: unknown) => void
  readonly #views = new Map<Topic, AnyView>()
  readonly #dirty = new Set<Topic>()
  /** Already fetched outside a frame, not yet told. */
  readonly #untold = new Set<AnyView>()
  #core: Core | undefined
  #cancelFrame: (() => void) | undefined

  constructor(frames: FrameSource, onFault: (error: unknown) => void) {
    this.#frames = frames
    this.#onFault = onFault
  }

  /** One view per topic: asking again gives the same one. */
  get<T>(options: ViewOptions<T>): View<T> {
    const known = this.#views.get(options.topic)
    if (known !== undefined) return known
    const view = new View(options, this)
    this.#views.set(options.topic, view)
    if (options.isKept) this.open(view)
    return view
  }

  /** The module is there: opens what is watched already. */
  attach(core: Core): void {
    this.#core = core
    for (const view of this.#views.values()) {
      if (view.options.isKept || view.cell.isWatched) this.open(view)
    }
  }

  open(view: AnyView): void {
    clearTimeout(view.lingering)
    view.lingering = undefined
    if (view.isOpen || this.#core === undefined) return
    view.isOpen = true
    if (this.#core.open(view.options.topic)) this.wake(view.options.topic)
    else if ('missing' in view.options) this.put(view, view.options.missing)
  }

  linger(view: AnyView): void {
    if (view.options.isKept || !view.isOpen) return
    clearTimeout(view.lingering)
    view.lingering = setTimeout(() => this.#shut(view), LINGER_MS)
    unref(view.lingering)
  }

  /** Opens the view if need be, also when nobody watches it, and lets it linger. */
  touch(view: AnyView): void {
    this.open(view)
    if (!view.cell.isWatched) this.linger(view)
  }

  /** Ends a view for good. */
  drop(topic: Topic): void {
    const view = this.#views.get(topic)
    if (view === undefined) return
    this.#shut(view)
    this.#views.delete(topic)
    this.#dirty.delete(topic)
    this.#untold.delete(view)
  }

  readonly wake = (topic: Topic): void => {
    this.#dirty.add(topic)
    this.#arm()
  }

  /** Fetches a topic now; its listeners are still called with the next frame. */
  pull(topic: Topic): void {
    this.#dirty.delete(topic)
    const view = this.#views.get(topic)
    if (view !== undefined && this.#fetch(view)) {
      this.#untold.add(view)
      this.#arm()
    }
  }

  /** Sets a value that does not come from the core (it is gone, or not there yet). */
  put<T>(view: View<T>, value: T): void {
    view.base = value
    view.isHeld = false
    view.cell.set(value)
    this.#untold.add(view)
    this.#arm()
  }

  /** Hands over what has changed now instead of with the next frame. */
  flush(): void {
    this.#cancelFrame?.()
    this.#cancelFrame = undefined
    for (const topic of [...this.#dirty]) {
      this.#dirty.delete(topic)
      const view = this.#views.get(topic)
      if (view !== undefined && this.#fetch(view)) this.#untold.add(view)
    }
    const changed = [...this.#untold]
    this.#untold.clear()
    for (const view of changed) {
      view.options.onChange?.(view.cell.getSnapshot())
      view.cell.notify()
    }
  }

  /** The core is another one: what is read next of each topic is whole. */
  restart(): void {
    for (const view of this.#views.values()) {
      view.base = view.options.initial
      view.isHeld = view.isOpen
    }
  }

  /** Nothing better will come than what the new core has. */
  release(): void {
    for (const view of this.#views.values()) if (view.isHeld) this.put(view, view.base)
  }

  /** Nothing comes from the core any more. Snapshots stay readable. */
  detach(): void {
    this.#core = undefined
    this.#dirty.clear()
    for (const view of this.#views.values()) {
      clearTimeout(view.lingering)
      view.isOpen = false
    }
  }

  #fetch(view: AnyView): boolean {
    if (this.#core === undefined || !view.isOpen) return false
    const { topic, decode, initial, missing = initial, isBlank } = view.options
    try {
      const previous = view.cell.getSnapshot()
      for (let json = this.#core.read(topic); json !== undefined; json = this.#core.read(topic)) {
        view.base = json === null ? missing : decode(json, view.base)
      }
      if (view.isHeld && isBlank?.(view.base)) return false
      view.isHeld = false
      view.cell.set(view.base)
      return view.base !== previous
    } catch (error) {
      this.#onFault(error)
      return false
    }
  }

  #shut(view: AnyView): void {
    clearTimeout(view.lingering)
    view.lingering = undefined
    if (!view.isOpen) return
    view.isOpen = false
    this.#core?.shut(view.options.topic)
  }

  #arm(): void {
    this.#cancelFrame ??= this.#frames.request(() => this.flush())
  }
}

/** In Node a timer that only tidies up must not keep the process alive. */
function unref(timer: unknown): void {
  if (typeof timer === 'object' && timer !== null && 'unref' in timer) (timer as { unref(): void }).unref()
}
