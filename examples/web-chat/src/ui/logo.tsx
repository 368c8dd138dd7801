/** The sign of the product. Decorative. */
export function Logo({ size = 40 }: { size?: number }) {
  return (
    <svg aria-hidden="true" width={size} height={size} viewBox="0 0 32 32" className="text-accent">
      <rect width="32" height="32" rx="9" fill="currentColor" />
      <g className="text-accent-ink">
        <path
          d="M8.5 14.2a6.2 6.2 0 0 1 6.2-6.2h2.6a6.2 6.2 0 0 1 0 12.4h-1.7l-4.3 3.5a.7.7 0 0 1-1.1-.6v-3.6a6.2 6.2 0 0 1-1.7-5.5Z"
          fill="currentColor"
        />
      </g>
      <circle cx="13.6" cy="14.2" r="1.3" fill="currentColor" />
      <circle cx="18.4" cy="14.2" r="1.3" fill="currentColor" />
    </svg>
  )
}
