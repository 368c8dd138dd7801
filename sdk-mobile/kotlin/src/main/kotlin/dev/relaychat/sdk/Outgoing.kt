package dev.relaychat.sdk

import kotlinx.coroutines.flow.StateFlow

/** A message on its way. It is in the timeline already, and goes on without this handle. */
public class Outgoing internal constructor(
    client: RelayClient,
    private val core: CoreOutgoing,
) {
    /** Names the message, now and for ever. */
    public val id: String = core.id()

    /** How far it is, uploaded bytes among it. It is followed while somebody collects it. */
    public val state: StateFlow<OutgoingState> by lazy {
        client.scope.watchedWhileCollected(core.state()) { emit ->
            core.watchState(
                object : OutgoingListener {
                    override fun onChange(value: OutgoingState) = emit(value)
                },
            )
        }
    }

    /**
     * Waits until the server has it. Throws why it failed; it can be tried again then. Cancelling
     * ends the waiting, not the message.
     */
    public suspend fun delivered(): Message = core.delivered()

    /** Tries it again when it has failed. */
    public fun retry(): Unit = core.retry()

    /** Gives it another text. Throws [RelayException.AlreadySent] once it has left this device. */
    public fun edit(text: String): Unit = core.edit(text)

    /** Takes it back; removes a failed one. */
    public fun cancel(): Unit = core.cancel()
}

/**
 * A file of this device, to attach. Of the types `image/png`, `image/jpeg`, `image/webp` and
 * `image/gif` it becomes an image, without its metadata; of any other it goes byte for byte.
 */
public fun file(
    path: String,
    contentType: String = "application/octet-stream",
): Upload = Upload(UploadContent.File(path), contentType, path.substringAfterLast('/'))

/** An image file of this device, to attach or to show as one's picture. */
public fun imageFile(
    path: String,
    contentType: String = "image/png",
): Upload = Upload(UploadContent.File(path), contentType, path.substringAfterLast('/'))
