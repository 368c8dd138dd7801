import { Monitor, Moon, Sun } from 'lucide-react'
import { setTheme, type Theme, useTheme } from '../platform/theme'
import { t } from '../strings'

const choices = [
  { theme: 'dark', Icon: Moon },
  { theme: 'light', Icon: Sun },
  { theme: 'system', Icon: Monitor },
] as const satisfies readonly { theme: Theme; Icon: unknown }[]

export function ThemeSwitch() {
  const current = useTheme()
  return (
    <div
      role="radiogroup"
      aria-label={t.profile.theme}
      className="grid grid-cols-3 gap-1 rounded-2xl bg-canvas p-1"
    >
      {choices.map(({ theme, Icon }) => (
        <label
          key={theme}
          className="relative flex min-h-11 cursor-pointer items-center justify-center gap-2 rounded-xl text-sm font-medium text-muted transition-colors select-none hover:text-ink has-checked:bg-raised has-checked:text-ink has-checked:shadow-card has-focus-visible:outline-2 has-focus-visible:outline-accent-text"
        >
          <input
            type="radio"
            name="theme"
            value={theme}
            checked={current === theme}
            onChange={() => setTheme(theme)}
            className="absolute inset-0 cursor-pointer opacity-0"
          />
          <Icon aria-hidden className="size-4.5" />
          {t.profile.themes[theme]}
        </label>
      ))}
    </div>
  )
}
