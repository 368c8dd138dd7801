/** A place on the page for something that opens beside it, also when what stood there is gone. */

export interface AnchorBox {
  readonly getBoundingClientRect: () => DOMRect
}

export function boxOfElement(element: Element): AnchorBox {
  const box = element.getBoundingClientRect()
  return { getBoundingClientRect: () => box }
}

export function boxOfPoint(x: number, y: number): AnchorBox {
  const box = new DOMRect(x, y, 0, 0)
  return { getBoundingClientRect: () => box }
}
