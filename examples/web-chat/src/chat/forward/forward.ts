/**
 * Sending a message on to other chats. What arrives there is the sender's own: it names nobody,
 * answers nothing, and stays when the original is edited or deleted.
 */

import type { Attachment, Client, Message } from '@relaychat/client'

/** As many chats at once: more is a broadcast, and meets the engine's limits. */
export const forwardMax = 5

/** Fails before anything is sent where a file cannot be had; from then on the outbox takes care. */
export async function forward(
  client: Client,
  { text, attachments }: Message,
  chatIds: Iterable<string>,
): Promise<void> {
  const files = await Promise.all(attachments.map(one => fetched(client, one)))
  for (const chatId of chatIds) client.chat(chatId).send({ text, attachments: files })
}

async function fetched(client: Client, { id, contentType, fileName }: Attachment): Promise<Blob> {
  const answer = await fetch((await client.attachmentLinks(id)).url)
  if (!answer.ok) throw new Error(`a file could not be fetched: ${answer.status}`)
  const bytes = await answer.arrayBuffer()
  const type = { type: contentType }
  return fileName === undefined ? new Blob([bytes], type) : new File([bytes], fileName, type)
}
