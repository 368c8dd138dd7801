import { Menu } from '@base-ui/react/menu'
import { t } from '../../strings'
import { iconButton } from '../button'
import { tones } from './emoji-data'

const hand = '\u{1F44B}'

/** The tone in which people and hands are offered. */
export function SkinTones({ tone, onChange }: { tone: number; onChange: (tone: number) => void }) {
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger aria-label={t.emoji.skinTone} title={t.emoji.skinTone} className={iconButton}>
        <span aria-hidden className="text-xl leading-none">
          {hand + (tones[tone] ?? '')}
        </span>
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner align="end" sideOffset={2} className="z-70">
          <Menu.Popup className="rounded-2xl bg-overlay p-1 shadow-float outline-none">
            <Menu.RadioGroup value={tone} onValueChange={value => onChange(Number(value))}>
              {tones.map((modifier, index) => (
                <Menu.RadioItem
                  key={modifier}
                  value={index}
                  closeOnClick
                  aria-label={t.emoji.tones[index]}
                  className="grid size-11 cursor-pointer place-items-center rounded-xl text-2xl leading-none outline-none data-checked:bg-selected data-highlighted:bg-hover"
                >
                  {hand + modifier}
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}
