import { useClient, useMe, useObservable } from '@relaychat/client/react'
import { LogOut } from 'lucide-react'
import { type ReactNode, useId, useState } from 'react'
import { BlockedPeople } from '../chat/blocks/blocked-people'
import { BackButton } from '../chat/conversation/header'
import { useNoticeState } from '../platform/notices'
import { t } from '../strings'
import { Button } from '../ui/button'
import { AvatarEditor } from './avatar-editor'
import { LanguageSelect } from './language-select'
import { NameForm } from './name-form'
import { NoticeSwitch } from './notice-switch'
import { PrivacySwitches } from './privacy-switches'
import { Sessions } from './sessions'
import { StorageNote } from './storage-note'
import { ThemeSwitch } from './theme-switch'

export function ProfilePage() {
  const client = useClient()
  const me = useMe()
  const notices = useNoticeState()
  const blocked = useObservable(client.people.blocked)
  if (me === null) return null
  return (
    <>
      <header className="flex min-h-16 items-center gap-3 border-b border-line bg-panel px-2 pt-[env(safe-area-inset-top)] md:px-5">
        <BackButton />
        <h1 className="text-lg font-semibold tracking-tight">{t.profile.heading}</h1>
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain">
        <div className="mx-auto flex w-full max-w-xl flex-col gap-5 px-4 py-6 pb-12 md:py-8">
          <section className="flex flex-col gap-6 rounded-3xl bg-panel p-5 shadow-card md:p-7">
            <AvatarEditor
              id={me.id}
              name={me.name}
              url={me.avatarUrl}
              onSave={picture => client.setAvatar(picture)}
              onRemove={() => client.removeAvatar()}
            />
            <NameForm>{null}</NameForm>
            {me.email !== undefined && (
              <div>
                <div className="text-sm font-medium text-soft">{t.profile.email}</div>
                <div dir="ltr" className="mt-1 break-all text-start in-[[dir=rtl]]:text-end">
                  {me.email}
                </div>
              </div>
            )}
          </section>
          <Card heading={t.profile.appearance}>
            <ThemeSwitch />
            <LanguageSelect />
          </Card>
          {notices !== 'unsupported' && (
            <Card heading={t.notices.heading}>
              <NoticeSwitch />
            </Card>
          )}
          <Card heading={t.privacy.heading}>
            <PrivacySwitches />
          </Card>
          <Card heading={t.profile.sessions} lead={t.profile.sessionsLead}>
            <Sessions />
          </Card>
          {blocked !== undefined && blocked.length > 0 && (
            <Card heading={t.blocks.heading}>
              <BlockedPeople users={blocked} />
            </Card>
          )}
          <Card heading={t.storage.heading}>
            <StorageNote />
          </Card>
          <SignOut />
        </div>
      </div>
    </>
  )
}

function Card({
  heading,
  lead,
  children,
}: {
  heading: string
  lead?: string
  children: ReactNode
}) {
  const id = useId()
  return (
    <section aria-labelledby={id} className="rounded-3xl bg-panel p-5 shadow-card md:p-7">
      <h2 id={id} className="font-semibold tracking-tight">
        {heading}
      </h2>
      {lead !== undefined && <p className="text-sm text-muted">{lead}</p>}
      <div className="mt-4">{children}</div>
    </section>
  )
}

function SignOut() {
  const client = useClient()
  const [isBusy, setIsBusy] = useState(false)
  const signOut = async () => {
    setIsBusy(true)
    // Works offline too; if it fails, everything on this device is forgotten all the same.
    await client.auth.signOut().catch(() => {})
    setIsBusy(false)
  }
  return (
    <Button look="danger" isBusy={isBusy} onClick={signOut} className="self-start">
      <LogOut aria-hidden className="size-5 rtl:-scale-x-100" />
      {isBusy ? t.profile.signingOut : t.profile.signOut}
    </Button>
  )
}
