package dev.relaychat.example

import dev.relaychat.sdk.ChatSummary
import dev.relaychat.sdk.Draft
import dev.relaychat.sdk.FileSessionStore
import dev.relaychat.sdk.Message
import dev.relaychat.sdk.RelayClient
import dev.relaychat.sdk.RelayException
import dev.relaychat.sdk.imageFile
import dev.relaychat.sdk.messages
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.launchIn
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import java.io.File
import kotlin.system.exitProcess

private const val USAGE = """kotlin-chat URL EMAIL [FOLDER]     a chat on the command line
kotlin-chat --room URL STORE       a participant of examples/room"""

private const val HELP = """/with EMAIL   open the chat with somebody
/chats        list the chats; /open NUMBER opens one
/image PATH   send a picture
/quit         anything else is sent"""

fun main(args: Array<String>) {
    when {
        args.size == 3 && args[0] == "--room" -> {
            runBlocking { takePart(args[1], args[2]) }
        }

        args.size in 2..3 -> {
            runBlocking { chat(args[0], args[1], File(args.getOrElse(2) { "." })) }
        }

        else -> {
            System.err.println(USAGE)
            exitProcess(2)
        }
    }
    // JNA keeps no thread of ours, and coroutines only daemons: the program ends here.
}

private suspend fun CoroutineScope.chat(
    url: String,
    email: String,
    folder: File,
) {
    val client =
        RelayClient(url, this) {
            storePath = File(folder, "relay.db").path
            sessionStore = FileSessionStore(File(folder, "relay.session"))
            deviceName = "kotlin-chat"
        }
    client.connect()
    if (client.me.value == null) {
        val requested = client.auth.requestCode(email)
        print("The code that was mailed to $email: ")
        val me = client.auth.verifyCode(requested.requestId, readlnOrNull().orEmpty())
        println("Hello, ${me.user.name}.")
    }
    println(HELP)
    val screen = Screen(client, this)
    while (true) {
        val line = withContext(Dispatchers.IO) { readlnOrNull() } ?: break
        if (line == "/quit") break
        try {
            screen.obey(line)
        } catch (failed: RelayException) {
            println("! ${failed.message}")
        }
    }
    screen.leave()
    client.close()
}

/** The chat that is open, and what the lines of the keyboard do. */
private class Screen(
    private val client: RelayClient,
    private val scope: CoroutineScope,
) {
    private var chatId: String? = null
    private var shown: Job? = null

    suspend fun obey(line: String) {
        val rest = line.substringAfter(' ', "")
        when (line.substringBefore(' ')) {
            "/with" -> {
                open(
                    client.chats.openDirect(
                        client.people
                            .list(query = rest)
                            .items
                            .first()
                            .id,
                    ),
                )
            }

            "/chats" -> {
                client.chats.items.value
                    .forEachIndexed { index, chat -> println("${index + 1} ${line(chat)}") }
            }

            "/open" -> {
                open(
                    client.chats.items.value[rest.toInt() - 1]
                        .id,
                )
            }

            "/image" -> {
                here()?.send(Draft("", listOf(imageFile(rest))))
            }

            else -> {
                here()?.send(line)
            }
        }
    }

    suspend fun leave() {
        shown?.cancelAndJoin()
    }

    private suspend fun open(id: String) {
        leave()
        chatId = id
        val chat = client.chat(id)
        val timeline = chat.timeline(scope)
        timeline.status.first { !it.isLoading }
        val printed = mutableSetOf<String>()
        shown =
            timeline.items
                .onEach { items ->
                    val messages = items.messages()
                    messages.filter { it.seq != null && printed.add(it.id) }.forEach { println(line(it)) }
                    messages.lastOrNull()?.seq?.let { chat.markRead(it) }
                }.launchIn(scope)
    }

    private fun here() = chatId?.let { client.chat(it) } ?: run { println("No chat is open: /with EMAIL").let { null } }

    private fun line(chat: ChatSummary) = "${chat.title} (${chat.unreadCount} unread)"

    private fun line(message: Message) =
        (listOf("${message.sender.name}: ${message.text}") + message.attachments.map { "[${it.contentType}]" })
            .joinToString(" ")
}
