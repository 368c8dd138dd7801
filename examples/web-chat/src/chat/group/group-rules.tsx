import type { ChatSummary, Role } from '@relaychat/client'
import { useState } from 'react'
import { rolesOf, useChatHandle } from '../../contract'
import { describeError, t } from '../../strings'
import { announce } from '../../ui/live-region'
import { SelectField } from '../../ui/select-field'

/** Who may write in a group and who may add people, for those who look after it. */
export function GroupRules({ chat, isOurs }: { chat: ChatSummary; isOurs: boolean }) {
  const handle = useChatHandle(chat.id)
  const { send, add } = rolesOf(chat)
  if (handle.setSendRole === undefined || handle.setAddRole === undefined) return null
  return (
    <section aria-label={t.group.rules} className="flex flex-col gap-4">
      <Rule
        label={t.group.sendRole}
        role={send}
        onChange={async role => handle.setSendRole?.(role)}
      />
      {isOurs && (
        <Rule
          label={t.group.addRole}
          role={add}
          onChange={async role => handle.setAddRole?.(role)}
        />
      )}
    </section>
  )
}

function Rule({
  label,
  role,
  onChange,
}: {
  label: string
  role: Role
  onChange: (role: Role) => Promise<void>
}) {
  /** Shown at once; what the group says counts again when the answer is there. */
  const [wanted, setWanted] = useState<Role>()
  const [problem, setProblem] = useState<string>()
  const words = t.group.ruleRoles
  const choose = async (next: Role) => {
    setWanted(next)
    setProblem(undefined)
    try {
      await onChange(next)
      announce(t.group.saved)
    } catch (error) {
      setProblem(describeError(error))
    } finally {
      setWanted(undefined)
    }
  }
  return (
    <div className="flex flex-col gap-1.5">
      <SelectField
        label={label}
        value={wanted ?? role}
        disabled={wanted !== undefined}
        choices={[
          ['member', words.member],
          ['admin', words.admin],
          // Said elsewhere, and not to be lost here.
          ...(role === 'owner' ? ([['owner', words.owner]] as const) : []),
        ]}
        onChoose={choose}
      />
      <div role="alert" className="text-sm text-danger empty:hidden">
        {problem}
      </div>
    </div>
  )
}
