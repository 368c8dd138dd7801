package dev.relaychat.example

import dev.relaychat.sdk.FileSessionStore
import dev.relaychat.sdk.RelayClient
import dev.relaychat.sdk.messages
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.launchIn
import kotlinx.coroutines.flow.onEach
import java.io.File

/** The Kotlin lines of the README, which are compiled here. */
suspend fun quickStart(
    scope: CoroutineScope,
    folder: File,
    mailedCode: suspend () -> String,
) {
    val client =
        RelayClient("https://chat.example.com", scope) {
            storePath = File(folder, "relay.db").path
            sessionStore = FileSessionStore(File(folder, "session"))
        }
    client.connect()
    if (client.me.value == null) {
        val requested = client.auth.requestCode("alice@example.com")
        client.auth.verifyCode(requested.requestId, mailedCode())
    }
    client.chats.items
        .onEach { chats -> println(chats.map { it.title }) }
        .launchIn(scope)
    val bob =
        client.people
            .list(query = "bob@example.com")
            .items
            .first()
    val chat = client.chat(client.chats.openDirect(bob.id))
    chat
        .timeline(scope)
        .items
        .onEach { println(it.messages().lastOrNull()?.text) }
        .launchIn(scope)
    chat.send("hi").delivered()
}
