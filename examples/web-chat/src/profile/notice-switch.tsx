import { setNotices, useNoticeState } from '../platform/notices'
import { t } from '../strings'
import { Button } from '../ui/button'

/** Notifications of the system, on or off. */
export function NoticeSwitch() {
  const state = useNoticeState()
  if (state === 'denied') return <p className="text-sm text-soft">{t.notices.denied}</p>
  const isOn = state === 'on'
  return (
    <div className="flex flex-wrap items-center justify-between gap-3">
      <p className="min-w-0 flex-1 text-sm text-pretty text-soft">
        {isOn ? t.notices.on : t.notices.off}
      </p>
      <Button look="plain" onClick={() => setNotices(!isOn)}>
        {isOn ? t.notices.turnOff : t.notices.turnOn}
      </Button>
    </div>
  )
}
